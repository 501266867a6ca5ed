"""Small differentiable recognisers that look at one known place: every map has a right answer."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from recognition import FaceModel, pair_from_aligned
from recognition.types import Comparison

SIZE = 48
CELL = 4
WINDOWS = {
    "top left": (4, 4),
    "top right": (4, 28),
    "bottom left": (28, 4),
    "bottom right": (28, 28),
}
EDGE = 16


class Window(nn.Module):
    """Lets one square of the picture through."""

    def __init__(self, corner: tuple[int, int] | None) -> None:
        super().__init__()
        mask = torch.ones(SIZE, SIZE)
        if corner is not None:
            top, left = corner
            mask = torch.zeros(SIZE, SIZE)
            mask[top : top + EDGE, left : left + EDGE] = 1
        self.register_buffer("mask", mask)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * self.mask


class Centred(nn.Module):
    """Embeddings around zero, so that unlike patches speak against a match; black stays black."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.where(x == 0, x, x - 0.5)


def patches(corner: tuple[int, int] | None = None) -> FaceModel:
    """The embedding is the mean colours of the 4 x 4 patches inside the window."""
    network = nn.Sequential(Window(corner), nn.AvgPool2d(CELL), Centred(), nn.Flatten())
    return FaceModel.from_network(network, (SIZE, SIZE), name="patches")


def pooled(corner: tuple[int, int] | None = None, seed: int = 0) -> FaceModel:
    """Convolution, window, average pooling and a linear layer without bias."""
    torch.manual_seed(seed)
    network = nn.Sequential(
        nn.Conv2d(3, 24, 5, padding=2, stride=2, bias=False),
        nn.ReLU(),
        nn.AvgPool2d(2),
        _coarse(corner, 4),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(24, 32, bias=False),
    )
    return FaceModel.from_network(network, (SIZE, SIZE), name="pooled")


def _coarse(corner: tuple[int, int] | None, stride: int) -> Window:
    window = Window(corner)
    window.mask = window.mask[::stride, ::stride].contiguous()
    return window


def texture(seed: int) -> np.ndarray:
    """A picture of random coloured patches, (48, 48, 3), nowhere black."""
    coarse = np.random.default_rng(seed).uniform(0.05, 1, (SIZE // CELL, SIZE // CELL, 3))
    return coarse.repeat(CELL, 0).repeat(CELL, 1).astype(np.float32)


def alike(model: FaceModel, seed: int, threshold: float = 0.5) -> Comparison:
    """Two pictures that resemble each other everywhere."""
    noise = np.random.default_rng(seed + 100).normal(0, 0.1, (SIZE, SIZE, 3))
    a = texture(seed)
    b = np.clip(a + noise, 0.01, 1).astype(np.float32)
    return pair_from_aligned(a, b, model, threshold=threshold)


def composite(model: FaceModel, seed: int) -> Comparison:
    """Two pictures, alike on the left half and each other's negative on the right half."""
    pair = alike(model, seed, threshold=0.0)
    b = pair.b.pixels.copy()
    b[:, SIZE // 2 :] = np.clip(1.05 - pair.a.pixels[:, SIZE // 2 :], 0.01, 1)
    return pair_from_aligned(pair.a.pixels, b, model, threshold=0.0)


def inside(values: np.ndarray, corner: tuple[int, int]) -> np.ndarray:
    """The part of a map in the window."""
    top, left = corner
    return values[top : top + EDGE, left : left + EDGE]


def share_inside(values: np.ndarray, corner: tuple[int, int]) -> float:
    """Share of the positive evidence that lies in the window."""
    positive = np.maximum(values, 0)
    return float(inside(positive, corner).sum() / positive.sum())
