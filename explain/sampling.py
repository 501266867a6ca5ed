"""What the RISE family shares: random masks, the scores under them, and sums over both.

A mask is (H, W) in [0, 1], 1 = visible; what it hides is black. Masks are made when they are
needed, twice if need be: thousands of them would not fit in memory and cost little.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from explain.base import Parameter
from explain.kriging import coarse, predict
from explain.run import Lazy, Map, Run, Side

CHUNK = 64
PREVIEWS = 4
LEAST = 50  # masks to try before scores can be predicted
AT_RANDOM = 0.8  # of what is tried, before predictions say what else to try

Scores = npt.NDArray[np.float32]
Masks = Lazy


def tried_of(default: float) -> Parameter:
    """The setting of how many masks are really tried."""
    return Parameter(
        "tried",
        default,
        "Share of the masks that are really tried; from their scores those under the others are "
        "predicted (published: 1, all are tried).",
        0.05,
        1.0,
        0.05,
    )


def random_grids(run: Run, count: int, cells: int, keep: float) -> Masks:
    """RISE's masks: a coarse random grid, enlarged smoothly and shifted at random.

    ``rand(N, s, s) < p`` is enlarged bilinearly to (s + 1) * ceil(H / s) and cropped.
    """
    rng = run.rng()
    grids = (rng.random((count, cells, cells)) < keep).astype(np.float32)
    enlarge, shifts = [], []
    for length in run.shape:
        cell = -(-length // cells)
        enlarge.append(_linear(cells, (cells + 1) * cell))
        shifts.append(rng.integers(0, cell, count)[:, None] + np.arange(length))

    def make(which: npt.NDArray[np.intp]) -> npt.NDArray[np.float32]:
        rows, columns = (up[shift[which]] for up, shift in zip(enlarge, shifts, strict=True))
        return rows @ grids[which] @ columns.transpose(0, 2, 1)

    return Lazy(count, make)


def _linear(cells: int, size: int) -> npt.NDArray[np.float32]:
    """Matrix (size, cells) of bilinear enlargement along one axis, as cv2 and torch do it."""
    place = np.clip((np.arange(size) + 0.5) * cells / size - 0.5, 0, cells - 1)
    return np.maximum(0, 1 - np.abs(place[:, None] - np.arange(cells))).astype(np.float32)


def random_patches(run: Run, count: int, size: float, fewest: int, most: int) -> Masks:
    """CorrRISE's masks: a few black squares at random places, each inside the crop.

    Args:
        run: The run.
        count: How many masks.
        size: Edge of a square, as a share of the crop.
        fewest: Least squares in a mask.
        most: Most squares in a mask.
    """
    rng = run.rng()
    numbers = rng.integers(min(fewest, most), max(fewest, most) + 1, count)
    extent = [max(1, round(size * length)) for length in run.shape]
    corners = np.stack(
        [
            rng.integers(0, length - edge + 1, (count, numbers.max()))
            for length, edge in zip(run.shape, extent, strict=True)
        ],
        axis=-1,
    )

    def make(which: npt.NDArray[np.intp]) -> npt.NDArray[np.float32]:
        masks = np.ones((len(which), *run.shape), np.float32)
        for mask, places, number in zip(masks, corners[which], numbers[which], strict=True):
            for top, left in places[:number]:
                mask[top : top + extent[0], left : left + extent[1]] = 0
        return masks

    return Lazy(count, make)


def how_many(masks: int, tried: float) -> int:
    """How many of the masks are really tried."""
    return min(masks, max(LEAST, round(tried * masks)))


def explain_by(
    run: Run,
    side: Side,
    masks: Masks,
    read: Callable[[Masks, Scores], Map],
    tried: float = 1.0,
    promising: Callable[[Scores], Scores] | None = None,
) -> Map:
    """Score one picture under each mask; the map is ``read(masks, scores)``.

    Where the score is the same under all masks there is no evidence, and the map is all zeros.
    Only some masks are really tried when ``tried`` is below 1, and the other scores are predicted
    by kriging (:func:`~explain.kriging.predict`). What one mask does to the map is then much the
    same, and the maps of all masks and of some are nearly alike, while those of another draw of the
    masks are not (``benchmarks/sampling_speed.py``). A few previews are read on the way from the
    masks done so far.

    Args:
        run: The run.
        side: Whose map.
        masks: All masks.
        read: Makes the map of the first masks and their scores.
        tried: Share of the masks that is tried: the first ones.
        promising: For maps that hang on few of the masks: (N,) predicted scores -> how much each
            mask is worth trying. The last fifth of the tries goes to the best ones.
    """

    def found(scores: Scores) -> Map:
        # A read would be left with the rounding of its own sums, and scaling would enlarge it.
        return read(masks, scores) if np.ptp(scores) > 0 else np.zeros(run.shape, np.float32)

    picture, total = run.picture(side), len(masks)
    count = how_many(total, tried)
    blind = count
    if promising is not None and count < total:
        blind = CHUNK * max(1, round(AT_RANDOM * count / CHUNK))
    which = np.arange(total)
    scores, predicted = np.empty(0, np.float32), None
    every = math.ceil(count / CHUNK / PREVIEWS)
    for step, start in enumerate(run.steps(range(0, count, CHUNK)), 1):
        if promising is not None and start == blind:
            predicted = _predicted(masks, scores)
            which[blind:] = blind + np.argsort(-promising(predicted)[blind:])
        shown = masks.make(which[start : min(start + CHUNK, count)])
        scores = np.append(scores, run.scores(picture * shown[..., None], side))
        if run.preview is not None and start < blind and step % every == 0:
            run.show(side, found(scores))
    if count == total:
        return found(scores)
    if predicted is None:
        predicted = _predicted(masks, scores)
    predicted[which[:count]] = scores
    return found(predicted)


def _predicted(masks: Masks, scores: Scores) -> Scores:
    """The scores of the first masks, and those of all others as they make one expect."""
    seen = np.concatenate(
        [coarse(masks[start : start + CHUNK]) for start in range(0, len(masks), CHUNK)]
    )
    return predict(seen, scores.astype(float)).astype(np.float32)


def weighted_sum(masks: Masks, weights: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """``sum_i w_i M_i`` for each row of weights (K, n) over the first n masks: (K, H, W)."""
    total: npt.NDArray[np.float64] = np.zeros(())
    for start in range(0, weights.shape[1], CHUNK):
        part = weights[:, start : start + CHUNK]
        shown = masks[start : start + part.shape[1]]
        # Only a chunk is summed in the masks' single precision.
        total = total + np.tensordot(part, shown, 1).astype(np.float64)
    return total
