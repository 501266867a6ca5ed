"""What makes a picture hard to compare, in words."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from recognition.detectors.detection import Detection
from recognition.types import Pixels

SMALL_FACE = 60.0  # pixels
BLURRED = 25.0  # variance of the Laplacian of the face brought to 112 pixels
DARK, BRIGHT = 55.0, 205.0  # mean gray level, 0 to 255
TURNED = 0.45  # nose tip's distance from the middle between the eyes, in eye distances
UNSURE = 0.98


def warnings_for(
    photo: Pixels, face: Detection, *, found: Sequence[Detection], chosen: bool
) -> tuple[str, ...]:
    """Sentences on what makes this face hard to compare, none for a good picture.

    Args:
        photo: (h, w, 3) uint8 RGB.
        face: The face compared.
        found: All faces of the photograph.
        chosen: Whether a person chose the face.
    """
    said = []
    if len(found) > 1 and not chosen:
        said.append(
            f"There are {len(found)} faces here; the largest central one was compared. "
            "Choose another if that is the wrong one."
        )
    if face.confidence < UNSURE:
        said.append("The detector is not sure that this is a whole face.")
    if face.size < SMALL_FACE:
        said.append(f"The face is small ({face.size:.0f} pixels wide); details are missing.")
    x0, y0, x1, y1 = (round(value) for value in face.box)
    part = photo[max(y0, 0) : max(y1, 1), max(x0, 0) : max(x1, 1)]
    gray = cv2.cvtColor(
        cv2.resize(part, (112, 112), interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY
    )
    if cv2.Laplacian(gray, cv2.CV_64F).var() < BLURRED:
        said.append("The face is blurred.")
    if gray.mean() < DARK:
        said.append("The face is dark.")
    elif gray.mean() > BRIGHT:
        said.append("The face is overexposed.")
    if _turn(face) > TURNED:
        said.append("The face is turned to the side; the model is less reliable there.")
    return tuple(said)


def _turn(face: Detection) -> float:
    """How far the nose tip is off the middle line of the face, in eye distances."""
    right, left, nose, mouth_right, mouth_left = face.landmarks.astype(np.float64)
    eyes, mouth = (right + left) / 2, (mouth_right + mouth_left) / 2
    axis = mouth - eyes
    across = np.array([-axis[1], axis[0]]) / max(float(np.linalg.norm(axis)), 1e-6)
    return abs(float((nose - eyes) @ across)) / max(float(np.linalg.norm(left - right)), 1e-6)
