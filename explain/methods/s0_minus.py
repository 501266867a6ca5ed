"""S0-: remove one spot at a time and see how far the score falls."""

from __future__ import annotations

from explain.base import Explainer, per_side
from explain.grid import GRID, SMOOTHING, WIDTH, single_map, smooth
from explain.run import Map, Run, Side


def explain_side(run: Run, side: Side, grid: int, width: float, smoothing: float) -> Map:
    """``H(i,j) = s(A,B) - s(A, B'_ij)``; negative where the score rises without the spot."""
    return smooth(single_map(run, side, "remove", grid, width), smoothing)


EXPLAINER = Explainer(
    name="s0-",
    title="S0-: single removal",
    sentence="Hides one spot of the face at a time and marks the spots without which the two faces "
    "look less alike.",
    citation="Mery & Morris, On Black-Box Explanation for Face Verification, WACV 2022 (S0-)",
    cost="fast",
    function=per_side(explain_side),
    parameters=(GRID, WIDTH, SMOOTHING),
    work=lambda _pair, grid, width, smoothing: 2 * (grid * grid + 1),
)
