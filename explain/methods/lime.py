"""LIME: a linear model of the score over superpixels that are there or not."""

from __future__ import annotations

import numpy as np
from skimage.segmentation import slic
from sklearn.linear_model import Ridge

from explain.base import Explainer, Parameter, per_side
from explain.parts import Parts, hide, paint, regions
from explain.run import Map, Run, Side

RIDGE = 1.0  # weight of |w|^2, as in the authors' code


def superpixels(run: Run, side: Side, count: int) -> Parts:
    """SLIC superpixels of one picture, (about ``count``, H, W), compact in rough texture too."""
    labels = slic(run.picture(side), n_segments=count, slic_zero=True, sigma=1, start_label=0)
    return labels[None] == np.arange(labels.max() + 1)[:, None, None]


def named(run: Run, side: Side) -> Parts:
    """The nine regions of the region table, and everything else as a tenth part."""
    inside = run.once(regions, side, "p2w")
    everything = np.concatenate([inside, ~inside.any(0, keepdims=True)])
    return everything[everything.any((1, 2))]


def explain_side(
    run: Run, side: Side, samples: int, parts: str, segments: int, kernel: float
) -> Map:
    """``min_w sum_z pi(z) (s(z) - w . z - c)^2 + |w|^2``; the map gives each part its w.

    z says which parts are visible; ``pi(z) = exp(-D^2 / kernel^2)``, D the cosine distance of z to
    the whole face.
    """
    found = superpixels(run, side, segments) if parts == "superpixels" else named(run, side)
    visible = run.rng().random((samples, len(found))) < 0.5
    visible[0] = True
    scores = run.scores(hide(run.picture(side), found, ~visible), side)
    if np.ptp(scores) == 0:  # no evidence; the fit would be left with its own rounding
        return np.zeros(run.shape, np.float32)
    distance = 1 - np.sqrt(visible.mean(1))
    nearness = np.exp(-((distance / kernel) ** 2))
    model = Ridge(alpha=RIDGE).fit(visible, scores, sample_weight=nearness)
    return paint(model.coef_, found)


EXPLAINER = Explainer(
    name="lime",
    title="LIME",
    sentence="Hides random combinations of small patches that follow the picture's edges, and fits "
    "a simple sum to the scores: each patch gets its share.",
    citation="Ribeiro, Singh & Guestrin, 'Why Should I Trust You?', KDD 2016, eq. 1-2",
    cost="fast",
    function=per_side(explain_side),
    parameters=(
        Parameter("samples", 500, "Random combinations (published: 1000).", 50, 5000, 50),
        Parameter(
            "parts",
            "superpixels",
            "What is hidden together: superpixels or the named regions of the face.",
            choices=("superpixels", "regions"),
        ),
        Parameter("segments", 60, "Superpixels of a face (SLIC).", 10, 200, 5),
        Parameter(
            "kernel",
            0.25,
            "How fast combinations far from the whole face lose weight.",
            0.05,
            2,
            0.05,
        ),
    ),
    work=lambda _pair, samples, **_: 2 + 2 * samples,
)
