"""An embedder that looks at one region of the face and at nothing else."""

from __future__ import annotations

import numpy as np

from explain.regions import RegionMasks, region_masks
from recognition import FaceModel, pair_from_aligned
from recognition.types import Comparison

SIZE = 60
SEVEN = ("s0-", "s1-", "s0+", "s1+", "seq", "avg", "minplus")


def brightness_of(weights: np.ndarray) -> FaceModel:
    """The embedding's angle says how bright the picture is where the weights are.

    Against a white region the score is the weighted brightness itself: linear, so that every map
    can be worked out by hand.
    """

    def function(batch: np.ndarray) -> np.ndarray:
        bright = np.tensordot(batch.mean(-1), weights, 2) / weights.sum()
        bright = np.clip(bright, 0, 1)
        return np.stack([bright, np.sqrt(1 - bright**2)], 1)

    return FaceModel.from_function(function, (SIZE, SIZE), name="brightness")


def template_masks(scheme: str = "p2w") -> RegionMasks:
    """The regions of a picture without a face, which are the template's."""
    blank = np.zeros((SIZE, SIZE, 3), np.float32)
    return region_masks(pair_from_aligned(blank, blank, brightness_of(blank[..., 0] + 1)).a, scheme)


def planted(mask: np.ndarray, seed: int) -> Comparison:
    """Noise around a white region, and an embedder that sees that region alone."""
    rng = np.random.default_rng(seed)
    weights = mask * rng.uniform(0.8, 1.2, mask.shape)
    a, b = (np.where(mask[..., None], 1.0, rng.random((SIZE, SIZE, 3))) for _ in "ab")
    return pair_from_aligned(a, b, brightness_of(weights))


def redness() -> FaceModel:
    """The embedding is how much redder than green each 4 x 4 patch is: linear, 0 where black."""

    def function(batch: np.ndarray) -> np.ndarray:
        patches = batch.reshape(len(batch), SIZE // 4, 4, SIZE // 4, 4, 3).mean((2, 4))
        return (patches[..., 0] - patches[..., 1]).reshape(len(batch), -1)

    return FaceModel.from_function(function, (SIZE, SIZE), name="redness")


def half_alike(seed: int) -> Comparison:
    """Two pictures, the same on the left; on the right the second has red and green swapped."""
    a = np.random.default_rng(seed).random((SIZE, SIZE, 3))
    b = a.copy()
    # Less of it, so that the left half decides and the pair is a match all the same.
    b[:, SIZE // 2 :] = 0.5 * a[:, SIZE // 2 :, [1, 0, 2]]
    return pair_from_aligned(a, b, redness())
