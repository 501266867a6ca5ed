"""What gradient methods share: both pictures as one batch, and cosines that gradients flow through.

Row 0 is picture A and row 1 is picture B throughout, so one pass serves both maps.
"""

from __future__ import annotations

import numpy as np
import torch

from explain.run import SIDES, Maps, Run


def leaves(run: Run) -> torch.Tensor:
    """Both pictures (2, 3, H, W), ready for gradients to be taken at them."""
    pictures = torch.from_numpy(np.stack([run.a, run.b]))
    return pictures.permute(0, 3, 1, 2).contiguous().requires_grad_()


def others(run: Run) -> torch.Tensor:
    """The embedding (2, D) that each picture is compared with; a constant."""
    return torch.from_numpy(np.stack([run.embeddings["b"], run.embeddings["a"]]))


def cosines(run: Run, pixels: torch.Tensor, fixed: torch.Tensor) -> torch.Tensor:
    """Score (N,) of each of N pictures (N, 3, H, W) with its own fixed embedding (N, D)."""
    return (run.describe(pixels) * fixed).sum(1)


def as_maps(values: torch.Tensor) -> Maps:
    """Two maps out of one tensor (2, H, W)."""
    map_a, map_b = values.detach().float().numpy()
    return map_a, map_b


def show_both(run: Run, values: torch.Tensor) -> None:
    """Hand on both maps (2, H, W) as far as they have come."""
    for side, each in zip(SIDES, as_maps(values), strict=True):
        run.show(side, each)
