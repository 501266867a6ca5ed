"""The two methods of this program: the optimal mask and kriging."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from explain.benchmark.curves import SHARES, faithfulness
from explain.kriging import NOISES, REACHES, krige
from explain.methods.corrrise import correlation
from explain.registry import EXPLAINERS, explain
from explain.run import Lazy, Run
from explain.sampling import random_grids
from recognition.errors import Cancelled
from tests.explain.planted import (
    SIZE,
    WINDOWS,
    alike,
    composite,
    inside,
    patches,
    pooled,
    share_inside,
)
from tests.explain.trained import with_trained

FAIR_SHARE = 16**2 / SIZE**2


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("name", ["optimal", "kriging"])
def test_planted_window_wins(name: str, window: str, seed: int) -> None:
    corner = WINDOWS[window]
    for values in explain(name, alike(patches(corner), seed, threshold=0.7), seed=seed).maps:
        assert share_inside(values, corner) > 3 * FAIR_SHARE
        outside = values.copy()
        inside(outside, corner)[:] = np.nan
        assert inside(values, corner).mean() > np.nanmean(outside) + 0.2


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("name", ["optimal", "kriging"])
def test_signs_of_a_half_and_half_picture(name: str, seed: int) -> None:
    for values in explain(name, composite(patches(), seed), seed=seed).maps:
        assert values[:, : SIZE // 2].mean() > 0 > values[:, SIZE // 2 :].mean()


def gain(name: str, seed: int) -> float:
    """Insertion less deletion, areas under the scores, on a face that matters all over."""
    pair = alike(patches(), seed, threshold=0.7)
    result = explain(name, pair, seed=seed)
    curves = faithfulness(pair, result.maps, signed=result.signed, seed=0)
    areas = {each: np.trapz(scores.mean(0), SHARES) for each, scores in curves.items()}
    return float(areas["insertion"] - areas["deletion"])


@pytest.mark.parametrize("other", ["gradient", "xssab", "corrrise", "kriging"])
def test_the_optimal_mask_is_more_faithful(other: str) -> None:
    for seed in range(3):
        assert gain("optimal", seed) > gain(other, seed)


def test_the_optimal_mask_counts_its_passes() -> None:
    """Kriging, the ends, four versions of each picture in each step, and the levels of zero."""
    result = explain("optimal", alike(patches(), 0), steps=5)
    embedded = 2 * 2 * 2 * 5
    assert result.backward_passes == embedded
    assert result.passes == 2 + 2 * 50 + 2 * 2 + embedded + 2 * 21


def test_the_optimal_mask_stops_when_asked() -> None:
    previews = []

    def stop(fraction: float) -> None:
        if fraction > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        explain("optimal", alike(patches(), 0), progress=stop, preview=previews.append)
    assert len(previews) > 5


def smooth_truth(seed: int) -> np.ndarray:
    """A smooth signed field on 20 x 20 places."""
    rng = np.random.default_rng(seed)
    place = np.linspace(0, 1, 20)
    hills = [
        sign * np.exp(-((place[:, None] - y) ** 2 + (place - x) ** 2) / 0.03)
        for sign, (y, x) in zip((1, 1, -1), rng.uniform(0.2, 0.8, (3, 2)), strict=True)
    ]
    return np.sum(hills, axis=0)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_kriging_finds_a_smooth_truth_with_a_tenth_of_the_masks(seed: int) -> None:
    truth = smooth_truth(seed)
    rng = np.random.default_rng(seed)
    run = Run(alike(patches(), 0), seed=seed)
    masks = random_grids(run, 500, 7, 0.5)[:500][:, 4:44:2, 4:44:2]
    noise = rng.normal(0, 0.2, 500)
    scores = np.tensordot(masks, truth, 2) / 10 + noise

    def likeness(found: np.ndarray) -> float:
        return float(np.corrcoef(found.ravel(), truth.ravel())[0, 1])

    few = likeness(krige(masks[:50].astype(float), scores[:50]))
    same = correlation(Lazy(50, lambda which: masks[which]), scores[:50].astype(np.float32))
    assert few > likeness(same)
    assert few > 0.75


def plainly_kriged(masks: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """The most likely of all processes by its whole covariance (N, N), inverted as it is."""
    count, size = masks.shape[:2]
    place = (np.arange(size) + 0.5) / size
    apart = (place[:, None] - place) ** 2
    seen, centred = (masks - masks.mean(0)).reshape(count, -1), scores - scores.mean()
    best, found = -np.inf, np.zeros(size**2)
    for reach in REACHES:
        near = np.exp(-apart / (2 * reach**2))
        spread = seen @ np.kron(near, near)
        joint = spread @ seen.T
        variance = np.trace(joint) / count
        for noise in NOISES:
            total = joint / variance + noise * np.eye(count)
            weights = np.linalg.solve(total, centred)
            log_scale = np.log(centred @ weights / count)
            likelihood = -(count * log_scale + np.linalg.slogdet(total)[1]) / 2
            if likelihood > best:
                best, found = likelihood, weights @ spread / variance
    return found.reshape(size, size)


@pytest.mark.parametrize("noise", [0.0, 0.05, 1.0])
@pytest.mark.parametrize("count", [20, 25, 26, 40, 200])
def test_kriging_by_the_formula(count: int, noise: float) -> None:
    """Of more masks than the 25 places, and of fewer."""
    rng = np.random.default_rng(count)
    masks = (rng.random((count, 5, 5)) < 0.6).astype(float)
    scores = masks[:, 1:3, 2:4].mean((1, 2)) + noise * rng.normal(size=count)
    np.testing.assert_allclose(krige(masks, scores), plainly_kriged(masks, scores), atol=1e-8)


def test_kriging_of_thousands_of_masks_takes_no_square_of_their_number() -> None:
    masks = np.random.default_rng(0).random((9500, 20, 20))  # 9500 x 9500 numbers: 700 MB
    scores = masks[:, 5:9, 5:9].mean((1, 2))
    tracemalloc.start()
    found = krige(masks, scores)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10 * masks.nbytes
    assert found[5:9, 5:9].mean() > 5 * np.abs(found[12:]).mean()


def test_kriging_costs_a_tenth_of_published_corrrise() -> None:
    pair = alike(patches(), 0)
    assert explain("corrrise", pair, tried=1.0).passes / explain("kriging", pair).passes > 9


# They stop early, leave out what does not matter on this small network, or do more than embed.
AT_MOST = ("concepts", "ddfv", "inpaint-s0", "inpaint-s1")
# How much a search looks at depends on the scores, and it may stop early.
ABOUT = ("s1-", "s1+", "seq", "avg", "minplus")


@pytest.mark.parametrize("name", [name for name, entry in EXPLAINERS.items() if entry.work])
def test_the_work_is_known_before(name: str, tmp_path: Path) -> None:
    pair = replace(alike(with_trained(pooled(), tmp_path), 0), mirror=True)
    params = {"masks": 60, "samples": 60, "steps": 10, "stride": 12}
    known = {each.name for each in EXPLAINERS[name].parameters}
    chosen = {each: value for each, value in params.items() if each in known}
    result = explain(name, pair, **chosen)
    expected = EXPLAINERS[name].expected_work(pair, chosen)
    done = result.passes + 2 * result.backward_passes
    if name in ABOUT:
        assert 0.2 * expected <= done <= 2 * expected
    else:
        assert done <= expected if name in AT_MOST else expected == done
