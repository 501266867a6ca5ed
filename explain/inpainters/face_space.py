"""What faces are like, coarsely: a Gaussian over small pictures, to draw what is in a hole.

Probabilistic principal components (Tipping & Bishop, 1999): ``x = mean + B w + noise`` with
``w ~ N(0, I)``. Given the pixels around a hole, w has a Gaussian of its own, in closed form; a draw
from it is a coarse face that fits what is seen, another one for each draw.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from explain.inpainters.canvas import SIDE

COARSE = SIDE // 2
"""Height and width of the small pictures."""

CODE = 250
"""Principal components, and random numbers a draw takes."""

DOUBT = 10.0
"""How much larger the noise is taken than it was over all faces.

Errors of neighbouring pixels go together; taken as independent ones they make the model so sure
that it exaggerates what a rim of pixels tells it."""


class FaceSpace(nn.Module):
    """The Gaussian. Pictures here are (N, 3, h, w) in [-1, 1]."""

    def __init__(self) -> None:
        """An empty one, for weights to be loaded into, or see :meth:`of`."""
        super().__init__()
        size = 3 * COARSE**2
        self.register_buffer("mean", torch.zeros(size))
        self.register_buffer("basis", torch.zeros(size, CODE))
        self.register_buffer("weight", torch.ones(size))
        self.register_buffer("noise", torch.ones(1))
        self.mean: Tensor
        self.basis: Tensor
        self.weight: Tensor
        self.noise: Tensor

    @classmethod
    def of(cls, faces: Tensor, weight: Tensor) -> FaceSpace:
        """The space of some faces.

        Args:
            faces: (N, 3, SIDE, SIDE), N well above ``CODE``.
            weight: (SIDE, SIDE), how much a pixel is to count.
        """
        space = cls()
        space.weight = shrink(weight.expand(1, 3, -1, -1)).flatten()
        small = shrink(faces).flatten(1) * space.weight
        space.mean = small.mean(0)
        centred = small - space.mean
        _, values, vectors = torch.svd_lowrank(centred, CODE + 10, niter=4)
        variances = (values[:CODE] ** 2) / len(small)
        space.basis = (vectors[:, :CODE] * variances.sqrt()).contiguous()
        left = centred.square().sum() / len(small) - variances.sum()
        space.noise = (left / (small.shape[1] - CODE)).reshape(1)
        return space

    def project(self, faces: Tensor) -> Tensor:
        """The faces (N, 3, SIDE, SIDE) as far as the space knows them, (N, 3, COARSE, COARSE)."""
        inside = shrink(faces).flatten(1) * self.weight - self.mean
        # The components are orthogonal to each other, so each is measured by itself.
        return self._picture(inside @ self.basis / self.basis.square().sum(0))

    def draw(self, faces: Tensor, holes: Tensor, noise: Tensor) -> Tensor:
        """Coarse faces that fit what is seen around the holes.

        Args:
            faces: (N, 3, SIDE, SIDE).
            holes: (N, 1, SIDE, SIDE), 1 in the hole.
            noise: (N, CODE) standard normal numbers: another draw with others.

        Returns:
            (N, 3, COARSE, COARSE).
        """
        unseen = F.max_pool2d(holes, 2).flatten(1) > 0
        codes = torch.empty_like(noise)
        alike: dict[bytes, list[int]] = {}  # the costly part is the same for the same hole
        for row, each in enumerate(unseen.cpu().numpy()):
            alike.setdefault(each.tobytes(), []).append(row)
        small = shrink(faces * (1 - holes)).flatten(1) * self.weight - self.mean
        doubt = DOUBT * self.noise.double()
        everywhere = self.basis.T @ self.basis
        for rows in alike.values():
            hidden = unseen[rows[0]].repeat(3)
            part = self.basis[hidden]
            seen = (everywhere - part.T @ part).double() / doubt
            precision = torch.linalg.cholesky(seen + torch.eye(CODE, device=seen.device))
            pull = (small[rows] * ~hidden @ self.basis).T.double() / doubt
            middle = torch.cholesky_solve(pull, precision)
            spread = torch.linalg.solve_triangular(precision.T, noise[rows].T.double(), upper=True)
            codes[rows] = (middle + spread).T.float()
        return self._picture(codes)

    def _picture(self, codes: Tensor) -> Tensor:
        flat = (self.mean + codes @ self.basis.T) / self.weight
        return flat.view(-1, 3, COARSE, COARSE)


def shrink(pictures: Tensor) -> Tensor:
    """Half the height and width, by averaging."""
    return F.avg_pool2d(pictures, 2)
