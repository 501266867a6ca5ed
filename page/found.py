"""Where the faces and their landmarks were found, drawn on the photograph."""

from __future__ import annotations

import cv2
import numpy as np

from recognition import Face
from recognition.picture import reduced
from recognition.types import Pixels

CHOSEN, OTHER, EDGE = (240, 160, 40), (150, 150, 150), (20, 20, 20)
SHOWN_SIDE = 900  # pixels; a larger photograph is reduced for the page


def draw_found(face: Face) -> Pixels:
    """The photograph with a box around each face, numbered, and the chosen one's landmarks.

    Args:
        face: The face that was compared.

    Returns:
        (h, w, 3) uint8, its longest side at most 900 pixels.
    """
    canvas = reduced(face.photo, SHOWN_SIDE)
    scale = canvas.shape[1] / face.photo.shape[1]
    thick = max(1, round(max(canvas.shape) / 300))
    for index, box in enumerate(face.boxes):
        colour = CHOSEN if index == face.index else OTHER
        x0, y0, x1, y1 = (round(value * scale) for value in box)
        cv2.rectangle(canvas, (x0, y0), (x1, y1), EDGE, thick + 2)
        cv2.rectangle(canvas, (x0, y0), (x1, y1), colour, thick)
        if len(face.boxes) > 1:
            place = (x0 + 3 * thick, y0 + 12 * thick)
            for paint, width in ((EDGE, 3 * thick), (colour, thick)):
                cv2.putText(
                    canvas, str(index + 1), place, cv2.FONT_HERSHEY_SIMPLEX, 0.35 * thick, paint,
                    width, cv2.LINE_AA,
                )  # fmt: skip
    for x, y in np.rint(face.landmarks * scale).astype(int).tolist():
        cv2.circle(canvas, (x, y), thick + 2, EDGE, -1, cv2.LINE_AA)
        cv2.circle(canvas, (x, y), thick + 1, CHOSEN, -1, cv2.LINE_AA)
    return canvas
