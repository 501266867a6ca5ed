"""Find faces and their five landmarks."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from facenet_pytorch import MTCNN

from recognition.errors import NoFaceFound, NoSuchFace, PictureTooSmall
from recognition.types import Pixels, Points

# The longest side the detector searches first; only a picture without a face is searched again
# at the second, where faces in a crowd are found at four times the cost.
SEARCH_SIDES = (640, 1600)
MIN_CONFIDENCE = 0.9
MIN_FACE = 20.0  # pixels between the eyes' and mouth's extremes, in the original photograph
# Names results kept from earlier runs; whoever changes how faces are found changes it.
SETTINGS = "mtcnn-640-1600-0.9-24"


@dataclass(frozen=True, eq=False)
class Detection:
    """A face in a photograph.

    Attributes:
        box: (x0, y0, x1, y1), pixels of the photograph.
        landmarks: (5, 2) float32, in the order of :class:`recognition.types.Face`.
        confidence: 0 to 1.
        detector: Its name.
    """

    box: tuple[float, float, float, float]
    landmarks: Points
    confidence: float
    detector: str = "MTCNN"

    @property
    def size(self) -> float:
        """The shorter side of the box, pixels."""
        return min(self.box[2] - self.box[0], self.box[3] - self.box[1])


@functools.cache
def _mtcnn() -> MTCNN:
    return MTCNN(keep_all=True, min_face_size=24, device="cpu").eval()


def detect(pixels: Pixels) -> list[Detection]:
    """Find every face, the largest and most central first.

    MTCNN (Zhang et al. 2016) with the weights inside facenet-pytorch.

    Args:
        pixels: (h, w, 3) uint8 RGB.

    Returns:
        The faces, none when there are none.
    """
    longest = max(pixels.shape[:2])
    found: list[Detection] = []
    searched = 0.0
    for side in SEARCH_SIDES:
        scale = min(1.0, side / longest)
        if found or scale <= searched:
            break
        found, searched = _detect_at(pixels, scale), scale
    height, width = pixels.shape[:2]
    return sorted(found, key=lambda face: -_prominence(face, width, height))


def _detect_at(pixels: Pixels, scale: float) -> list[Detection]:
    small = pixels if scale == 1 else _shrink(pixels, scale)
    with torch.inference_mode():
        boxes, confidences, landmarks = _mtcnn().detect(small, landmarks=True)
    if boxes is None or boxes[0] is None:
        return []
    return [
        Detection(
            box=(x0 / scale, y0 / scale, x1 / scale, y1 / scale),
            landmarks=np.asarray(points / scale, dtype=np.float32),
            confidence=float(confidence),
        )
        for (x0, y0, x1, y1), confidence, points in zip(
            boxes.tolist(), confidences, landmarks, strict=True
        )
        if confidence >= MIN_CONFIDENCE
    ]


def _shrink(pixels: Pixels, scale: float) -> Pixels:
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.uint8)


def _prominence(face: Detection, width: int, height: int) -> float:
    """Large and central: the area, less with the distance from the picture's middle."""
    x0, y0, x1, y1 = face.box
    off = np.hypot((x0 + x1) / 2 / width - 0.5, (y0 + y1) / 2 / height - 0.5)
    return (x1 - x0) * (y1 - y0) * float(1.0 - off)


def choose(found: Sequence[Detection], index: int | None, name: str) -> Detection:
    """The face to compare.

    Args:
        found: From :func:`detect`.
        index: Which one; the first when None.
        name: Of the picture, for the message.

    Raises:
        NoFaceFound: ``found`` is empty.
        NoSuchFace: ``index`` is not among them.
        PictureTooSmall: The face is too small to compare.
    """
    if not found:
        raise NoFaceFound(
            f"No face was found in “{name}”; use a photograph in which both eyes are visible, "
            "upright and at least 40 pixels wide."
        )
    if index is not None and not 0 <= index < len(found):
        raise NoSuchFace(
            f"“{name}” has {len(found)} face{'s' * (len(found) > 1)}; "
            f"choose one from 1 to {len(found)}."
        )
    face = found[index or 0]
    if face.size < MIN_FACE:
        raise PictureTooSmall(
            f"The face in “{name}” is only {face.size:.0f} pixels wide; "
            "use a photograph in which it is at least 40 pixels wide."
        )
    return face
