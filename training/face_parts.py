"""Crops to train an inpainter on, and where the regions of each face are in them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from explain.inpainters.canvas import SIDE, TEMPLATE
from explain.regions import region_masks
from recognition.align import align
from recognition.measure.command import progress
from recognition.measure.landmarks import find_central_faces
from recognition.picture import read
from recognition.types import Face
from training.faces import pictures

SCHEME = "ifv"


@dataclass(frozen=True, eq=False)
class Parts:
    """Faces on the inpainter's canvas.

    Attributes:
        names: (N,) pictures, sorted: a person's own come together.
        crops: (N, SIDE, SIDE, 3) uint8 RGB.
        masks: (N, R, SIDE, SIDE) bool, the regions of the scheme ``ifv``.
        known: (N, SIDE, SIDE) bool, False where the canvas reaches beyond the photograph.
    """

    names: npt.NDArray[np.str_]
    crops: npt.NDArray[np.uint8]
    masks: npt.NDArray[np.bool_]
    known: npt.NDArray[np.bool_]

    def of(self, which: npt.NDArray[np.bool_]) -> Parts:
        """Some of the faces."""
        return Parts(self.names[which], self.crops[which], self.masks[which], self.known[which])


def face_parts(folder: Path, cache: Path, *, workers: int = 2) -> Parts:
    """Faces that no measurement uses, with their regions; kept in the cache.

    Args:
        folder: LFW, or a folder of people, see :func:`training.faces.pictures`.
        cache: Folder for landmarks and regions.
        workers: Processes that find faces.
    """
    kept = cache / f"face-parts-{SIDE}.npz"
    if kept.is_file():
        with np.load(kept) as file:
            return Parts(**{name: file[name] for name in file.files})
    found = find_central_faces(folder, pictures(folder), cache, workers=workers, progress=progress)
    faces = {name: face for name, face in found.items() if face is not None}
    crops, masks, known = [], [], []
    for done, (name, detection) in enumerate(faces.items(), 1):
        photo = read(folder / name)
        pixels, matrix = align(photo.pixels, detection.landmarks, TEMPLATE, (SIDE, SIDE))
        face = Face(
            pixels=pixels,
            landmarks=detection.landmarks,
            box=detection.box,
            photo=photo.pixels,
            matrix=matrix,
            detection=detection.confidence,
            detector=detection.detector,
            source=photo.source,
        )
        there = np.ones(photo.pixels.shape[:2], np.float32)
        crops.append(face.aligned)
        masks.append(region_masks(face, SCHEME).masks)
        known.append(cv2.warpAffine(there, matrix, (SIDE, SIDE)) > 0.99)
        progress(done, len(faces))
    parts = Parts(np.array(list(faces)), np.stack(crops), np.stack(masks), np.stack(known))
    np.savez_compressed(kept, names=parts.names, crops=crops, masks=masks, known=known)
    return parts
