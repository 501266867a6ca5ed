"""IFV S1: regions become another person's one on top of the other, twice: down and up.

What was filled in one step stays as it is in the next. (To fill all chosen regions anew in each
step would change them a little every time, and give the change to the region chosen last.)
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from explain.base import Explainer, Parameter
from explain.inpainting import FILLS, INPAINTER, SCHEME, Fillings, at_most, fillings
from explain.parts import paint_both
from explain.regions import SCHEMES
from explain.run import SIDES, Maps, Run
from recognition.types import Comparison

STOP = Parameter(
    "stop", 0.001, "Stop each search at changes of the score below this.", 0, 0.05, 0.001
)


def search(filled: Fillings, sign: int, stop: float) -> npt.NDArray[np.float64]:
    """One greedy run: in each step the region that moves the score furthest one way.

    Args:
        filled: The pair.
        sign: -1 to lower the score (the paper's negative run), 1 to raise it (the positive run).
        stop: Smallest change that goes on.

    Returns:
        (R,) the steps' changes of the score, each at its region; 0 for regions not taken.
    """
    changes = np.zeros(len(filled.names))
    left = np.arange(len(changes))
    states, score = filled.untouched, filled.run.reference
    for step in filled.run.steps(range(len(changes))):
        tried = filled.alone if step == 0 else filled.further(states, left)
        scores = tried.mean(1)
        best = int((sign * scores).argmax())
        if sign * (scores[best] - score) < max(stop, 1e-9):
            break
        region = int(left[best])
        changes[region], score = scores[best] - score, scores[best]
        states, left = filled.filled(states, region), np.delete(left, best)
    return changes


def explain_both(run: Run, inpainter: str, fills: int, scheme: str, stop: float) -> Maps:
    """``H = H_neg - H_pos``: what the score lost (+) and what it gained (-) region by region."""
    filled = run.once(fillings, inpainter, fills, scheme)
    total = np.zeros(len(filled.names))
    for sign in run.steps((-1, 1)):
        total -= search(filled, sign, stop)
        for side, values in zip(SIDES, paint_both(run, scheme, total), strict=True):
            run.show(side, values)
    run.replaced = filled.replaced()
    return paint_both(run, scheme, total)


def work(_pair: Comparison, inpainter: str, fills: int, scheme: str, stop: float) -> int | None:
    """What it costs when both searches take all regions; they share the first step."""
    regions = len(SCHEMES[scheme])
    return at_most(inpainter, fills, regions**2)


EXPLAINER = Explainer(
    name="inpaint-s1",
    title="Inpainting, greedy",
    sentence="Replaces regions by another person's in both faces, one on top of the other: once to "
    "lower the score as fast as possible, once to raise it.",
    citation="Claro, Interpretable Face Verification Using Visual Explanations, 2025, sec. 3.2.2.2",
    cost="slow",
    function=explain_both,
    parameters=(INPAINTER, FILLS, SCHEME, STOP),
    work=work,
)
