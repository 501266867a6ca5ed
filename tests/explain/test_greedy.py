"""Greedy search that believes in hills against plain greedy search."""

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

SETTINGS = Settings(grid=8, width=0.1, finer=1, steps=6, stop=0.05, caution=3.0)
EXACT = replace(SETTINGS, caution=np.inf)


def plain(pair: Comparison, mode: Mode, settings: Settings) -> np.ndarray:
    """The loop of the papers: one picture at a time, every place in every step."""
    run = Run(pair)
    masks = spots(run.shape, settings.places, settings.width)
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
    return values.reshape(settings.places, settings.places)


@pytest.mark.parametrize("mode", ["remove", "add"])
@pytest.mark.parametrize("finer", [1, 3])
@pytest.mark.parametrize("model", [pooled(seed=seed) for seed in range(2)])
def test_infinite_caution_is_plain_greedy(model: FaceModel, mode: Mode, finer: int) -> None:
    pair, how = alike(model, 0), replace(EXACT, finer=finer, steps=6 // finer)
    ours = greedy(Run(pair), "a", mode, how)
    np.testing.assert_allclose(ours, plain(pair, mode, how), atol=1e-5)


def test_plain_greedy_believes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """What would be believed is as large as the square of the number of places."""
    monkeypatch.setattr("explain.greedy.Belief", None)
    assert greedy(Run(alike(pooled(), 0)), "a", "remove", replace(EXACT, steps=2)).any()


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
    settings = replace(SETTINGS, grid=10, finer=3, steps=2)
    lazy, exact = Run(impostor_pair), Run(impostor_pair)
    gained = greedy(lazy, "a", mode, settings).sum()
    assert gained >= 0.9 * greedy(exact, "a", mode, replace(settings, caution=np.inf)).sum()
    assert lazy.passes < exact.passes / 5


def test_a_finer_search_gains_more_than_a_coarse_one() -> None:
    pair = half_alike(0)
    fine, coarse = (
        greedy(Run(pair), "a", "remove", replace(SETTINGS, finer=finer, steps=3)).sum()
        for finer in (3, 1)
    )
    assert fine > coarse
