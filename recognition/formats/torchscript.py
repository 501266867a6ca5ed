"""TorchScript: a torch module with gradients."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from recognition.formats.backend import Backend


class _Scripted(nn.Module):
    """A scripted or traced network; its answer as one flat embedding a face."""

    def __init__(self, script: nn.Module) -> None:
        super().__init__()
        self.script = script

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        answer = self.script(x)
        # AdaFace and MagFace give (embedding, norm).
        embeddings: torch.Tensor = answer[0] if isinstance(answer, tuple) else answer
        return embeddings.flatten(1)


def load(path: Path) -> Backend:
    """Open a network (N, 3, H, W) -> (N, D), or a tuple that starts with that."""
    network = _Scripted(torch.jit.load(str(path), map_location="cpu")).eval().requires_grad_(False)

    def run(batch: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        with torch.inference_mode():
            answer: npt.NDArray[np.float32] = network(torch.from_numpy(batch)).float().numpy()
            return answer

    return Backend(run, network)
