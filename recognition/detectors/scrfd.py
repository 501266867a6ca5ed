"""SCRFD (Guo et al. 2022) from whichever of insightface's packs is there."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from recognition.detectors.detection import Detection
from recognition.errors import ModelNotInstalled
from recognition.insightface_packs import file_in_pack
from recognition.types import Pixels

NAME = "SCRFD"
MIN_CONFIDENCE = 0.5
SEARCH_SIZE = (640, 640)
MIN_SIDE = 8  # pixels, at the size searched: the finest grid of the network
# The most accurate first.
PACKS = (
    ("antelopev2", "scrfd_10g_bnkps.onnx"),
    ("buffalo_l", "det_10g.onnx"),
    ("buffalo_s", "det_500m.onnx"),
)


def weights_file() -> Path:
    """The best detector that is there.

    Raises:
        ModelNotInstalled: No pack is.
    """
    for pack, name in PACKS:
        try:
            return file_in_pack(pack, name)
        except ModelNotInstalled:
            continue
    raise ModelNotInstalled(
        "SCRFD is not installed; fetch it with: insightface-cli model.download buffalo_l"
    )


@functools.cache
def _network(path: Path) -> Any:
    # Imported here: insightface brings much along, and most never need it.
    from insightface.model_zoo.scrfd import SCRFD

    network = SCRFD(model_file=str(path))
    network.prepare(-1, input_size=SEARCH_SIZE, det_thresh=MIN_CONFIDENCE)
    return network


def find(pixels: Pixels) -> list[Detection]:
    """Every face, in no particular order.

    Args:
        pixels: (h, w, 3) uint8 RGB.

    Raises:
        ModelNotInstalled: No pack with the detector is there.
    """
    network = _network(weights_file())
    # Of a long strip the package may leave no pixel, and fails then.
    if min(pixels.shape[:2]) * max(SEARCH_SIZE) < MIN_SIDE * max(pixels.shape[:2]):
        return []
    boxes, landmarks = network.detect(cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))
    return [
        Detection(
            box=(x0, y0, x1, y1),
            landmarks=np.asarray(points, dtype=np.float32),
            confidence=confidence,
            detector=NAME,
        )
        for (x0, y0, x1, y1, confidence), points in zip(boxes.tolist(), landmarks, strict=True)
    ]
