"""Which points of MediaPipe's face mesh outline which part of a face.

"Right" is the person's right, on the left of the picture. The outlines of eyes, eyebrows and nose
were chosen on the points that people set on the London Set, see ``benchmarks/regions``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np

from explain.mesh import Mask
from recognition.types import Points

_FINER = 4


class Beyond(NamedTuple):
    """A point on the line from one mesh point to another, that share of their distance past it."""

    start: int
    end: int
    share: float


@dataclass(frozen=True)
class Outline:
    """A part of the face.

    Attributes:
        points: Points of the mesh.
        bent: Whether the part is the polygon through its points, in order; their convex hull when
            not.
    """

    points: tuple[int | Beyond, ...]
    bent: bool = False

    def on(self, mesh: Points) -> Points:
        """Its points on a mesh (478, 2), as (K, 2)."""
        placed = [
            mesh[each] if isinstance(each, int) else _past(mesh, each) for each in self.points
        ]
        return np.stack(placed).astype(np.float32)

    def fill(self, mesh: Points, shape: tuple[int, int]) -> Mask:
        """The part as a mask, (H, W)."""
        return fill(self.on(mesh), shape, bent=self.bent)


def fill(points: Points, shape: tuple[int, int], *, bent: bool = False) -> Mask:
    """Filled convex hull of some points, or the polygon through them, (H, W)."""
    # Drawn finer first: the fill takes every pixel that the outline touches, too many on a crop.
    fine = np.rint(points * _FINER + (_FINER - 1) / 2).astype(np.int32)
    polygon = fine if bent else cv2.convexHull(fine)
    drawn = np.zeros((shape[0] * _FINER, shape[1] * _FINER), np.uint8)
    cv2.fillPoly(drawn, [polygon], (1,))
    share = drawn.reshape(shape[0], _FINER, shape[1], _FINER).mean((1, 3))
    filled: Mask = share > 0.5
    return filled


def _past(mesh: Points, point: Beyond) -> Points:
    start, end = mesh[point.start], mesh[point.end]
    placed: Points = end + point.share * (end - start)
    return placed


def _eyebrow(upper: tuple[int, ...], lower: tuple[int, ...]) -> Outline:
    """An eyebrow: people see it reach lower, and further out, than the mesh's own points."""
    below = [Beyond(*pair, 0.4) for pair in zip(upper[1:], lower[1:], strict=True)]
    return Outline((Beyond(lower[1], lower[0], 0.3), *upper, *below[::-1]), bent=True)


# fmt: off
RIGHT_EYEBROW = _eyebrow((70, 63, 105, 66, 107), (46, 53, 52, 65, 55))
LEFT_EYEBROW = _eyebrow((300, 293, 334, 296, 336), (276, 283, 282, 295, 285))
RIGHT_EYE = Outline(
    (33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7)
)
LEFT_EYE = Outline(
    (263, 466, 388, 387, 386, 385, 384, 398, 362, 382, 381, 380, 374, 373, 390, 249)
)
NOSE = Outline((8, 193, 122, 129, 102, 64, 240, 97, 2, 326, 460, 294, 331, 358, 351, 417))
LIPS = Outline((
    61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146,
))
RIGHT_CHEEK = Outline((116, 121, 47, 203, 216, 192, 213, 147, 123))
LEFT_CHEEK = Outline((345, 350, 277, 423, 436, 416, 433, 376, 352))
CHIN = Outline((
    18, 83, 313, 182, 406, 204, 424, 32, 262, 140, 369, 149, 378, 176, 400, 148, 377, 152,
))
FOREHEAD = Outline((
    10, 109, 67, 103, 54, 21, 338, 297, 332, 284, 251, 70, 63, 105, 66, 107, 9, 336, 296, 334,
    293, 300,
))
FACE_OVAL = Outline((
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
    152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
))
# fmt: on

EYE_LINE = (33, 263)
EYEBROW_LINE = (105, 334)
MOUTH_LINE = (61, 291)
FACE_TOP, BETWEEN_EYEBROWS, BETWEEN_EYES, NOSE_BASE, CHIN_TIP = 10, 9, 168, 2, 152
