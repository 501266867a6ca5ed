"""From the measures of many pairs to one row a explainer, with intervals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import spearmanr

from explain.benchmark.curves import SHARES
from explain.benchmark.measures import Measures

RESAMPLES = 1000

Curves = npt.NDArray[np.floating]
Area = Callable[[npt.NDArray[np.intp]], float]


@dataclass(frozen=True)
class Interval:
    """A figure and its 95 % bootstrap interval over the pairs."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:.1f} [{self.low:.1f}, {self.high:.1f}]"


@dataclass(frozen=True)
class Metric:
    """A column of the table.

    Attributes:
        title: Its heading.
        higher_is_better: Which way it points.
        sentence: What it measures.
    """

    title: str
    higher_is_better: bool
    sentence: str


METRICS: Mapping[str, Metric] = {
    "deletion": Metric("Deletion", False, "accuracy while the most important pixels turn black"),
    "insertion": Metric("Insertion", True, "accuracy while they appear on black"),
    "hiding": Metric("Hiding game", True, "accuracy while the least important ones are blurred"),
    "dpr_fmr": Metric("DPR, FMR", False, "false matches while patched pixels are repaired"),
    "dpr_fnmr": Metric("DPR, FNMR", False, "false non-matches while patched pixels are repaired"),
}


def areas(measured: Sequence[Measures], threshold: float) -> dict[str, Interval]:
    """The area under each curve of :data:`METRICS`, over all pairs.

    Accuracies: percent, both pictures of a pair counted, trapezoids over shares 0 to 1. DPR:
    error rates (0 to 1) with unit spacing over the 20 steps, as published.
    """
    genuine = np.array([each.genuine for each in measured])
    figures: dict[str, Area] = {}
    for name in ("deletion", "insertion", "hiding"):
        accepted = np.stack([getattr(each, name) for each in measured]) >= threshold
        right = (accepted == genuine[:, None, None]).mean(1)
        figures[name] = _accuracy_area(right)
    accepted = np.stack([each.repair for each in measured]) >= threshold
    figures["dpr_fmr"] = _rate_area(accepted, ~genuine)
    figures["dpr_fnmr"] = _rate_area(~accepted, genuine)
    return {name: bootstrap(figure, genuine) for name, figure in figures.items()}


def _accuracy_area(right: Curves) -> Area:
    return lambda pairs: 100 * float(np.trapz(right[pairs].mean(0), SHARES))


def _rate_area(wrong: npt.NDArray[np.bool_], which: npt.NDArray[np.bool_]) -> Area:
    return lambda pairs: float(np.trapz(wrong[pairs[which[pairs]]].mean(0)))


def bootstrap(figure: Area, genuine: npt.NDArray[np.bool_], seed: int = 0) -> Interval:
    """Percentile bootstrap, resampling genuine and impostor pairs apart.

    Args:
        figure: Numbers of pairs -> the figure.
        genuine: (P,) kind of each pair.
        seed: Of the resampling.
    """
    rng = np.random.default_rng(seed)
    kinds = [np.flatnonzero(genuine), np.flatnonzero(~genuine)]
    drawn = [
        figure(np.concatenate([rng.choice(kind, len(kind)) for kind in kinds if len(kind)]))
        for _ in range(RESAMPLES)
    ]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Interval(figure(np.arange(len(genuine))), float(low), float(high))


def agreement(measured: Mapping[str, Sequence[Measures]]) -> npt.NDArray[np.float64]:
    """How alike two explainers rank the regions of a face.

    Returns:
        (E, E) mean rank correlation of the regions' mean values, over the pictures that both were
        measured on; pictures where a map is the same in all regions are left out.
    """
    names = list(measured)
    values = [np.concatenate([each.regions for each in measured[name]]) for name in names]
    table = np.eye(len(names))
    for i in range(len(names)):
        for j in range(i):
            table[i, j] = table[j, i] = np.nanmean(
                [_rank_correlation(x, y) for x, y in zip(values[i], values[j], strict=False)]
            )
    return table


def _rank_correlation(x: Curves, y: Curves) -> float:
    known = np.isfinite(x) & np.isfinite(y)
    if known.sum() < 3 or np.ptp(x[known]) == 0 or np.ptp(y[known]) == 0:
        return np.nan
    return float(spearmanr(x[known], y[known]).statistic)
