"""What the methods of Mery & Morris share: Gaussian spots on a grid of places.

``G_ij = exp(-((x-j)^2 + (y-i)^2) / (2 w^2))`` (IFV sec. 2.4.1). The papers state neither spot width
nor grid nor smoothing. The defaults are the sharpest with which a model that looks at one region of
the face alone makes that region level 1 in the table, for each region and method
(``tests/explain/test_spots.py``). Places are the centres of a grid of equal cells; a map is
interpolated linearly between them, then smoothed once.
"""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from explain.base import Parameter
from explain.run import NOISE, Lazy, Map, Run, Side

Mode = Literal["remove", "add"]

GRID = Parameter("grid", 10, "Places tried along each side of the face.", 4, 40, 1)
WIDTH = Parameter(
    "width", 0.1, "Width of the Gaussian spot, as a share of the crop.", 0.02, 0.25, 0.01
)
SMOOTHING = Parameter(
    "smoothing", 0.11, "Final blur of the map, as a share of the crop.", 0.0, 0.2, 0.01
)


def spots(
    shape: tuple[int, int],
    grid: int,
    width: float,
    places: npt.NDArray[np.intp] | None = None,
) -> Map:
    """Gaussian spots, (N, H, W) in (0, 1].

    Args:
        shape: (H, W).
        grid: Places along each side.
        width: Standard deviation, as a share of the side.
        places: Which of the grid * grid, counted along the rows from the top; all when None.
    """
    rows, columns = (
        np.exp(-((np.arange(size) - place[:, None]) ** 2) / (2 * (width * size) ** 2)).astype(
            np.float32
        )
        for size, place in ((n, (np.arange(grid) + 0.5) * n / grid - 0.5) for n in shape)
    )
    row, column = np.divmod(np.arange(grid**2) if places is None else places, grid)
    return np.asarray(rows[row, :, None] * columns[column, None, :], np.float32)


def black_score(run: Run, side: Side) -> float:
    """``s(A, Z)``: the score when one side is a black picture."""
    return float(run.scores(np.zeros_like(run.picture(side))[None], side)[0])


def single(run: Run, side: Side, mode: Mode, grid: int, width: float) -> npt.NDArray[np.float32]:
    """Evidence of each place by itself, (grid, grid): S0- (``remove``) or S0+ (``add``).

    Removing: ``H(i,j) = s(A,B) - s(A, B(1 - G_ij))`` (IFV eq. 2.11); adding to black:
    ``H(i,j) = s(A, Z + B G_ij) - s(A, Z)`` (eq. 2.15).
    """
    picture = run.picture(side)
    masks = spots(run.shape, grid, width)
    if mode == "remove":
        changed = Lazy(len(masks), lambda which: picture * (1 - masks[which, ..., None]))
        gains = np.float32(run.reference) - run.scores(changed, side)
    else:
        changed = Lazy(len(masks), lambda which: picture * masks[which, ..., None])
        gains = run.scores(changed, side) - np.float32(run.once(black_score, side))
        gains = np.where(np.abs(gains) < NOISE, np.float32(0), gains)  # black's own rounding
    return gains.reshape(grid, grid)


def single_map(run: Run, side: Side, mode: Mode, grid: int, width: float) -> Map:
    """:func:`single` in pixels, (H, W), not smoothed yet."""
    return to_pixels(run.once(single, side, mode, grid, width), run.shape)


def to_pixels(values: npt.NDArray[np.float32], shape: tuple[int, int]) -> Map:
    """Interpolate the values (grid, grid) of places linearly to (H, W)."""
    height, width = shape
    pixels = cv2.resize(values.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(pixels, np.float32)


def smooth(values: Map, sigma: float) -> Map:
    """Convolve with a Gaussian, its sigma a share of the map's height; 0 leaves it as it is."""
    if sigma == 0:
        return values
    pixels = sigma * values.shape[0]
    smoothed = cv2.GaussianBlur(values, (0, 0), pixels, borderType=cv2.BORDER_REFLECT)
    return np.asarray(smoothed, np.float32)
