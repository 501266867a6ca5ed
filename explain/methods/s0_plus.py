"""S0+: show one spot at a time on black and see how far the score rises."""

from __future__ import annotations

from explain.base import Explainer, per_side
from explain.grid import GRID, SMOOTHING, WIDTH, single_map, smooth
from explain.run import Map, Run, Side


def explain_side(run: Run, side: Side, grid: int, width: float, smoothing: float) -> Map:
    """``H(i,j) = s(A, Z + B G_ij) - s(A, Z)``; negative where the spot is less alike than black."""
    return smooth(single_map(run, side, "add", grid, width), smoothing)


EXPLAINER = Explainer(
    name="s0+",
    title="S0+: single aggregation",
    sentence="Shows one spot of the face at a time on black and marks the spots that look like the "
    "other face all by themselves.",
    citation="Mery & Morris, On Black-Box Explanation for Face Verification, WACV 2022 (S0+)",
    cost="fast",
    function=per_side(explain_side),
    parameters=(GRID, WIDTH, SMOOTHING),
    work=lambda _pair, grid, width, smoothing: 2 * (grid * grid + 2),
)
