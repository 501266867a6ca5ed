"""RISE: show random parts of a face, and see which parts come with high scores."""

from __future__ import annotations

import numpy as np

from explain.base import Explainer, Parameter, per_side
from explain.run import Map, Run, Side
from explain.sampling import Masks, Scores, explain_by, random_grids, weighted_sum

GRID_MASKS = Parameter(
    "masks", 500, "Random masks for each face (published: 2000 to 10000).", 50, 10000, 50
)
KEEP = Parameter(
    "keep", 0.5, "Share of the face that a mask leaves visible (published: 0.1 to 0.5).", 0.1, 0.9,
    0.05,
)  # fmt: skip


def explain_side(run: Run, side: Side, masks: int, cells: int, keep: float) -> Map:
    """``H = (1 / (N p)) sum_i (s_i - mean s) M_i``.

    The mean is taken off because cosines, unlike the class scores of the paper, can be negative;
    the map then has a sign: + where seeing a place goes with a higher score.
    """

    def read(drawn: Masks, scores: Scores) -> Map:
        total = weighted_sum(drawn, (scores - scores.mean())[None])[0]
        return (total / (len(scores) * keep)).astype(np.float32)

    return explain_by(run, side, random_grids(run, masks, cells, keep), read)


EXPLAINER = Explainer(
    name="rise",
    title="RISE",
    sentence="Shows random parts of the face and marks those that go with a high score when they "
    "are visible.",
    citation="Petsiuk, Das & Saenko, RISE: Randomized Input Sampling for Explanation, BMVC 2018, "
    "eq. 6",
    cost="fast",
    function=per_side(explain_side),
    parameters=(
        GRID_MASKS,
        Parameter("cells", 8, "Cells along each side of a mask (published: 7 to 10).", 3, 20, 1),
        KEEP,
    ),
    work=lambda _pair, masks, **_: 2 + 2 * masks,
)
