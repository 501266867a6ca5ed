"""Maps that know nothing of the pair: what every explainer has to beat."""

from __future__ import annotations

import numpy as np

from explain.base import Explainer, per_side
from explain.run import Map, Run, Side


def noise(run: Run, _side: Side) -> Map:
    """Independent random values."""
    return run.rng().random(run.shape, dtype=np.float32)


def middle(run: Run, _side: Side) -> Map:
    """One Gaussian hill in the middle of the crop, the same for every pair."""
    rows, columns = (np.linspace(-1, 1, length) for length in run.shape)
    hill = np.exp(-2 * (rows[:, None] ** 2 + columns[None] ** 2))
    return hill.astype(np.float32)


FLOORS = {
    entry.name: entry
    for entry in (
        Explainer(
            name="random",
            title="Random map",
            sentence="Random numbers.",
            citation="",
            cost="instant",
            function=per_side(noise),
            signed=False,
        ),
        Explainer(
            name="middle",
            title="Middle of the crop",
            sentence="A hill in the middle, whatever the pictures show.",
            citation="",
            cost="instant",
            function=per_side(middle),
            signed=False,
        ),
    )
}
