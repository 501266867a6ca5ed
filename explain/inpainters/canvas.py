"""The crop on which the learned inpainter works, wide enough to hold any model's own crop."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from explain.inpainters.base import Masks
from recognition.align import align, carry, similarity_transform
from recognition.model import Batch
from recognition.templates import TEMPLATES, Template
from recognition.types import Face

SIDE = 112
"""Height and width of the canvas in pixels."""

DLIB_SHARE = 0.75
"""How much of the canvas's width dlib's crop takes: the rest shows hair, ears and chin."""

TEMPLATE: Template = tuple(
    (SIDE * (DLIB_SHARE * x + 0.142), SIDE * (DLIB_SHARE * y + 0.26)) for x, y in TEMPLATES["dlib"]
)
"""Where the five landmarks are on the canvas, (x, y) in pixels."""


@dataclass(frozen=True, eq=False)
class Canvas:
    """One face laid on the canvas.

    Attributes:
        picture: (S, S, 3) float32 in [0, 1]; the face's own crop where that reaches, the
            photograph around it.
        known: (S, S) bool, False where neither of them reaches.
        matrix: (2, 3), carries points of the face's crop onto the canvas.
    """

    picture: npt.NDArray[np.float32]
    known: npt.NDArray[np.bool_]
    matrix: npt.NDArray[np.float32]

    def holes(self, masks: Masks) -> Masks:
        """Holes (N, H, W) of the crop on the canvas, (N, S, S), with what is not known."""
        size = self.known.shape[::-1]
        moved = [cv2.warpAffine(mask.astype(np.float32), self.matrix, size) for mask in masks]
        return (np.stack(moved) > 0.05) | ~self.known

    def back(self, pictures: Batch, shape: tuple[int, int]) -> Batch:
        """Pictures of the canvas (N, S, S, 3) on the face's crop, (N, H, W, 3)."""
        height, width = shape
        flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
        moved = [
            cv2.warpAffine(
                picture, self.matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE
            )
            for picture in pictures
        ]
        return np.stack(moved).astype(np.float32)


def lay(face: Face, template: Template = TEMPLATE, side: int = SIDE) -> Canvas:
    """Lay a face on a canvas.

    Args:
        face: The face.
        template: Where the five landmarks go, (x, y) in pixels.
        side: Height and width in pixels.
    """
    size = side, side
    wide, to_canvas = align(face.photo, face.landmarks, template, size)
    landmarks = carry(face.landmarks, face.matrix)
    matrix = similarity_transform(landmarks, np.array(template, np.float32))
    crop, inside = face.pixels, np.ones(face.pixels.shape[:2], np.float32)
    scale = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    if scale < 1:  # what is sampled at single points would alias
        crop = np.asarray(cv2.GaussianBlur(crop, (0, 0), 0.4 / scale), np.float32)
    own = cv2.warpAffine(crop, matrix, size)
    is_own = cv2.warpAffine(inside, matrix, size) > 0.99
    there = np.ones(face.photo.shape[:2], np.float32)
    known = (cv2.warpAffine(there, to_canvas, size) > 0.99) | is_own
    picture = np.where(is_own[..., None], own, wide)
    return Canvas(np.where(known[..., None], picture, 0).astype(np.float32), known, matrix)
