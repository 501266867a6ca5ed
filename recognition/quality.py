"""What makes a picture hard to compare, in words.

Each limit was set on 1,500 pictures of LFW, press photographs of good quality, so that about one in
a hundred of them warns; the share stands beside it. 6 % have a warning of any kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
import numpy.typing as npt

from recognition.align import align
from recognition.detectors.detection import Detection
from recognition.templates import template
from recognition.types import Pixels

SMALL_FACE = 60.0  # pixels; none (they are all about 90)
UNSURE = 0.99  # confidence of the detector; 0.3 %
# Variance of the Laplacian over that of the gray level, the face brought to 112 pixels, so that a
# dark picture is not called blurred; 1.5 %, and 92 % after a Gaussian blur of 2 pixels.
BLURRED = 0.016
DARK, BRIGHT = 60.0, 190.0  # mean gray level, 0 to 255; 0.2 % and 0.1 %
TURNED = 0.45  # nose tip off the middle line of the face, in eye distances; 0.7 %
RAISED, LOWERED = 0.30, 0.78  # nose tip between eyes (0) and mouth (1); 0.7 % and 0.4 %
# Standard deviation of the gray level in the places of eyes and mouth over that of the whole face:
# both are full of detail unless something covers them; 0.5 % and 0.3 %.
COVERED_EYES, COVERED_MOUTH = 0.31, 0.34

# Places on dlib's crop of 150 x 150 pixels: (x0, x1, y0, y1).
CROP = (150, 150)
EYES = ((28, 58, 28, 44), (86, 116, 28, 44))
MOUTH = ((45, 100, 92, 130),)


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
    said.extend(_on_pixels(photo, face))
    said.extend(_on_pose(face))
    return tuple(said)


def _on_pixels(photo: Pixels, face: Detection) -> Iterator[str]:
    if face.confidence < UNSURE:
        yield "The detector is not sure that this is a whole face."
    if face.size < SMALL_FACE:
        yield f"The face is small ({face.size:.0f} pixels wide); details are missing."
    x0, y0, x1, y1 = (round(value) for value in face.box)
    part = photo[max(y0, 0) : max(y1, 1), max(x0, 0) : max(x1, 1)]
    small = cv2.resize(part, (112, 112), interpolation=cv2.INTER_AREA)
    gray = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    if gray.mean() < DARK:
        yield "The face is dark."
    elif gray.mean() > BRIGHT:
        yield "The face is overexposed."
    contrast = max(float(gray.std()), 1.0)
    if cv2.Laplacian(gray, cv2.CV_64F).var() < BLURRED * contrast**2:
        yield "The face is blurred."
        return  # Without detail anywhere, that eyes or mouth show none says nothing.
    crop, _ = align(photo, face.landmarks, template("dlib", CROP), CROP)
    if _detail(crop, EYES) < COVERED_EYES * contrast:
        yield "The eyes seem to be covered, by sunglasses perhaps."
    if _detail(crop, MOUTH) < COVERED_MOUTH * contrast:
        yield "The mouth seems to be covered, by a mask or scarf perhaps."


def _detail(crop: npt.NDArray[np.float32], places: Sequence[tuple[int, int, int, int]]) -> float:
    """Standard deviation of the gray level in some places of a crop, 0 to 255."""
    gray = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY) * 255
    return float(np.concatenate([gray[y0:y1, x0:x1].ravel() for x0, x1, y0, y1 in places]).std())


def _on_pose(face: Detection) -> Iterator[str]:
    """Turned or tilted, by where the nose tip lies between eyes and mouth."""
    right, left, nose, mouth_right, mouth_left = face.landmarks.astype(np.float64)
    eyes, mouth = (right + left) / 2, (mouth_right + mouth_left) / 2
    axis = mouth - eyes
    length = max(float(np.linalg.norm(axis)), 1e-6)
    across = np.array([-axis[1], axis[0]]) / length
    off = abs(float((nose - eyes) @ across)) / max(float(np.linalg.norm(left - right)), 1e-6)
    if off > TURNED:
        yield "The face is turned to the side; the model is less reliable there."
    along = float((nose - eyes) @ axis) / length**2
    if not RAISED <= along <= LOWERED:
        yield "The face is tilted up or down; the model is less reliable there."
