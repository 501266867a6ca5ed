"""The convolutional features inside any torch module, for the methods that read them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import torch

from explain.base import Parameter
from explain.gradients import leaves
from explain.run import Maps, Run
from recognition.errors import BadSetting


def smallest_of(default: int) -> Parameter:
    """The parameter that chooses the layer."""
    return Parameter(
        "smallest",
        default,
        "Read the last layer whose feature maps have at least this many rows and columns; where "
        "there is none, the one with the largest.",
        2,
        64,
        1,
    )


@dataclass(frozen=True)
class Activations:
    """What one layer made of both pictures.

    Attributes:
        maps: (V, C, h, w), part of the graph; the views are A, B and, for a score that averages
            mirror images, mirrored A, mirrored B.
        embedded: Embeddings (2, D) that follow from them, not scaled to length 1.
    """

    maps: torch.Tensor
    embedded: torch.Tensor


def read(run: Run, smallest: int) -> Activations:
    """Embed both pictures once and keep the last feature maps of at least that size.

    Raises:
        BadSetting: When the network has no feature maps at all.
    """
    with _kept_last(run.network, smallest) as kept:
        embedded = run.describe(leaves(run), unit=False)
    if not kept:
        raise BadSetting(
            f"{run.pair.model.title} has no layer with feature maps; choose an explainer that "
            "works with any model, such as S0-."
        )
    return Activations(kept[0], embedded)


@contextmanager
def _kept_last(network: torch.nn.Module, smallest: int) -> Iterator[list[torch.Tensor]]:
    """Keep the last 4-D output inside the network; its hooks are gone afterwards."""
    kept: list[torch.Tensor] = []
    mine = threading.get_ident()

    def keep(_module: torch.nn.Module, _inputs: Any, output: Any) -> None:
        # The network is shared: another thread's pass must not leave its features here.
        if threading.get_ident() != mine or not isinstance(output, torch.Tensor):
            return
        if output.ndim != 4 or min(output.shape[2:]) < 2:
            return
        largest = min(kept[0].shape[2:]) if kept else 0
        if min(output.shape[2:]) >= min(smallest, largest):
            kept[:] = [output]

    hooks = [module.register_forward_hook(keep) for module in network.modules()]
    try:
        yield kept
    finally:
        for hook in hooks:
            hook.remove()


def to_pixels(run: Run, values: torch.Tensor) -> Maps:
    """Feature-sized evidence of each view (V, h, w) -> both maps (H, W), interpolated linearly.

    Mirrored views are turned back and added.
    """
    views = values.detach().unflatten(0, (-1, 2)).numpy()
    both = views[0] + views[1][..., ::-1] if len(views) == 2 else views[0]
    height, width = run.shape
    map_a, map_b = (
        np.asarray(cv2.resize(each, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
        for each in both
    )
    return map_a, map_b
