"""AVG: the mean of S0-, S1-, S0+ and S1+, each stretched to the same range."""

from __future__ import annotations

from typing import Any

import numpy as np

from explain.base import Explainer, min_max, per_side, unchanged
from explain.greedy import SETTINGS, Settings, expected, four
from explain.grid import SMOOTHING, smooth
from explain.run import Map, Run, Side


def explain_side(run: Run, side: Side, smoothing: float, **settings: Any) -> Map:
    """Smooth and min-max each map, then average (IFV eq. 2.12, 2.13, 2.17)."""
    parts = four(run, side, Settings(**settings))
    stretched = [min_max(smooth(part, smoothing)) for part in parts]
    average: Map = np.mean(stretched, axis=0)
    return average


EXPLAINER = Explainer(
    name="avg",
    title="AVG: average of the four",
    sentence="Averages the four maps that hide or show spots, alone or one after the other, so "
    "that a place stands out when several of them agree.",
    citation="Mery & Morris, On Black-Box Explanation for Face Verification, WACV 2022 (AVG)",
    cost="slow",
    function=per_side(explain_side),
    parameters=(*SETTINGS, SMOOTHING),
    signed=False,
    scale=unchanged,
    work=lambda _pair, smoothing, **settings: 4 + 4 * expected(Settings(**settings)),
)
