"""From RGB in [0, 1] to what a network was trained on."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn


class Normalise(nn.Module):
    """``(pixels * scale - mean) / std``, after turning the channels round for BGR.

    Args:
        scale: Largest value of a pixel before the mean is taken off: 255 or 1.
        colour: ``RGB`` or ``BGR``, the order the network takes.
        mean: Taken off each channel, in that order and on that scale.
        std: What each channel is divided by.
    """

    mean: Tensor
    std: Tensor

    def __init__(
        self,
        scale: float = 1.0,
        colour: str = "RGB",
        mean: Sequence[float] = (0.0, 0.0, 0.0),
        std: Sequence[float] = (1.0, 1.0, 1.0),
    ) -> None:
        super().__init__()
        self.scale, self.turn = scale, colour == "BGR"
        self.register_buffer("mean", torch.tensor(mean, dtype=torch.float32).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor(std, dtype=torch.float32).view(1, 3, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        """(N, 3, H, W) RGB in [0, 1] -> (N, 3, H, W) as the network takes it."""
        x = x.flip(1) if self.turn else x
        return (x * self.scale - self.mean) / self.std
