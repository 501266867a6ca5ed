"""FGGB: the gradient of each feature, weighted by what the feature says about the match."""

from __future__ import annotations

import torch

from explain.base import Explainer
from explain.gradients import as_maps, leaves, show_both
from explain.run import Maps, Run


def explain_both(run: Run) -> Maps:
    """``H = sum_k (eA_k eB_k - T / D) G_k`` with ``G_k = mean_c |d eA_k / dA_c|`` of length 1."""
    pixels = leaves(run)
    embedded = run.describe(pixels)
    constant = embedded.detach()
    features = constant.shape[1]
    weights = constant[0] * constant[1] - run.pair.threshold / features
    total = torch.zeros(2, *run.shape)
    for k in run.steps(range(features)):
        gradient = run.gradients(embedded[:, k], pixels, retain_graph=True)
        size = gradient.abs().mean(1)
        total += weights[k] * torch.nn.functional.normalize(size.flatten(1)).view_as(size)
        if k % 16 == 0:
            show_both(run, total)
    return as_maps(total)


EXPLAINER = Explainer(
    name="fggb",
    title="FGGB",
    sentence="Traces every single feature of the recogniser back to the pixels, and adds the "
    "traces up: for the match where the two faces agree in it, against where they do not.",
    citation="Lu, Xu & Ebrahimi, Explainable Face Verification via Feature-Guided Gradient "
    "Backpropagation, FG 2024",
    cost="fast",
    function=explain_both,
    needs_gradients=True,
    uses_threshold=True,
    work=lambda pair: 2 + 4 * pair.model.embed(pair.a.pixels[None]).size,
)
