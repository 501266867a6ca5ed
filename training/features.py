"""What the scripts share that train a network on a recogniser's features."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch

from explain.activations import kept_last
from recognition import FaceModel
from recognition.errors import BadSetting, NeedsGradients
from training.faces import Crops


def features(model: FaceModel, crops: Crops, smallest: int) -> torch.Tensor:
    """The recogniser's features (N, C, h, w) of aligned faces.

    Raises:
        NeedsGradients: When the model is a black box.
        BadSetting: When the network has no feature maps.
    """
    if model.network is None:
        raise NeedsGradients(
            f"{model.title} is a black box: its features cannot be read, so nothing can be "
            "trained on them; choose a differentiable model."
        )
    parts = []
    with kept_last(model.network, smallest) as kept, torch.inference_mode():
        for start in range(0, len(crops), model.batch_size):
            pixels = torch.from_numpy(crops[start : start + model.batch_size]).float() / 255
            model.network(pixels.permute(0, 3, 1, 2))
            if kept.maps is None:
                raise BadSetting(
                    f"{model.title} shows no layer with feature maps to read; of a TorchScript "
                    "file bring the same network as ONNX."
                )
            parts.append(kept.maps.clone())
    return torch.cat(parts).clone()


def held_out_people(names: Sequence[str], share: float, seed: int) -> npt.NDArray[np.bool_]:
    """Which pictures (N,) show the people that are held out."""
    owners = [name.split("/")[0] for name in names]
    people = np.unique(owners)
    count = max(1, round(share * len(people)))
    chosen = np.random.default_rng(seed).permutation(people)[:count]
    return np.isin(owners, chosen)
