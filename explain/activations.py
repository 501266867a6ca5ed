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
from recognition.formats import Normalise

SHORTEST = 1e-12
"""A black picture's embedding may be all zeros: lengths are clamped to this, as torch does it."""


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
        layer: The module inside the network that made them.
    """

    maps: torch.Tensor
    embedded: torch.Tensor
    layer: torch.nn.Module

    @property
    def terms(self) -> torch.Tensor:
        """Terms (2, D) of the score, ``eA_d eB_d / (|eA| |eB|)``, lengths and other face held."""
        constant = self.embedded.detach()
        lengths = constant.norm(dim=1).clamp_min(SHORTEST)
        return self.embedded * constant.flip(0) / lengths.prod()


def read(run: Run, smallest: int) -> Activations:
    """Embed both pictures once and keep the last feature maps of at least that size.

    Raises:
        BadSetting: When the network has no feature maps at all.
    """
    with kept_last(run.network, smallest) as kept:
        embedded = run.describe(leaves(run), unit=False)
    if kept.maps is None or kept.layer is None:
        raise BadSetting(
            f"{run.pair.model.title} shows no layer with feature maps; choose an explainer that "
            "works with any model, such as S0-, or bring an ONNX file instead of TorchScript."
        )
    return Activations(kept.maps, embedded, kept.layer)


@dataclass
class Kept:
    """What :func:`kept_last` has kept so far: feature maps (N, C, h, w) and who made them."""

    maps: torch.Tensor | None = None
    layer: torch.nn.Module | None = None


@contextmanager
def kept_last(network: torch.nn.Module, smallest: int) -> Iterator[Kept]:
    """Keep the last 4-D output inside a network; its hooks are gone afterwards.

    Args:
        network: Any torch module.
        smallest: Rows and columns it must have; where no layer has as many, the largest counts.
    """
    kept = Kept()
    mine = threading.get_ident()

    def keep(module: torch.nn.Module, _inputs: Any, output: Any) -> None:
        # The network is shared: another thread's pass must not leave its features here.
        if threading.get_ident() != mine or not isinstance(output, torch.Tensor):
            return
        if output.ndim != 4 or min(output.shape[2:]) < 2:
            return
        largest = 0 if kept.maps is None else min(kept.maps.shape[2:])
        if min(output.shape[2:]) >= min(smallest, largest):
            kept.maps, kept.layer = output, module

    # A TorchScript file runs as a whole and takes no hooks. What Normalise makes is the picture
    # itself, no features: in front of such a file it would be all there is.
    open_modules = [
        each
        for each in network.modules()
        if not isinstance(each, torch.jit.ScriptModule | Normalise)
    ]
    hooks = [module.register_forward_hook(keep) for module in open_modules]
    try:
        yield kept
    finally:
        for hook in hooks:
            hook.remove()


@contextmanager
def replaced(layer: torch.nn.Module, maps: torch.Tensor) -> Iterator[None]:
    """A layer answers with other feature maps (N, C, h, w), in passes of this thread."""
    mine = threading.get_ident()

    def answer(_module: torch.nn.Module, _inputs: Any, output: Any) -> Any:
        # A module that is used twice also makes outputs of other shapes.
        ours = threading.get_ident() == mine and output.shape[1:] == maps.shape[1:]
        return maps if ours else output

    hook = layer.register_forward_hook(answer)
    try:
        yield
    finally:
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
