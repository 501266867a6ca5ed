"""What the three xFace methods share: black squares of three sizes at every fifth pixel.

Pixels are those of a 112-pixel crop, as published; on crops of another size everything scales.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from explain.base import Parameter
from explain.run import NOISE, SIDES, Lazy, Map, Maps, Run, Side
from recognition.model import Batch, Embeddings
from recognition.types import Comparison

SIDE = 112
SIZES = (28, 14, 7)  # the large ones first: they are the fewest and give the first preview
STRIDE = Parameter(
    "stride", 5, "Step between the squares, in 1/112 of the crop (published: 5).", 3, 28, 1
)
SMALLEST = Parameter(
    "smallest",
    7,
    "Smallest of the squares of 28, 14 and 7 hundred-and-twelfths of the crop (published: 7).",
    7,
    28,
    7,
)

Distances = npt.NDArray[np.float32]
Pairwise = Callable[[dict[Side, Embeddings], dict[Side, Embeddings]], tuple[Distances, Distances]]


@dataclass(frozen=True)
class Squares:
    """Black squares of one size in a crop.

    Attributes:
        shape: (H, W) of the crop.
        extent: (rows, columns) between a square's first and last pixel, both of which are black.
        corners: (N, 2) first row and column of each.
    """

    shape: tuple[int, int]
    extent: tuple[int, int]
    corners: npt.NDArray[np.intp]

    @classmethod
    def covering(cls, shape: tuple[int, int], size: int, stride: int) -> Squares:
        """Squares whose first pixels are at ``arange(0, 112 - size, stride)``, scaled."""
        origins = np.arange(0, SIDE - size, stride)
        rows, columns = (np.rint(origins * length / SIDE).astype(np.intp) for length in shape)
        both = np.stack(np.meshgrid(rows, columns, indexing="ij"), axis=-1).reshape(-1, 2)
        # At least 1, on the smallest crops too: a square's values are divided by its area.
        extent = (max(1, round(size * shape[0] / SIDE)), max(1, round(size * shape[1] / SIDE)))
        return cls(shape, extent, both)

    def hide(self, picture: npt.NDArray[np.float32]) -> Lazy:
        """The picture with each square black."""

        def make(which: npt.NDArray[np.intp]) -> Batch:
            batch = np.repeat(picture[None], len(which), axis=0)
            for each, corner in zip(batch, self.corners[which], strict=True):
                each[self._square(corner)] = 0
            return batch

        return Lazy(len(self.corners), make)

    def spread(self, rises: Distances) -> Map:
        """``blur[(1/N) sum_i M_i (d_i - d_orig) / p^2]``, 5 x 5 pixels with sigma 5."""
        total = np.zeros(self.shape, np.float64)
        for corner, rise in zip(self.corners, rises, strict=True):
            total[self._square(corner)] += rise
        total /= len(rises) * self.extent[0] * self.extent[1]
        blurred = cv2.GaussianBlur(total, (5, 5), 5, borderType=cv2.BORDER_REFLECT_101)
        return np.asarray(blurred, np.float32)

    def _square(self, corner: npt.NDArray[np.intp]) -> tuple[slice, slice]:
        (top, left), (rows, columns) = corner, self.extent
        return slice(top, top + rows + 1), slice(left, left + columns + 1)


def work(_pair: Comparison, stride: int, smallest: int) -> int:
    """How many pictures are embedded."""
    along = (len(range(0, SIDE - size, stride)) for size in SIZES if size >= smallest)
    return 2 + 2 * sum(count**2 for count in along)


def hidden(run: Run, side: Side, size: int, stride: int) -> Embeddings:
    """Embeddings (N, D) of one picture with each square black."""
    return run.embed(Squares.covering(run.shape, size, stride).hide(run.picture(side)))


def explain_both(run: Run, stride: int, smallest: int, pairwise: Pairwise) -> Maps:
    """``S = mean_p S_p``, of how far each square moves the pictures apart.

    Args:
        run: The run.
        stride: See :data:`STRIDE`.
        smallest: See :data:`SMALLEST`.
        pairwise: Embeddings (N, D) of both sides with squares, and those without (D,) ->
            cosine distances (N,) of both sides.
    """
    original = 1 - run.reference
    sizes = [size for size in SIZES if size >= smallest]
    parts: dict[Side, list[Map]] = {side: [] for side in SIDES}
    for size in run.steps(sizes):
        squares = Squares.covering(run.shape, size, stride)
        changed = {side: run.once(hidden, side, size, stride) for side in run.steps(SIDES)}
        for side, far in zip(SIDES, pairwise(changed, run.embeddings), strict=True):
            rises = far - original
            if np.abs(rises).max() < NOISE:  # only rounding, which scaling would enlarge
                rises = np.zeros_like(rises)
            parts[side].append(squares.spread(rises))
            run.show(side, np.mean(parts[side], axis=0))
    return np.mean(parts["a"], axis=0), np.mean(parts["b"], axis=0)
