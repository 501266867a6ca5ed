"""Grad-CAM++: Grad-CAM with a weight for each place of a feature map.

A cosine's slopes are so small (``sum_ab F_cab g`` is about 0.001) that every share ``a`` is almost
exactly one half; evidence for less evidence against a match then adds up to Grad-CAM's map again:
with ``evidence = both`` the two methods rank alike, and only their one-sided maps differ.
"""

from __future__ import annotations

import torch

from explain.activations import smallest_of
from explain.base import Explainer
from explain.cam import EVIDENCE, activation_maps
from explain.run import Maps, Run


def weigh(features: torch.Tensor, gradient: torch.Tensor) -> torch.Tensor:
    """``w_c = sum_ij a_cij relu(g_cij)``, ``a = g^2 / (2 g^2 + sum_ab F_cab g^3)`` (eq. 5, 19)."""
    square = gradient**2
    below = 2 * square + features.sum((2, 3), keepdim=True) * gradient**3
    share = torch.where(below != 0, square / below, torch.zeros_like(square))
    return (share * gradient.relu()).sum((2, 3), keepdim=True)


def explain_both(run: Run, smallest: int, evidence: str) -> Maps:
    """``relu(sum_c w_c F_c)``."""
    return activation_maps(run, smallest, evidence, weigh)


EXPLAINER = Explainer(
    name="gradcam++",
    title="Grad-CAM++",
    sentence="Grad-CAM with more weight on the places of a layer that count most, so that several "
    "spots of the face can stand out.",
    citation="Chattopadhay et al., Grad-CAM++: Generalized Gradient-based Visual Explanations, "
    "WACV 2018, eq. 5 and 19",
    cost="instant",
    function=explain_both,
    parameters=(EVIDENCE, smallest_of(8)),
    needs_gradients=True,
    work=lambda _pair, **_: 6,
)
