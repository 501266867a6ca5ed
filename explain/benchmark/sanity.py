"""Sanity check: a map that stays when the recogniser forgets everything explains nothing.

Adebayo et al., Sanity Checks for Saliency Maps, NeurIPS 2018, model parameter randomisation.
"""

from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np
import torch
from scipy.stats import spearmanr

from explain.run import Maps
from recognition import FaceModel
from recognition.types import Comparison


def forgetful(model: FaceModel, seed: int = 0) -> FaceModel:
    """The same network with the weights of each layer in random order.

    Args:
        model: A differentiable model.
        seed: Of the order.
    """
    assert model.network is not None
    generator = torch.Generator().manual_seed(seed)
    network = copy.deepcopy(model.network)
    with torch.no_grad():
        for weights in network.parameters():
            order = torch.randperm(weights.numel(), generator=generator)
            weights.copy_(weights.flatten()[order].view_as(weights))
    return FaceModel.from_network(
        network,
        model.input_size,
        name=model.name,  # what was trained for the model, such as a decoder, stays as it is
        calibration_file=model.calibration_file,
        template=model.template,
        mirror=model.mirror,
        batch_size=model.batch_size,
    )


def same_pair(pair: Comparison, model: FaceModel) -> Comparison:
    """The pair as another model sees it."""
    return replace(pair, model=model)


def likeness(before: Maps, after: Maps) -> float:
    """Mean rank correlation of the maps of a pair with those after forgetting; near 0 is right."""
    correlations = [
        spearmanr(x.ravel(), y.ravel()).statistic if np.ptp(x) > 0 and np.ptp(y) > 0 else 0.0
        for x, y in zip(before, after, strict=True)
    ]
    return float(np.mean(correlations))
