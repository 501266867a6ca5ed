"""The learned inpainter's network: from a coarse face in the hole to a sharp one that fits."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from explain.inpainters.face_space import FaceSpace


def conv(inputs: int, outputs: int, *, stride: int = 1, size: int = 3) -> nn.Conv2d:
    """A convolution that keeps the size, or halves it."""
    return nn.Conv2d(inputs, outputs, size, stride, size // 2)


class Block(nn.Module):
    """Two convolutions and a sum."""

    def __init__(self, channels: int) -> None:
        """Make one for so many channels."""
        super().__init__()
        self.first, self.second = conv(channels, channels), conv(channels, channels)
        self.norm = nn.GroupNorm(8, channels)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, h, w) -> the same shape."""
        inside = self.norm(self.first(F.leaky_relu(x, 0.2)))
        result: Tensor = x + self.second(F.leaky_relu(inside, 0.2))
        return result


class Filler(nn.Module):
    """Draws a coarse face for the hole, then makes it sharp: a U-Net on top of a Gaussian."""

    def __init__(self) -> None:
        """Make one with random weights and an empty space."""
        super().__init__()
        self.space = FaceSpace()
        self.unshuffle = nn.PixelUnshuffle(2)
        self.enter = conv(16 + 3, 32)
        self.down_1, self.down_2 = conv(32, 56, stride=2), conv(56, 96, stride=2)
        self.left, self.right = Block(56), Block(56)
        self.middle = nn.Sequential(Block(96), Block(96))
        self.up_2, self.up_1 = conv(96, 56, size=1), conv(56, 32, size=1)
        self.last = conv(32, 32)
        self.leave = conv(32, 12)
        self.shuffle = nn.PixelShuffle(2)

    def forward(self, faces: Tensor, holes: Tensor, noise: Tensor) -> Tensor:
        """Fill the holes.

        Args:
            faces: (N, 3, SIDE, SIDE) in [-1, 1]; what they have in the hole is not looked at.
            holes: (N, 1, SIDE, SIDE), 1 in the hole.
            noise: (N, CODE) standard normal numbers.

        Returns:
            (N, 3, SIDE, SIDE); the whole face, of which the hole is meant.
        """
        return self.sharpen(faces, holes, self.space.draw(faces, holes, noise))

    def sharpen(self, faces: Tensor, holes: Tensor, coarse: Tensor) -> Tensor:
        """The same with a given coarse face, (N, 3, COARSE, COARSE), to put into the hole."""
        wide = F.interpolate(coarse, scale_factor=2, mode="bilinear", align_corners=False)
        seen = self.unshuffle(torch.cat([faces * (1 - holes), holes], 1))
        top = F.leaky_relu(self.enter(torch.cat([seen, coarse], 1)), 0.2)
        side = self.left(self.down_1(top))
        deep = self.middle(self.down_2(F.leaky_relu(side, 0.2)))
        side = self.right(side + F.interpolate(self.up_2(deep), scale_factor=2.0))
        top = top + F.interpolate(self.up_1(side), scale_factor=2.0)
        top = F.leaky_relu(self.last(F.leaky_relu(top, 0.2)), 0.2)
        detail: Tensor = self.shuffle(self.leave(top))
        return wide + detail


class Critic(nn.Module):
    """Tells patches of real faces from filled ones; only used in training."""

    def __init__(self) -> None:
        """Make one with random weights."""
        super().__init__()
        normed = torch.nn.utils.parametrizations.spectral_norm
        self.unshuffle = nn.PixelUnshuffle(2)
        self.steps = nn.ModuleList(
            [
                normed(conv(16, 40)),
                normed(conv(40, 64, stride=2)),
                normed(conv(64, 96, stride=2)),
                normed(conv(96, 96)),
            ]
        )
        self.head = normed(conv(96, 1))

    def forward(self, faces: Tensor, holes: Tensor) -> tuple[Tensor, list[Tensor]]:
        """The verdicts (N, 1, SIDE / 8, SIDE / 8) on patches, and the features on the way."""
        x = self.unshuffle(torch.cat([faces, holes], 1))
        features = []
        for step in self.steps:
            x = F.leaky_relu(step(x), 0.2)
            features.append(x)
        return self.head(x), features
