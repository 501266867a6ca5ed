"""Bring a face into the pose a model was trained on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import cv2
import numpy as np
import numpy.typing as npt

from recognition.templates import Template
from recognition.types import Pixels, Points


class Frame(Protocol):
    """What a face is aligned to; a :class:`~recognition.model.FaceModel` is one."""

    @property
    def input_size(self) -> tuple[int, int]:
        """(H, W) of the crop in pixels."""

    @property
    def template(self) -> Template:
        """Where the five landmarks go, (x, y) in pixels."""


def similarity_transform(source: Points, target: Points) -> npt.NDArray[np.float32]:
    """The rotation, scale and shift that brings points closest to others (Umeyama 1991).

    Args:
        source: (K, 2).
        target: (K, 2).

    Returns:
        (2, 3) float32, to be applied as ``points @ M[:, :2].T + M[:, 2]``.
    """
    source, target = source.astype(np.float64), target.astype(np.float64)
    middle, aim = source.mean(0), target.mean(0)
    x, y = (source - middle).T
    u, v = (target - aim).T
    # The least-squares similarity in the plane: a + ib = <target, source> / |source|^2.
    spread = float((x * x + y * y).sum())
    a, b = float((u * x + v * y).sum()) / spread, float((v * x - u * y).sum()) / spread
    turn = np.array([[a, -b], [b, a]])
    return np.column_stack([turn, aim - turn @ middle]).astype(np.float32)


def carry(points: Points, matrix: npt.NDArray[np.float32]) -> Points:
    """Carry photograph points onto the aligned crop.

    Args:
        points: (K, 2) in the photograph.
        matrix: (2, 3) from :func:`similarity_transform`.
    """
    carried: Points = (points @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32)
    return carried


def align(
    photo: Pixels,
    landmarks: Points,
    template: Sequence[tuple[float, float]],
    size: tuple[int, int],
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Cut out the face in a model's pose.

    A face much larger than the crop is reduced by area averaging first: sampling it at single
    points would alias.

    Args:
        photo: (h, w, 3) uint8 RGB.
        landmarks: (5, 2) in the photograph.
        template: Where they belong in the crop, five (x, y) in pixels.
        size: (H, W) of the crop.

    Returns:
        The crop, (H, W, 3) float32 RGB in [0, 1], and the (2, 3) matrix from photograph to crop.
    """
    matrix = similarity_transform(landmarks, np.array(template, dtype=np.float32))
    height, width = size
    scale = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    if scale < 0.5:
        photo, warp = _reduce(photo, matrix, size, scale)
    else:
        warp = matrix
    crop = cv2.warpAffine(photo, warp, (width, height), flags=cv2.INTER_LINEAR)
    return crop.astype(np.float32) / 255, matrix


def _reduce(
    photo: Pixels, matrix: npt.NDArray[np.float32], size: tuple[int, int], scale: float
) -> tuple[Pixels, npt.NDArray[np.float32]]:
    """The part of a photograph that a crop shows, at twice the crop's resolution.

    Returns:
        The part, and the (2, 3) matrix from it to the crop.
    """
    height, width = size
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    inside = (corners - matrix[:, 2]) @ np.linalg.inv(matrix[:, :2]).T
    # A margin of two crop pixels keeps the reduced picture's border out of the crop.
    margin = 2 / scale
    limits = photo.shape[1], photo.shape[0]
    x0, y0 = np.clip(np.floor(inside.min(0) - margin), 0, limits).astype(int)
    x1, y1 = np.clip(np.ceil(inside.max(0) + margin), 0, limits).astype(int)
    if x0 >= x1 or y0 >= y1:  # The crop lies outside the photograph: nothing to reduce.
        return photo, matrix
    part = photo[y0:y1, x0:x1]
    rows, columns = (max(1, round(2 * scale * side)) for side in part.shape[:2])
    shrink = np.array([columns / part.shape[1], rows / part.shape[0]])
    small = cv2.resize(part, (columns, rows), interpolation=cv2.INTER_AREA)
    # crop = M (p + origin) with p = (q + 0.5) / shrink - 0.5 for pixel q of the reduced part.
    offset = np.array([x0, y0]) + 0.5 / shrink - 0.5
    warp = np.column_stack([matrix[:, :2] / shrink, matrix[:, :2] @ offset + matrix[:, 2]])
    return np.asarray(small, np.uint8), warp.astype(np.float32)
