"""CorrRISE: correlate, pixel by pixel, being visible with the score."""

from __future__ import annotations

import numpy as np
from scipy.stats import rankdata

from explain.base import Explainer, Parameter, per_side
from explain.run import Map, Run, Side
from explain.sampling import (
    Masks,
    Scores,
    explain_by,
    how_many,
    random_patches,
    tried_of,
    weighted_sum,
)


def correlation(masks: Masks, values: Scores) -> Map:
    """Pearson correlation of a pixel's visibility, 0 or 1, with the values; 0 if never hidden."""
    centred = values - values.mean()
    joint, visible = weighted_sum(masks, np.stack([centred, np.ones_like(centred)]))
    share = visible / len(values)
    spread = np.sqrt(len(values) * share * (1 - share) * np.square(centred, dtype=float).sum())
    correlated = np.divide(joint, spread, out=np.zeros_like(joint), where=spread > 0)
    return correlated.astype(np.float32)


def explain_side(
    run: Run,
    side: Side,
    masks: int,
    patch: float,
    fewest: int,
    most: int,
    correlate: str,
    tried: float,
) -> Map:
    """``H = corr_i(M_i, s_i)``: + similar, - dissimilar."""

    def read(drawn: Masks, scores: Scores) -> Map:
        ranked = rankdata(scores).astype(np.float32) if correlate == "ranks" else scores
        return correlation(drawn, ranked)

    return explain_by(run, side, random_patches(run, masks, patch, fewest, most), read, tried)


EXPLAINER = Explainer(
    name="corrrise",
    title="CorrRISE",
    sentence="Hides a few random squares at a time and marks how closely seeing a place goes "
    "together with a higher, or a lower, score.",
    citation="Lu, Xu & Ebrahimi, Towards Visual Saliency Explanations of Face Verification, "
    "WACV 2024, eq. 3",
    cost="fast",
    function=per_side(explain_side),
    parameters=(
        Parameter("masks", 500, "Random masks for each face (published: 500).", 50, 5000, 50),
        Parameter(
            "patch", 0.27, "Edge of a square, as a share of the crop (published: 30 of 112).",
            0.05, 0.5, 0.01,
        ),
        Parameter("fewest", 3, "Least squares hidden at a time.", 1, 20, 1),
        Parameter("most", 10, "Most squares hidden at a time (published: 10).", 1, 20, 1),
        Parameter(
            "correlate", "scores", "Correlate with the scores (Pearson, as published) or with "
            "their ranks (Spearman, as in later code).", choices=("scores", "ranks"),
        ),
        tried_of(0.35),
    ),
    work=lambda _pair, masks, tried, **_: 2 + 2 * how_many(masks, tried),
)  # fmt: skip
