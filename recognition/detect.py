"""Find faces and their five landmarks, and choose one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from recognition.detectors import mtcnn, scrfd
from recognition.detectors.detection import Detection
from recognition.errors import NoFaceFound, NoSuchFace, PictureTooSmall, UnknownName
from recognition.types import Pixels

MIN_FACE = 20.0  # pixels, the shorter side of the box in the original photograph
DEFAULT_DETECTOR = mtcnn.NAME
DETECTORS: Mapping[str, Callable[[Pixels], list[Detection]]] = MappingProxyType(
    {mtcnn.NAME: mtcnn.find, scrfd.NAME: scrfd.find}
)


def detect(pixels: Pixels, detector: str = DEFAULT_DETECTOR) -> list[Detection]:
    """Find every face, the largest and most central first.

    Args:
        pixels: (h, w, 3) uint8 RGB.
        detector: One of ``DETECTORS``.

    Returns:
        The faces, none when there are none.

    Raises:
        UnknownName: There is no such detector.
        ModelNotInstalled: Its weights are not on this machine.
    """
    if detector not in DETECTORS:
        raise UnknownName(f"There is no detector “{detector}”; there are {', '.join(DETECTORS)}.")
    height, width = pixels.shape[:2]
    return sorted(DETECTORS[detector](pixels), key=lambda face: -_prominence(face, width, height))


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
            f"No face was found in “{name}”; use an upright photograph in which both eyes are "
            "visible and the face is at least 40 pixels wide."
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
