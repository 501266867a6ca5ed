"""What a click on Explain will cost, said before the click."""

from __future__ import annotations

import time
from collections.abc import Mapping
from weakref import WeakKeyDictionary

import numpy as np

from explain import COSTS, EXPLAINERS
from recognition import Comparison, FaceModel

TIMED_BATCH = 16

_SECONDS: WeakKeyDictionary[FaceModel, float] = WeakKeyDictionary()


def seconds_a_picture(model: FaceModel) -> float:
    """Seconds to embed one picture in a batch on this machine, measured once a model."""
    if model not in _SECONDS:
        batch = np.zeros((TIMED_BATCH, *model.input_size, 3), np.float32)
        model.embed(batch)  # the first batch of a size is slower and not counted
        began = time.perf_counter()
        model.embed(batch)
        _SECONDS[model] = (time.perf_counter() - began) / TIMED_BATCH
    return _SECONDS[model]


def estimate(name: str, pair: Comparison | None, settings: Mapping[str, object]) -> str:
    """How long an explainer takes, in words.

    Args:
        name: Of the explainer.
        pair: What would be explained; None before there is a comparison.
        settings: Of the explainer, those that are not at their defaults.

    Raises:
        BadSetting: When one is out of range.
    """
    entry = EXPLAINERS[name]
    if pair is None:
        return f"usually {COSTS[entry.cost]}"
    work = entry.expected_work(pair, settings)
    if work is None:
        return "how long it takes hangs on your own network: it can be hours; Stop ends it"
    seconds = work * seconds_a_picture(pair.model)
    return f"about {work:,} passes, {max(1, round(seconds))} s on this machine"
