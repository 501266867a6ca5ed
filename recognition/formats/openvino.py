"""OpenVINO IR: fast on a CPU, without gradients."""

from __future__ import annotations

import functools
import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from recognition.formats.backend import Backend, Run, one_by_one


@functools.cache
def _openvino() -> Any:
    """The package, without its habit of telling its maker about every import and conversion."""
    # A module that is None cannot be imported; OpenVINO then takes its own stub, which is silent.
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
    import openvino

    return openvino


@functools.cache
def _core() -> Any:
    return _openvino().Core()


def load(path: Path) -> Backend:
    """Open a network with one input (N, 3, H, W) and the embedding as its first output."""
    network = _core().read_model(path)
    shape = network.input(0).partial_shape
    try:
        # A batch size fixed when the file was made is a habit of the converter, not of the network.
        network.reshape([-1, *(dimension.get_length() for dimension in list(shape)[1:])])
        return Backend(_runner(network))
    except RuntimeError:
        return Backend(one_by_one(_runner(_core().read_model(path))))


def from_torch(network: nn.Module, size: tuple[int, int]) -> Run:
    """A torch network (N, 3, H, W) -> (N, D) as OpenVINO runs it.

    Args:
        network: The network, without data-dependent branches.
        size: Its (H, W).
    """
    openvino = _openvino()
    example = torch.zeros(1, 3, *size)
    return _runner(openvino.convert_model(network, example_input=example, input=[[-1, 3, *size]]))


def _runner(network: Any) -> Run:
    # Single precision: the hint's default may round to bfloat16 where the processor has it.
    compiled = _core().compile_model(network, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})

    def run(batch: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        # A request each: two visitors' threads must not share one.
        values = compiled.create_infer_request().infer([np.ascontiguousarray(batch)])[0]
        return np.array(values, dtype=np.float32).reshape(len(batch), -1)

    return run
