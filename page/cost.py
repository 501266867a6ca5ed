"""What a click on Explain will cost, said before the click."""

from __future__ import annotations

import functools
import time
from collections.abc import Mapping

import numpy as np

from explain import COSTS, EXPLAINERS
from recognition import Comparison, load_model

TIMED_BATCH = 16


@functools.cache
def seconds_a_picture(model: str) -> float:
    """Seconds to embed one picture in a batch on this machine, measured once a process.

    Args:
        model: Name of the model.
    """
    loaded = load_model(model)
    batch = np.zeros((TIMED_BATCH, *loaded.input_size, 3), np.float32)
    loaded.embed(batch)  # the first batch of a size is slower and not counted
    began = time.perf_counter()
    loaded.embed(batch)
    return (time.perf_counter() - began) / TIMED_BATCH


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
    seconds = work * seconds_a_picture(pair.model.name)
    return f"about {work:,} passes, {max(1, round(seconds))} s on this machine"
