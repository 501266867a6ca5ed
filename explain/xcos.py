"""The module of xCos: a cosine for each place of a face, and how much each place counts.

Lin et al., xCos: An Explainable Cosine Metric for Face Verification Task, ACM TOMM 2021, sec. 3.
"""

from __future__ import annotations

import torch
from torch import nn

from explain.trained import Trained
from recognition.model import FaceModel

XCOS = Trained("xcos", "an xCos module", "explain.train_xcos")


class XCos(nn.Module):
    """Local features of two faces -> patched cosines and attention weights.

    A 1 x 1 convolution stands in for pooling and the last layer, so that each place keeps a vector
    of its own; convolutions over what both faces have there say how much the place counts. Both
    are the same for (A, B) and (B, A).

    Args:
        channels: Of the recogniser's features.
        places: (h, w) of the recogniser's features.
        depth: Length of a place's vector.
        smallest: Which features it reads, see :func:`explain.activations.kept_last`.
    """

    scale: torch.Tensor
    intercept: torch.Tensor
    slope: torch.Tensor

    def __init__(self, channels: int, places: tuple[int, int], depth: int, smallest: int) -> None:
        super().__init__()
        self.settings = {
            "channels": channels,
            "places": list(places),
            "depth": depth,
            "smallest": smallest,
        }
        self.smallest = smallest
        self.local = nn.Conv2d(channels, depth, 1)
        self.attention = nn.Sequential(
            nn.Conv2d(2 * depth, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, 1, 3, padding=1)
        )
        self.register_buffer("scale", torch.ones(channels, 1, 1))
        self.register_buffer("intercept", torch.zeros(*places))
        self.register_buffer("slope", torch.ones(*places))

    def describe(self, features: torch.Tensor) -> torch.Tensor:
        """Unit vector of each place, (N, depth, h, w), of features (N, C, h, w)."""
        return nn.functional.normalize(self.local(features * self.scale), dim=1)

    def compare(self, a: torch.Tensor, b: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """What :meth:`describe` made of two faces -> cosines and weights.

        Returns:
            Cosine of each place (N, h, w), and weights (N, h, w) that add up to 1. The score is
            the sum of their products.
        """
        product = a * b
        both = torch.cat([product, (a - b).abs()], 1) * a.shape[1] ** 0.5
        weights = self.attention(both).flatten(1).softmax(1).view(len(a), *a.shape[2:])
        return product.sum(1), weights

    def usual(self, score: float) -> torch.Tensor:
        """The cosine (h, w) that each place has on average in pairs of that score."""
        return self.intercept + self.slope * score

    def forward(self, a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
        """Scores (N,) of features (N, C, h, w) of two faces."""
        cosines, weights = self.compare(self.describe(a), self.describe(b))
        return (cosines * weights).sum((1, 2))


def load_xcos(model: FaceModel) -> XCos:
    """The module trained for a recogniser.

    Raises:
        ModelNotInstalled: There is none; the message says how to make it.
    """
    return XCOS.load(model, XCos)
