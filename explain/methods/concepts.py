"""Doh et al.: the regions people speak of, hidden one by one and one after the other."""

from __future__ import annotations

from functools import partial

import numpy as np
import numpy.typing as npt

from explain.base import Explainer, Parameter
from explain.parts import SCHEME, count, hide_in_both, paint_both
from explain.regions import SCHEMES
from explain.run import SIDES, Maps, Run
from recognition.types import Comparison

Values = npt.NDArray[np.float64]


def single(run: Run, scheme: str) -> Values:
    """S0: ``C_r = s(A, B) - s(A without r, B without r)`` for each region, (R,)."""
    return run.reference - hide_in_both(run, scheme, np.eye(count(run, scheme), dtype=bool))


def greedy(run: Run, scheme: str, stop: float) -> Values:
    """S1: hide the region that changes the score most on top of those hidden already.

    The value is how far the score falls (+) or rises (-) in that step; steps that change less than
    ``stop`` end the search and leave the other regions at 0.
    """
    values = np.zeros(count(run, scheme))
    hidden = np.zeros(len(values), bool)
    score = run.reference
    for _ in run.steps(range(len(values))):
        left = np.flatnonzero(~hidden)
        scores = hide_in_both(run, scheme, hidden | np.eye(len(values), dtype=bool)[left])
        falls = score - scores
        most = np.abs(falls).argmax()
        if abs(falls[most]) < stop:
            break
        values[left[most]], score = falls[most], scores[most]
        hidden[left[most]] = True
    return values


def largest_one(values: Values) -> Values:
    """Divide by the largest absolute value."""
    peak = np.abs(values).max()
    return values / peak if peak > 0 else values


def explain_both(run: Run, removal: str, scheme: str, stop: float) -> Maps:
    """S0, S1, or the mean of both after dividing each by its largest absolute value."""
    if removal == "single":
        return paint_both(run, scheme, run.once(single, scheme))
    if removal == "greedy":
        return paint_both(run, scheme, run.once(greedy, scheme, stop))
    total = np.zeros(count(run, scheme))
    searches = (partial(run.once, single, scheme), partial(run.once, greedy, scheme, stop))
    for search in run.steps(searches):
        total = total + largest_one(search()) / 2
        for side, values in zip(SIDES, paint_both(run, scheme, total), strict=True):
            run.show(side, values)
    return paint_both(run, scheme, total)


def at_most(_pair: Comparison, removal: str, scheme: str, stop: float) -> int:
    """How many pictures are embedded when the greedy search takes all regions."""
    regions = len(SCHEMES[scheme])
    alone, on_top = 2 * regions, regions * (regions + 1)
    return 2 + {"single": alone, "greedy": on_top, "average": alone + on_top}[removal]


EXPLAINER = Explainer(
    name="concepts",
    title="Human concepts",
    sentence="Hides the same region, such as the nose, in both faces, alone and on top of others, "
    "and gives each region the change of the score.",
    citation="Doh et al., Bridging Human Concepts and Computer Vision for Explainable Face "
    "Verification, 2024 (arXiv:2403.08789), sec. 3",
    cost="fast",
    function=explain_both,
    parameters=(
        Parameter(
            "removal",
            "average",
            "Hide regions alone (S0), one on top of the other (S1), or average both.",
            choices=("average", "single", "greedy"),
        ),
        SCHEME,
        Parameter(
            "stop",
            0.001,
            "Stop the greedy search at changes of the score below this.",
            0,
            0.05,
            0.001,
        ),
    ),
    work=at_most,
)
