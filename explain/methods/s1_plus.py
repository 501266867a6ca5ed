"""S1+: add the spot that raises the score most to a black picture, again and again."""

from __future__ import annotations

from typing import Any

from explain.base import Explainer, per_side
from explain.greedy import SETTINGS, Settings, expected, greedy_map
from explain.grid import SMOOTHING, smooth
from explain.run import Map, Run, Side


def explain_side(run: Run, side: Side, smoothing: float, **settings: Any) -> Map:
    """The value of a place is the increase of the score when it came, 0 if it never did."""
    return smooth(greedy_map(run, side, "add", Settings(**settings)), smoothing)


EXPLAINER = Explainer(
    name="s1+",
    title="S1+: greedy aggregation",
    sentence="Puts the face together on black from the spots that raise the likeness most, and "
    "marks what each one brought.",
    citation="Mery & Morris, On Black-Box Explanation for Face Verification, WACV 2022 (S1+)",
    cost="fast",
    function=per_side(explain_side),
    parameters=(*SETTINGS, SMOOTHING),
    signed=False,
    work=lambda _pair, smoothing, **settings: 4 + 2 * expected(Settings(**settings)),
)
