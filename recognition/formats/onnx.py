"""ONNX: runs in onnxruntime; ``onnx2torch`` gives it gradients."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
import torch
from torch import nn

from recognition.formats.backend import Backend, Run, one_by_one

# Embeddings from both runtimes may differ by this share of their length.
TOLERANCE = 1e-5


class _Converted(nn.Module):
    """A converted graph: its single output, one flat embedding a face."""

    def __init__(self, graph: nn.Module) -> None:
        super().__init__()
        self.graph = graph

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        embeddings: torch.Tensor = self.graph(x).flatten(1)
        return embeddings


def load(path: Path) -> Backend:
    """Open a network with one input (N, 3, H, W) and the embedding as its first output.

    When the conversion to torch fails, or answers otherwise than onnxruntime, the network is a
    black box: the explainers that need no gradients still work on it.
    """
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    entry, output = session.get_inputs()[0], session.get_outputs()[0].name

    def run(batch: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        values = session.run([output], {entry.name: np.ascontiguousarray(batch)})[0]
        return np.asarray(values, dtype=np.float32).reshape(len(batch), -1)

    by_batch = run if entry.shape[0] != 1 else one_by_one(run)
    size = tuple(side if isinstance(side, int) else 112 for side in entry.shape[2:])
    return Backend(by_batch, _differentiable(path, by_batch, size))


def _differentiable(path: Path, run: Run, size: tuple[int, ...]) -> nn.Module | None:
    from onnx2torch import convert

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            network = _Converted(convert(onnx.load(str(path)))).eval().requires_grad_(False)
            probe = np.random.default_rng(0).normal(size=(2, 3, *size)).astype(np.float32)
            with torch.inference_mode():
                answer = network(torch.from_numpy(probe)).numpy()
    except Exception:  # An operator without a counterpart, a batch size written into the graph.
        return None
    wanted = run(probe)
    length = np.linalg.norm(wanted, axis=1, keepdims=True)
    return network if (np.abs(answer - wanted) <= TOLERANCE * length).all() else None
