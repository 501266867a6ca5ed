"""FV-RISE: two maps, of what lowers and of what raises the score when it is hidden."""

from __future__ import annotations

import numpy as np

from explain.base import Explainer, Parameter, min_max, per_side, unchanged
from explain.methods.rise import KEEP
from explain.run import Map, Run, Side
from explain.sampling import (
    Masks,
    Scores,
    explain_by,
    how_many,
    random_grids,
    tried_of,
    weighted_sum,
)

SHOW = Parameter(
    "show",
    "both",
    "The similarity map S, the dissimilarity map D (below zero), or both in one.",
    choices=("both", "similar", "dissimilar"),
)


def explain_side(
    run: Run, side: Side, masks: int, cells: int, keep: float, show: str, tried: float
) -> Map:
    """``S = sum_{s_i < s_ref} |s_ref - s_i| (1 - M_i)``, ``D`` likewise over ``s_i > s_ref``.

    The hidden part is weighted (the published code weights the visible one, which turns S upside
    down). Each is stretched to [0, 1], and one that no mask speaks for is all zeros; the map is
    S - D. Where few masks speak for one of the two, each of them counts for much: those that are
    predicted to do so are tried.
    """
    reference = run.reference

    def rare(predicted: Scores) -> Scores:
        rises = predicted - reference
        return rises if (rises > 0).mean() < 0.5 else -rises

    def read(drawn: Masks, scores: Scores) -> Map:
        falls = reference - scores
        weights = np.stack([np.maximum(falls, 0), np.maximum(-falls, 0)])
        hidden = weights.sum(1)[:, None, None] - weighted_sum(drawn, weights)
        similar, dissimilar = (min_max(each.astype(np.float32)) for each in hidden)
        shown = {"both": similar - dissimilar, "similar": similar, "dissimilar": -dissimilar}
        return shown[show]

    return explain_by(run, side, random_grids(run, masks, cells, keep), read, tried, rare)


EXPLAINER = Explainer(
    name="fvrise",
    title="FV-RISE",
    sentence="Hides random parts of the face: what lowers the score when it is hidden is marked "
    "as alike, what raises it as unlike.",
    citation="Bousnina et al., A RISE-Based Explainability Method for Genuine and Impostor Face "
    "Verification, BIOSIG 2023",
    cost="fast",
    function=per_side(explain_side),
    parameters=(
        Parameter("masks", 10000, "Random masks for each face (published: 10000).", 50, 10000, 50),
        Parameter("cells", 5, "Cells along each side of a mask (published: 5).", 3, 20, 1),
        KEEP,
        SHOW,
        tried_of(0.05),
    ),
    scale=unchanged,
    work=lambda _pair, masks, tried, **_: 2 + 2 * how_many(masks, tried),
)
