"""MTCNN (Zhang et al. 2016) with the weights inside facenet-pytorch."""

from __future__ import annotations

import functools

import cv2
import numpy as np
import torch
from facenet_pytorch import MTCNN

from recognition.detectors.detection import Detection
from recognition.types import Pixels

NAME = "MTCNN"
# The longest side the detector searches first; only a picture without a face is searched again
# at the second, where faces in a crowd are found at four times the cost.
SEARCH_SIDES = (640, 1600)
MIN_CONFIDENCE = 0.9
MIN_FACE = 24  # pixels, at the size searched
# Names results kept from earlier runs; whoever changes how faces are found changes it.
VERSION = f"mtcnn-{SEARCH_SIDES[0]}-{SEARCH_SIDES[1]}-{MIN_CONFIDENCE}-{MIN_FACE}"


@functools.cache
def _network() -> MTCNN:
    return MTCNN(keep_all=True, min_face_size=MIN_FACE, device="cpu").eval()


def find(pixels: Pixels) -> list[Detection]:
    """Every face, in no particular order.

    Args:
        pixels: (h, w, 3) uint8 RGB.
    """
    longest = max(pixels.shape[:2])
    found: list[Detection] = []
    searched = 0.0
    for side in SEARCH_SIDES:
        scale = min(1.0, side / longest)
        if found or scale <= searched:
            break
        found, searched = _find_at(pixels, scale), scale
    return found


def _find_at(pixels: Pixels, scale: float) -> list[Detection]:
    # Of a strip this narrow the network has nothing to search and fails, as does the resizing.
    if round(min(pixels.shape[:2]) * scale) < MIN_FACE:
        return []
    small = pixels if scale == 1 else _shrink(pixels, scale)
    with torch.inference_mode():
        boxes, confidences, landmarks = _network().detect(small, landmarks=True)
    if boxes is None or boxes[0] is None:
        return []
    return [
        Detection(
            box=(x0 / scale, y0 / scale, x1 / scale, y1 / scale),
            landmarks=np.asarray(points / scale, dtype=np.float32),
            confidence=float(confidence),
            detector=NAME,
        )
        for (x0, y0, x1, y1), confidence, points in zip(
            boxes.tolist(), confidences, landmarks, strict=True
        )
        if confidence >= MIN_CONFIDENCE
    ]


def _shrink(pixels: Pixels, scale: float) -> Pixels:
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.uint8)
