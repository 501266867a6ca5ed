"""Grad-CAM: the last feature maps, weighted by what each means for the score."""

from __future__ import annotations

import torch

from explain.activations import smallest_of
from explain.base import Explainer
from explain.cam import EVIDENCE, activation_maps
from explain.run import Maps, Run


def weigh(_features: torch.Tensor, gradient: torch.Tensor) -> torch.Tensor:
    """``w_c = mean_ij ds/dF_cij`` (eq. 1)."""
    return gradient.mean((2, 3), keepdim=True)


def explain_both(run: Run, smallest: int, evidence: str) -> Maps:
    """``relu(sum_c w_c F_c)`` (eq. 2)."""
    return activation_maps(run, smallest, evidence, weigh)


EXPLAINER = Explainer(
    name="gradcam",
    title="Grad-CAM",
    sentence="Looks at what the recogniser's last layers saw in each part of the face, weighted by "
    "how much it counts for the score.",
    citation="Selvaraju et al., Grad-CAM: Visual Explanations from Deep Networks, ICCV 2017, "
    "eq. 1-2",
    cost="instant",
    function=explain_both,
    parameters=(EVIDENCE, smallest_of(8)),
    needs_gradients=True,
    work=lambda _pair, **_: 6,
)
