"""S1-: remove the spot that lowers the score most, again and again."""

from __future__ import annotations

from typing import Any

from explain.base import Explainer, per_side
from explain.greedy import SETTINGS, Settings, expected, greedy_map
from explain.grid import SMOOTHING, smooth
from explain.run import Map, Run, Side


def explain_side(run: Run, side: Side, smoothing: float, **settings: Any) -> Map:
    """The value of a place is the decrease of the score when it went, 0 if it stayed."""
    return smooth(greedy_map(run, side, "remove", Settings(**settings)), smoothing)


EXPLAINER = Explainer(
    name="s1-",
    title="S1-: greedy removal",
    sentence="Hides the spot that matters most, then the next on top of it, and so on, and marks "
    "what each one cost in likeness.",
    citation="Mery & Morris, On Black-Box Explanation for Face Verification, WACV 2022 (S1-)",
    cost="fast",
    function=per_side(explain_side),
    parameters=(*SETTINGS, SMOOTHING),
    signed=False,
    work=lambda _pair, smoothing, **settings: 2 + 2 * expected(Settings(**settings)),
)
