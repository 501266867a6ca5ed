"""LIME, exact SHAP and the human concepts, on regions laid out as a chessboard."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from explain import parts
from explain.methods.lime import superpixels
from explain.methods.shap import shapley
from explain.regions import RegionMasks
from explain.registry import explain
from explain.run import Run
from recognition import pair_from_aligned
from tests.explain.planted import (
    EDGE,
    SIZE,
    WINDOWS,
    alike,
    composite,
    inside,
    patches,
    share_inside,
)

CORNERS = tuple(WINDOWS.values())
NAMES = tuple(WINDOWS)


def chessboard() -> RegionMasks:
    masks = np.zeros((len(CORNERS), SIZE, SIZE), bool)
    for mask, corner in zip(masks, CORNERS, strict=True):
        inside(mask, corner)[:] = True
    return RegionMasks("p2w", NAMES, masks, "face mesh", "Four squares.")


@pytest.fixture(autouse=True)
def known_regions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "region_masks", lambda _face, _scheme: chessboard())


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("name", ["shap", "concepts"])
def test_planted_region_wins(name: str, window: str, seed: int) -> None:
    corner = WINDOWS[window]
    for values in explain(name, alike(patches(corner), seed)).maps:
        assert share_inside(np.abs(values), corner) == 1
        assert np.all(inside(values, corner) == 1)


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("given", ["superpixels", "regions"])
def test_planted_region_wins_with_lime(given: str, window: str, seed: int) -> None:
    corner = WINDOWS[window]
    pair = alike(patches(corner), seed)
    for values in explain("lime", pair, seed=seed, parts=given).maps:
        assert inside(values, corner).max() == 1
        assert share_inside(values, corner) > (0.9 if given == "regions" else 0.4)


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("name", ["shap", "concepts", "lime"])
def test_signs_of_a_half_and_half_picture(name: str, seed: int) -> None:
    for values in explain(name, composite(patches(), seed), seed=seed).maps:
        assert values[:, : SIZE // 2].mean() > 0 > values[:, SIZE // 2 :].mean()


def test_shapley_values_are_mean_gains_over_all_orders() -> None:
    players = 4
    worth = np.random.default_rng(0).normal(size=2**players)
    gains = np.zeros(players)
    orders = list(permutations(range(players)))
    for order in orders:
        there = 0
        for player in order:
            gains[player] += worth[there | 1 << player] - worth[there]
            there |= 1 << player
    np.testing.assert_allclose(shapley(worth, players), gains / len(orders), atol=1e-12)


def test_shap_is_complete() -> None:
    pair = alike(patches(), 3)
    result = explain("shap", pair)
    shares = [values[corner] for corner in CORNERS for values in result.maps[:1]]
    run = Run(pair)
    nothing = parts.hide_in_both(run, "p2w", np.ones((1, len(CORNERS)), bool))[0]
    total = sum(shares) * result.peaks[0]
    assert total == pytest.approx(run.reference - nothing, abs=1e-5)


def test_shap_hides_the_same_regions_in_both_pictures() -> None:
    assert explain("shap", alike(patches(), 0)).passes == 2 + 2 * 2 ** len(CORNERS)


def test_single_removal_equals_the_formula() -> None:
    pair = composite(patches(), 1)
    run = Run(pair)
    falls = []
    for mask in chessboard().masks:
        a, b = pair.a.pixels * ~mask[..., None], pair.b.pixels * ~mask[..., None]
        falls.append(pair.score - pair_from_aligned(a, b, pair.model).score)
    want = np.array(falls) / np.abs(falls).max()
    got = explain("concepts", pair, removal="single").maps[1]
    np.testing.assert_allclose([got[corner] for corner in CORNERS], want, atol=1e-5)
    assert run.passes == 0


def test_greedy_removal_adds_up_to_the_whole_change() -> None:
    pair = composite(patches(), 2)
    result = explain("concepts", pair, removal="greedy", stop=0)
    total = sum(result.maps[0][corner] for corner in CORNERS) * result.peaks[0]
    run = Run(pair)
    nothing = parts.hide_in_both(run, "p2w", np.ones((1, len(CORNERS)), bool))[0]
    assert total == pytest.approx(run.reference - nothing, abs=1e-5)


def test_average_of_both_removals() -> None:
    pair = composite(patches(), 2)
    single, greedy, average = (
        explain("concepts", pair, removal=each).maps[0] for each in ("single", "greedy", "average")
    )
    want = (single + greedy) / 2
    np.testing.assert_allclose(average, want / np.abs(want).max(), atol=1e-5)


def test_superpixels_cover_the_picture_once() -> None:
    found = superpixels(Run(alike(patches(), 0)), "a", 36)
    assert np.all(found.sum(0) == 1) and 20 < len(found) < 60


def test_lime_recovers_a_sum() -> None:
    """Of a score that is a sum over regions, LIME's weights are its terms."""
    pair = alike(patches((4, 4)), 0)
    result = explain("lime", pair, parts="regions", samples=2000, kernel=2.0)
    weights = np.array([result.maps[0][corner] for corner in CORNERS])
    assert weights[0] == 1 and np.abs(weights[1:]).max() < 0.02


@pytest.mark.parametrize("name", ["shap", "concepts", "lime"])
def test_swapping_the_pictures_swaps_the_maps(name: str) -> None:
    pair = alike(patches(), 7)
    swapped = pair_from_aligned(pair.b.pixels, pair.a.pixels, pair.model)
    forth, back = explain(name, pair, seed=3).maps, explain(name, swapped, seed=3).maps
    np.testing.assert_allclose(forth[0], back[1], atol=1e-4)
    np.testing.assert_allclose(forth[1], back[0], atol=1e-4)


def test_lime_follows_its_seed() -> None:
    pair = alike(patches(), 0)
    first, again, other = (explain("lime", pair, seed=s, samples=50).maps[1] for s in (1, 1, 2))
    assert np.array_equal(first, again) and not np.array_equal(first, other)
    assert EDGE == 16
