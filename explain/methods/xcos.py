"""xCos: a trained module that compares two faces place by place and weighs the places."""

from __future__ import annotations

import torch

from explain.activations import read, to_pixels
from explain.base import Explainer, Parameter
from explain.run import Maps, Run
from explain.xcos import XCOS, load_xcos


def explain_both(run: Run, show: str) -> Maps:
    """``H(p) = W(p) (S(p) - t(p))``, which add up to xCos's score less the threshold.

    ``S`` is the patched cosine and ``W`` the attention. Places differ in how alike two faces
    usually are there, so that ``t(p)`` is what a place has on average in pairs at the threshold,
    moved by one number for all places to make the sum exact. All this belongs to the pair: the two
    pictures have one map. Mirrored pictures are compared with each other and turned back.
    """
    module = load_xcos(run.pair.model)
    features = read(run, module.smallest).maps.detach()
    with torch.inference_mode():
        a, b = module.describe(features).unflatten(0, (-1, 2)).unbind(1)
        cosines, weights = module.compare(a, b)
        usual = module.usual(run.pair.threshold)
        moved = run.pair.threshold - (weights * usual).sum((1, 2), keepdim=True)
        margin = cosines - usual - moved
        shown = {"evidence": weights * margin, "cosine": margin, "attention": weights}[show]
        return to_pixels(run, shown.repeat_interleave(2, 0))


EXPLAINER = Explainer(
    name="xcos",
    title="xCos",
    sentence="Compares the two faces place by place with a small network trained to give the "
    "recogniser's own score, and marks the places that count most for or against a match.",
    citation="Lin et al., xCos: An Explainable Cosine Metric for Face Verification Task, ACM TOMM "
    "2021",
    cost="instant",
    function=explain_both,
    parameters=(
        Parameter(
            "show",
            "evidence",
            "What to show: the evidence of each place (its cosine above or below what is usual "
            "there at the threshold, times its weight), the cosine alone (xCos-S), or the weight "
            "alone (xCos-W).",
            choices=("evidence", "cosine", "attention"),
        ),
    ),
    needs_gradients=True,
    uses_threshold=True,
    trained=XCOS,
    work=lambda _pair, **_: 2,
)
