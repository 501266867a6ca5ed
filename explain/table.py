"""The explainability table: how important each region of the face is to each technique.

The range of a map, its minimum to its maximum, is divided into five equal intervals. The level of a
region is the interval that most of its pixels fall in: 1 is the top interval and most important, 5
least (P2W sec. 2.2 and figure 7). Ties go to the more important level.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from explain.base import Explanation
from explain.regions import RegionMasks, region_masks
from explain.run import SIDES, Map, Side

LEVELS = 5
TABLE_TECHNIQUES = ("s0-", "s1-", "s0+", "s1+", "avg")
"""The columns of the paper's own table."""

Measure = Literal["mean", "ratio of ones"]
Masks = Mapping[Side, RegionMasks]


@dataclass(frozen=True, eq=False)
class RegionTable:
    """Levels of regions under several techniques; 1 is most important, 5 least.

    Attributes:
        scheme: Region scheme, a key of :data:`~explain.regions.SCHEMES`.
        regions: Row names, R of them, from top to bottom of the face.
        techniques: Column names, T explainers.
        levels: (R, T) int, 1 to 5.
        side: Whose pixels were counted: ``a``, ``b``, or ``both`` pictures' together.
        absent: Regions without a row, because no pixel of them is on the crop.
        flat: Techniques that found no evidence at all; their column is all 5.
        notes: Sentences on where the regions come from.
    """

    scheme: str
    regions: tuple[str, ...]
    techniques: tuple[str, ...]
    levels: npt.NDArray[np.int_]
    side: Side | Literal["both"] = "both"
    absent: tuple[str, ...] = ()
    flat: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        levels = np.asarray(self.levels)
        expected = len(self.regions), len(self.techniques)
        if levels.shape != expected or not np.isin(levels, np.arange(1, LEVELS + 1)).all():
            raise ValueError(f"levels are whole numbers 1 to {LEVELS} in shape {expected}")
        object.__setattr__(self, "levels", levels.astype(int))

    @property
    def mean(self) -> npt.NDArray[np.float64]:
        """(R,) mean level over the techniques, 1 to 5; low is important."""
        mean: npt.NDArray[np.float64] = self.levels.mean(axis=1)
        return mean

    @property
    def ratio_of_ones(self) -> npt.NDArray[np.float64]:
        """(R,) share of the techniques that gave level 1; high is important."""
        ratio: npt.NDArray[np.float64] = (self.levels == 1).mean(axis=1)
        return ratio

    def most_important(self, by: Measure = "mean") -> tuple[str, ...]:
        """The most important region; several when they tie."""
        scores = -self.mean if by == "mean" else self.ratio_of_ones
        return self._at(scores, scores.max())

    def least_important(self, by: Measure = "mean") -> tuple[str, ...]:
        """The least important region; several when they tie."""
        scores = -self.mean if by == "mean" else self.ratio_of_ones
        return self._at(scores, scores.min())

    def _at(self, scores: npt.NDArray[np.float64], value: float) -> tuple[str, ...]:
        return tuple(
            name
            for name, score in zip(self.regions, scores, strict=True)
            if np.isclose(score, value)
        )

    @property
    def sentence(self) -> str:
        """How to read the table."""
        return (
            "Level 1 means that the region is most important to the score and level 5 that it is "
            "least; Mean is the average level, low for important regions, and Ratio of 1s the "
            "share of techniques that gave level 1."
        )


def region_table(
    results: Mapping[str, Explanation],
    scheme: str = "p2w",
    *,
    side: Side | Literal["both"] = "both",
    masks: Masks | None = None,
) -> RegionTable:
    """Make the table of any set of techniques.

    With ``both``, every map is divided into its own five intervals, and the pixels that a region
    has in the two pictures are counted together.

    Args:
        results: Technique -> explanation, all of the same pair; the columns' order.
        scheme: ``p2w`` or ``ifv``.
        side: Whose maps to read.
        masks: The regions of both faces where they are known already, see :func:`masks_of`.

    Raises:
        UnknownName: When there is no such scheme.
        ValueError: When there are no results, or they are of different pairs.
    """
    if len({id(result.pair) for result in results.values()}) != 1:
        raise ValueError("a table needs at least one explanation, and all of the same pair")
    if masks is None:
        masks = masks_of(next(iter(results.values())), scheme)
    sides: tuple[Side, ...] = SIDES if side == "both" else (side,)
    names = masks["a"].names
    counts = np.stack(
        [
            sum(_counts(_map(result, each), masks[each]) for each in sides)
            for result in results.values()
        ],
        axis=1,
    )
    present = np.array([any(masks[each][name].any() for each in sides) for name in names])
    # argmax takes the first of equals: the more important level. No evidence at all is level 5.
    levels = np.where(counts.any(axis=2), counts.argmax(axis=2) + 1, LEVELS)
    return RegionTable(
        scheme=masks["a"].scheme,
        regions=tuple(np.array(names)[present]),
        techniques=tuple(results),
        levels=levels[present],
        side=side,
        absent=tuple(np.array(names)[~present]),
        flat=tuple(
            name
            for name, result in results.items()
            if all(np.ptp(_map(result, each)) == 0 for each in sides)
        ),
        notes=_distinct(masks[each].sentence for each in sides),
    )


def masks_of(result: Explanation, scheme: str = "p2w") -> Masks:
    """The regions of both faces of a pair; the face mesh runs once a face."""
    return {
        "a": region_masks(result.pair.a, scheme),
        "b": region_masks(result.pair.b, scheme),
    }


def pixel_levels(values: Map) -> npt.NDArray[np.int_]:
    """Level of every pixel, (H, W) int: 1 in the top fifth of the map's range, 5 in the bottom."""
    low, high = float(values.min()), float(values.max())
    share = (
        (values.astype(np.float64) - low) / (high - low) if high > low else np.zeros(values.shape)
    )
    levels: npt.NDArray[np.int_] = LEVELS - np.minimum((share * LEVELS).astype(int), LEVELS - 1)
    return levels


def _map(result: Explanation, side: Side) -> Map:
    return result.maps[0] if side == "a" else result.maps[1]


def _counts(values: Map, regions: RegionMasks) -> npt.NDArray[np.int_]:
    """Pixels of each region at each level, (R, 5); none where the map holds no evidence."""
    if np.ptp(values) == 0:
        return np.zeros((len(regions.names), LEVELS), int)
    levels = pixel_levels(values)
    return np.stack([np.bincount(levels[mask] - 1, minlength=LEVELS) for mask in regions.masks])


def _distinct(sentences: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sentences))
