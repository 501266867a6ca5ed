"""What the methods of Mery & Morris share: Gaussian masks on a grid of places.

``G_ij = exp(-((x-j)^2 + (y-i)^2) / (2 w^2))`` (IFV sec. 2.4.1). Places are the centres of a grid of
equal cells; the maps are interpolated linearly between the places and smoothed once.
"""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from explain.base import Parameter
from explain.run import Lazy, Map, Run, Side

Mode = Literal["remove", "add"]

GRID = Parameter("grid", 15, "Places tried along each side of the face.", 4, 40, 1)
WIDTH = Parameter(
    "width", 0.07, "Width of the Gaussian spot, as a share of the crop.", 0.02, 0.25, 0.01
)
SMOOTHING = Parameter(
    "smoothing", 0.03, "Final blur of the map, as a share of the crop.", 0.0, 0.1, 0.01
)


def spots(shape: tuple[int, int], grid: int, width: float) -> Map:
    """One Gaussian spot per place, (grid * grid, H, W) in (0, 1]; rows first, top to bottom."""
    rows, columns = (
        np.exp(-((np.arange(size) - place[:, None]) ** 2) / (2 * (width * size) ** 2))
        for size, place in ((n, (np.arange(grid) + 0.5) * n / grid - 0.5) for n in shape)
    )
    both = rows[:, None, :, None] * columns[None, :, None, :]
    return both.reshape(-1, *shape).astype(np.float32)


def single(run: Run, side: Side, mode: Mode, grid: int, width: float) -> npt.NDArray[np.float32]:
    """Evidence of each place by itself, (grid, grid): S0- (``remove``) or S0+ (``add``).

    Removing: ``H(i,j) = s(A,B) - s(A, B(1 - G_ij))``; adding to black:
    ``H(i,j) = s(A, Z + B G_ij) - s(A, Z)``.
    """
    picture = run.picture(side)
    masks = spots(run.shape, grid, width)
    if mode == "remove":
        changed = Lazy(len(masks), lambda which: picture * (1 - masks[which, ..., None]))
        gains = run.reference - run.scores(changed, side)
    else:
        changed = Lazy(len(masks), lambda which: picture * masks[which, ..., None])
        gains = run.scores(changed, side) - run.scores(np.zeros_like(picture)[None], side)
    return gains.reshape(grid, grid)


def to_pixels(values: npt.NDArray[np.float32], shape: tuple[int, int]) -> Map:
    """Interpolate the values of a grid's places linearly to (H, W)."""
    height, width = shape
    resized = cv2.resize(values.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(resized, np.float32)


def smooth(values: Map, smoothing: float) -> Map:
    """Convolve with a Gaussian whose sigma is a share of the map's height."""
    if smoothing == 0:
        return values
    sigma = smoothing * values.shape[0]
    blurred = cv2.GaussianBlur(values, (0, 0), sigma, borderType=cv2.BORDER_REFLECT)
    return np.asarray(blurred, np.float32)
