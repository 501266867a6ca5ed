"""MinPlus: the mean of S0-, S1-, S0+ and S1+ as they are, smoothed and stretched once."""

from __future__ import annotations

from typing import Any

import numpy as np

from explain.base import Explainer, min_max, per_side
from explain.greedy import SETTINGS, Settings, expected, four
from explain.grid import SMOOTHING, smooth
from explain.run import Map, Run, Side


def explain_side(run: Run, side: Side, smoothing: float, **settings: Any) -> Map:
    """Average the raw maps, then smooth (IFV sec. 2.4.2); the entry's scale is the min-max."""
    parts = four(run, side, Settings(**settings))
    return smooth(np.mean(parts, axis=0), smoothing)


EXPLAINER = Explainer(
    name="minplus",
    title="MinPlus",
    sentence="Averages the same four maps without stretching each of them first, so that the one "
    "with the largest effect on the score counts most.",
    citation="Mery et al., True Black-Box Explanation in Facial Analysis, CVPRW 2022 (MinPlus)",
    cost="slow",
    function=per_side(explain_side),
    parameters=(*SETTINGS, SMOOTHING),
    signed=False,
    scale=min_max,
    work=lambda _pair, smoothing, **settings: 4 + 4 * expected(Settings(**settings)),
)
