"""A score that never changes: no evidence, and not its rounding stretched to full strength."""

from __future__ import annotations

import numpy as np
import pytest

from explain import EXPLAINERS, explain
from explain.run import Run
from recognition import FaceModel, pair_from_aligned
from recognition.types import Comparison

SIZE = 32
LENGTH = 16
BLACK_BOX = [name for name, entry in EXPLAINERS.items() if not entry.needs_gradients]
IN_BOTH = ("xface1", "xface3", "shap", "concepts", "inpaint-s0", "inpaint-s1")
ROUNDING = 3e-7
QUICK = {"masks": 60, "samples": 60, "stride": 12, "grid": 4, "steps": 3, "inpainter": "telea"}


def trembling(looks: float) -> FaceModel:
    """An embedder with an offset whose last digits are new in every batch.

    Args:
        looks: How much it looks at the picture; 0 is not at all.
    """
    rng = np.random.default_rng(0)
    offset, directions = rng.normal(size=LENGTH), rng.normal(size=(3 * 16, LENGTH))

    def function(batch: np.ndarray) -> np.ndarray:
        cells = batch.reshape(-1, 4, SIZE // 4, 4, SIZE // 4, 3).mean((2, 4)).reshape(-1, 48)
        embedded = offset + looks * cells @ directions
        return embedded * (1 + ROUNDING * rng.normal(size=embedded.shape))

    return FaceModel.from_function(function, (SIZE, SIZE))


def pictures() -> np.ndarray:
    return np.random.default_rng(1).random((2, SIZE, SIZE, 3)).astype(np.float32)


def quick(name: str) -> dict[str, object]:
    known = {each.name for each in EXPLAINERS[name].parameters}
    return {each: value for each, value in QUICK.items() if each in known}


def test_scores_tremble_but_do_not_change() -> None:
    """The embeddings differ, the scores are the reference itself."""
    run = Run(pair_from_aligned(*pictures(), trembling(0)))
    shown = np.repeat(run.a[None], 40, 0)
    assert len(np.unique(run.embed(shown), axis=0)) > 1
    assert set(run.scores(shown, "a")) == set(run.pair_scores(shown, shown)) == {run.reference}


def check(name: str, pair: Comparison, sides: tuple[int, ...]) -> None:
    for show in ({}, *({"show": each} for each in ("similar", "dissimilar") if name == "fvrise")):
        result = explain(name, pair, **quick(name), **show)
        for side in sides:
            assert not result.maps[side].any()
            assert result.peaks[side] == 0


@pytest.mark.parametrize("name", BLACK_BOX)
def test_an_embedder_that_ignores_the_picture_gives_no_evidence(name: str) -> None:
    check(name, pair_from_aligned(*pictures(), trembling(0)), (0, 1))


@pytest.mark.parametrize("name", [name for name in BLACK_BOX if name not in IN_BOTH])
def test_a_black_picture_gives_no_evidence(name: str) -> None:
    """Hiding parts of it changes nothing; hiding those of the other picture does."""
    black = np.zeros((SIZE, SIZE, 3), np.float32)
    pair = pair_from_aligned(black, pictures()[1], trembling(0.3))
    check(name, pair, (0,))
    if EXPLAINERS[name].signed:  # the others show nothing of what speaks against a match
        assert explain(name, pair, **quick(name)).maps[1].any()
