"""Crops to train an inpainter on, and where the regions of each face are in them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from explain.inpainters.canvas import SIDE, TEMPLATE
from explain.regions import region_masks
from recognition.measure.command import progress
from recognition.measure.faces import central_faces
from training.faces import Target, pictures

SCHEME = "ifv"
FRAME = Target((SIDE, SIDE), TEMPLATE)


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
    everyone = pictures(folder)
    names, crops, masks, known = [], [], [], []
    for name, face in central_faces(
        folder, everyone, FRAME, cache, workers=workers, progress=progress
    ):
        there = np.ones(face.photo.shape[:2], np.float32)
        names.append(name)
        crops.append(face.aligned)
        masks.append(region_masks(face, SCHEME).masks)
        known.append(cv2.warpAffine(there, face.matrix, (SIDE, SIDE)) > 0.99)
        progress(len(names), len(everyone))
    parts = Parts(np.array(names), np.stack(crops), np.stack(masks), np.stack(known))
    np.savez_compressed(kept, names=parts.names, crops=crops, masks=masks, known=known)
    return parts
