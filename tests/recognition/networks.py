"""Small random networks in the file formats of real ones."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn


def tiny(dimensions: int = 16, side: int = 112) -> nn.Module:
    """(N, 3, side, side) -> (N, dimensions), with the layers face networks are made of."""
    torch.manual_seed(0)
    left = (side // 4) // 4
    return nn.Sequential(
        nn.Conv2d(3, 8, 4, 4),
        nn.BatchNorm2d(8),
        nn.PReLU(8),
        nn.Conv2d(8, 8, 4, 4),
        nn.Flatten(),
        nn.Linear(8 * left * left, dimensions),
    ).eval()


def save_onnx(network: nn.Module, path: Path, side: int = 112, dynamic: bool = True) -> None:
    axes = {"data": {0: "batch"}, "embedding": {0: "batch"}} if dynamic else {}
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        network,
        (torch.rand(1, 3, side, side),),
        str(path),
        dynamo=False,
        input_names=["data"],
        output_names=["embedding"],
        dynamic_axes=axes,
    )


def save_torchscript(network: nn.Module, path: Path, side: int = 112) -> None:
    torch.jit.trace(network, torch.rand(2, 3, side, side)).save(str(path))


def save_openvino(network: nn.Module, path: Path, side: int = 112, batch: int = -1) -> None:
    import openvino

    shape = [batch, 3, side, side]
    converted = openvino.convert_model(
        network, example_input=torch.rand(1, 3, side, side), input=[shape]
    )
    openvino.save_model(converted, path, compress_to_fp16=False)
