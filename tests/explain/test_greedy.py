"""The cautious lazy search against plain greedy search."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import spearmanr

from explain.greedy import Settings, greedy, greedy_map
from explain.grid import Mode, spots
from explain.run import Run
from recognition import Comparison, FaceModel
from tests.explain.planted import alike, pooled
from tests.explain.regional import half_alike, planted, template_masks

SETTINGS = Settings(grid=8, width=0.1, steps=6, stop=0.05, caution=2.0)
EXACT = replace(SETTINGS, caution=np.inf)


def plain(pair: Comparison, mode: Mode, settings: Settings) -> np.ndarray:
    """The loop of the papers: one picture at a time, every place in every step."""
    run = Run(pair)
    masks = spots(run.shape, settings.grid, settings.width)
    visible = np.full(run.shape, 1.0 if mode == "remove" else 0.0, np.float32)
    sign = -1 if mode == "remove" else 1

    def score(shown: np.ndarray) -> float:
        return float(run.scores((run.a * shown[..., None])[None], "a")[0])

    def taking(place: int) -> np.ndarray:
        if mode == "remove":
            return visible * (1 - masks[place])
        return np.minimum(1, visible + masks[place])

    now, largest, values = score(visible), 0.0, np.zeros(len(masks))
    for _ in range(settings.steps):
        free = np.flatnonzero(values == 0)
        gains = np.array([sign * (score(taking(place)) - now) for place in free])
        if gains.max() < max(settings.stop * largest, 2e-6):
            break
        best = int(free[gains.argmax()])
        visible, values[best] = taking(best), gains.max()
        now += sign * gains.max()
        largest = max(largest, gains.max())
    return values.reshape(settings.grid, settings.grid)


@pytest.mark.parametrize("mode", ["remove", "add"])
@pytest.mark.parametrize("model", [pooled(seed=seed) for seed in range(2)])
def test_infinite_caution_is_plain_greedy(model: FaceModel, mode: Mode) -> None:
    pair = alike(model, 0)
    ours = greedy(Run(pair), "a", mode, EXACT)
    np.testing.assert_allclose(ours, plain(pair, mode, EXACT), atol=1e-5)


@pytest.mark.parametrize("mode", ["remove", "add"])
@pytest.mark.parametrize("seed", range(3))
def test_lazy_finds_what_exact_finds_with_fewer_passes(seed: int, mode: Mode) -> None:
    pair = half_alike(seed)
    lazy, exact = Run(pair), Run(pair)
    ours, theirs = (
        greedy_map(run, "a", mode, how) for run, how in ((lazy, SETTINGS), (exact, EXACT))
    )
    assert spearmanr(ours.ravel(), theirs.ravel())[0] >= 0.95
    assert lazy.passes < exact.passes


def test_values_add_up_to_the_change_of_the_score() -> None:
    masks = template_masks()
    run = Run(planted(masks["nose"], 0))
    settings = replace(SETTINGS, grid=10, steps=40, stop=0.0)
    brought = greedy(run, "a", "add", settings)
    assert brought.sum() == pytest.approx(run.reference, abs=0.02)


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["remove", "add"])
def test_lazy_on_a_real_network(impostor_pair: Comparison, mode: Mode) -> None:
    """A face network is not submodular: the search may turn elsewhere, but must gain as much."""
    settings = replace(SETTINGS, grid=10, steps=4)
    run = Run(impostor_pair)
    lazy = greedy(run, "a", mode, settings)
    exact = greedy(run, "a", mode, replace(settings, caution=np.inf))
    assert lazy.sum() >= 0.9 * exact.sum()
