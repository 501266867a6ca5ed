"""The pictures of an evaluation: DET curve and reliability diagram."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.special import ndtri

from recognition.measure.held_out import HeldOut
from recognition.measure.metrics import Rates
from recognition.measure.reliability import reliability_bins, wilson_interval

TICKS = (1e-5, 1e-4, 1e-3, 1e-2, 5e-2, 0.2, 0.4)
# Okabe & Ito's colours, told apart by all kinds of colour vision; the line style says it again.
STYLES = (("#0072B2", "-"), ("#D55E00", "--"), ("#009E73", "-."), ("#CC79A7", ":"))


def det_figure(curves: Mapping[str, Rates], path: Path) -> None:
    """Draw detection error trade-off curves (Martin et al. 1997) on normal deviate axes.

    Args:
        curves: Title of a model -> its error rates.
        path: PNG to write.
    """
    figure = Figure(figsize=(5.4, 4.6), dpi=110, layout="constrained")
    axes = figure.subplots()
    for (title, rates), (colour, style) in zip(curves.items(), STYLES * 9, strict=False):
        drawn = (rates.fmr > 0) & (rates.fmr < 1) & (rates.fnmr > 0) & (rates.fnmr < 1)
        axes.plot(
            ndtri(rates.fmr[drawn]), ndtri(rates.fnmr[drawn]), style, color=colour, label=title
        )
    limits = ndtri(TICKS[0]), ndtri(TICKS[-1])
    axes.plot(limits, limits, color="0.8", linewidth=0.8, zorder=0)
    ticks = [f"{100 * tick:g}" for tick in TICKS]
    axes.set_xticks(ndtri(TICKS), ticks)
    axes.set_yticks(ndtri(TICKS[2:]), ticks[2:])
    axes.set_xlim(*limits)
    axes.set_ylim(ndtri(TICKS[2]) - 0.3, ndtri(TICKS[-1]))
    axes.set_xlabel("False match rate, % of pairs of different people")
    axes.set_ylabel("False non-match rate, % of pairs of the same person")
    axes.set_title("LFW view 2, impostors all against all", fontsize=10)
    axes.grid(color="0.92")
    axes.legend(frameon=False)
    figure.savefig(path)


def reliability_figure(probabilities: HeldOut, title: str, path: Path) -> None:
    """Draw predicted against observed shares of genuine pairs, PIC beside xFace.

    Args:
        probabilities: Of pairs that nothing was fitted to.
        title: Of the model.
        path: PNG to write.
    """
    figure = Figure(figsize=(8.2, 4.2), dpi=110, layout="constrained")
    left, right = figure.subplots(1, 2, sharex=True, sharey=True)
    _reliability_axes(left, f"{title}: PIC-score", probabilities.pic, probabilities.genuine)
    _reliability_axes(right, f"{title}: xFace", probabilities.xface, probabilities.genuine)
    left.set_ylabel("Share that were the same person")
    figure.supxlabel(
        "Probability given (dots: larger for more pairs; bars: 95 % interval)", fontsize=10
    )
    figure.savefig(path)


def _reliability_axes(
    axes: Axes, title: str, p: npt.NDArray[np.float64], genuine: npt.NDArray[np.bool_]
) -> None:
    bins = reliability_bins(p, genuine)
    axes.plot([0, 1], [0, 1], color="0.8", linewidth=0.8, zorder=0)
    low, high = wilson_interval(bins.observed, bins.count)
    axes.vlines(bins.predicted, low, high, color=STYLES[0][0], linewidth=1)
    axes.scatter(bins.predicted, bins.observed, 6 + 2 * np.sqrt(bins.count), color=STYLES[0][0])
    axes.set_title(title, fontsize=10)
