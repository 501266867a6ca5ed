"""Telea: the hole closes from its rim inwards, as in OpenCV."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from explain.inpainters.base import Inpainter, Masks, Told, nobody
from recognition.model import Batch
from recognition.types import Face

RADIUS = 0.03
"""How far around a pixel the known colours count, as a share of the crop's width."""


def fill(face: Face, masks: Masks, _seeds: Sequence[int], _told: Told = nobody) -> Batch:
    """Close each hole; deterministic, the seeds change nothing."""
    picture, radius = face.aligned, RADIUS * face.pixels.shape[1]
    closed = [
        cv2.inpaint(picture, mask.astype(np.uint8), radius, cv2.INPAINT_TELEA) for mask in masks
    ]
    return np.stack(closed).astype(np.float32) / 255


INPAINTER = Inpainter(
    name="telea",
    title="Telea (fast marching)",
    sentence="Lets the colours around the hole flow into it: smooth skin, no new parts of a face.",
    citation="Telea, An Image Inpainting Technique Based on the Fast Marching Method, Journal of "
    "Graphics Tools 9(1), 2004",
    function=fill,
    work=0.3,
    stochastic=False,
)
