"""Real comparisons to ask about: pairs of Labeled Faces in the Wild."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from chat.context import DEFAULT_PALETTE
from chat.evaluation.cases import Case
from explain import TABLE_TECHNIQUES, explain_many, region_table
from recognition import compare, load_model
from recognition.measure.lfw import VIEW_2, read_pairs


def lfw_cases(folder: Path, number: int, seed: int) -> list[Case]:
    """Compare and explain pairs of view 2, as many of one person as of two.

    Args:
        folder: Where LFW is.
        number: How many pairs; each takes some seconds.
        seed: Which ones.
    """
    rng = np.random.default_rng(seed)
    pairs = read_pairs(folder, VIEW_2)
    kinds = [[pair for pair in pairs if pair.genuine is genuine] for genuine in (True, False)]
    model = load_model()
    cases = []
    for place in range(number):
        kind = kinds[place % 2]
        chosen = kind[int(rng.integers(len(kind)))]
        pair = compare(folder / chosen.a, folder / chosen.b, model=model)
        table = region_table(explain_many(TABLE_TECHNIQUES, pair, seed=seed))
        cases.append(Case(pair, table, DEFAULT_PALETTE))
    return cases
