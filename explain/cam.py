"""What the class activation maps share: evidence for and against a match, each through a ReLU."""

from __future__ import annotations

from collections.abc import Callable

import torch

from explain.activations import read, to_pixels
from explain.base import Parameter
from explain.run import Maps, Run

EVIDENCE = Parameter(
    "evidence",
    "both",
    "What to show: evidence for a match (as published), evidence against it (the same for the "
    "negated score, below zero), or both in one map.",
    choices=("both", "similar", "dissimilar"),
)

Weigh = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def activation_maps(run: Run, smallest: int, evidence: str, weigh: Weigh) -> Maps:
    """``relu(sum_c w_c F_c)``, for the score and, below zero, for the negated score.

    Args:
        run: The run.
        smallest: See :data:`~explain.activations.smallest_of`.
        evidence: See :data:`EVIDENCE`.
        weigh: Features (V, C, h, w) and the score's gradient there -> weights (V, C, 1, 1).
    """
    activations = read(run, smallest)
    embedded = torch.nn.functional.normalize(activations.embedded, dim=1)
    scores = (embedded * embedded.detach().flip(0)).sum(1)
    features, gradient = (
        activations.maps.detach(),
        run.gradients(scores, activations.maps, pictures=2),
    )
    similar = (weigh(features, gradient) * features).sum(1).relu()
    dissimilar = (weigh(features, -gradient) * features).sum(1).relu()
    shown = {"both": similar - dissimilar, "similar": similar, "dissimilar": -dissimilar}
    return to_pixels(run, shown[evidence])
