"""The decoder of DDFV: from convolutional features back to the aligned face."""

from __future__ import annotations

import math
from itertools import pairwise

import torch
from torch import nn

from explain.trained import Trained
from recognition.model import FaceModel

DECODER = Trained("decoder", "a decoder", "training.train_decoder")


class Decoder(nn.Module):
    """Transposed convolutions (N, C, h, w) -> RGB in [0, 1] (N, 3, h 2^n, w 2^n).

    Each of the n layers doubles rows and columns (four from 7 x 7 to 112 x 112 in the paper). The
    picture is about as large as the aligned face; see :func:`doublings`.

    Args:
        channels: C.
        layers: n.
        width: Channels behind the first layer; each further layer has two thirds of them.
        smallest: Which features it reads, see :func:`explain.activations.kept_last`.
    """

    scale: torch.Tensor

    def __init__(self, channels: int, layers: int, width: int, smallest: int) -> None:
        super().__init__()
        self.settings = {
            "channels": channels,
            "layers": layers,
            "width": width,
            "smallest": smallest,
        }
        self.smallest = smallest
        widths = [channels, *(max(16, round(width * (2 / 3) ** at)) for at in range(layers - 1)), 3]
        self.layers = nn.ModuleList(
            nn.ConvTranspose2d(inputs, outputs, 4, stride=2, padding=1)
            for inputs, outputs in pairwise(widths)
        )
        self.register_buffer("scale", torch.ones(channels, 1, 1))

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """The face that features (N, C, h, w) were read from, as far as they tell."""
        x = features * self.scale
        for layer in self.layers[:-1]:
            x = nn.functional.leaky_relu(layer(x), 0.1)
        picture: torch.Tensor = self.layers[-1](x).sigmoid()
        return picture


def doublings(features: tuple[int, int], picture: tuple[int, int]) -> int:
    """How often features double until they are about as large as the picture."""
    return max(1, round(math.log2(picture[0] / features[0])))


def load_decoder(model: FaceModel) -> Decoder:
    """The decoder trained for a recogniser.

    Raises:
        ModelNotInstalled: There is none; the message says how to make it.
    """
    return DECODER.load(model, Decoder)
