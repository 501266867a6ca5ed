"""xFace and the RISE family against slow formulas and planted answers."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from scipy import stats

from explain.kriging import predict
from explain.methods.corrrise import correlation
from explain.registry import explain, explain_many
from explain.run import Lazy, Run
from explain.sampling import explain_by, random_grids, random_patches, weighted_sum
from recognition import FaceModel, pair_from_aligned
from recognition.errors import Cancelled
from tests.explain.planted import (
    SIZE,
    WINDOWS,
    alike,
    composite,
    inside,
    patches,
    share_inside,
)

XFACE = ("xface1", "xface2", "xface3")
RISE = ("rise", "fvrise", "corrrise")
FEW = {
    **{name: {"stride": 6, "smallest": 14} for name in XFACE},
    "rise": {"masks": 400, "cells": 6},
    "fvrise": {"masks": 400, "cells": 6, "tried": 0.35},
    "corrrise": {"masks": 400, "patch": 0.15},
}


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("name", XFACE + RISE)
def test_planted_window_wins(name: str, window: str, seed: int) -> None:
    corner = WINDOWS[window]
    for values in explain(name, alike(patches(corner), seed), seed=seed, **FEW[name]).maps:
        if name == "fvrise":  # its D map is stretched to full height, however little it weighs
            values = np.maximum(values - 0.5, 0)
        if name == "xface3":  # a place hidden in both pictures may bring the rest together
            values = np.abs(values)
        assert inside(values, corner).max() == values.max()
        assert share_inside(values, corner) > 2 * 16**2 / SIZE**2
        assert values[:, :24].mean() > values[:, 24:].mean() or "right" in window
        assert values[:24].mean() > values[24:].mean() or "bottom" in window


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("name", XFACE + RISE)
def test_signs_of_a_half_and_half_picture(name: str, seed: int) -> None:
    for values in explain(name, composite(patches(), seed), seed=seed, **FEW[name]).maps:
        assert values[:, : SIZE // 2].mean() > 0 > values[:, SIZE // 2 :].mean()


def colours(size: int) -> FaceModel:
    """A black box with some bends: colours of 16 cells through a fixed mixing and a tanh."""
    mixing = np.random.default_rng(5).normal(0, 0.3, (48, 20)).astype(np.float32)

    def embed(batch: np.ndarray) -> np.ndarray:
        cell = size // 4
        cells = batch.reshape(-1, 4, cell, 4, cell, 3).mean((2, 4)).reshape(-1, 48)
        return np.tanh(5 * (cells - 0.5) @ mixing)

    return FaceModel.from_function(embed, (size, size))


def published_xface(a: np.ndarray, b: np.ndarray, model: FaceModel, method: int) -> list:
    """The authors' formula, as slow and plain as can be, in double precision."""

    def embed(picture: np.ndarray) -> np.ndarray:
        raw = model.embed(picture[None])[0].astype(float)
        return raw / np.linalg.norm(raw)

    def distance(x: np.ndarray, y: np.ndarray) -> float:
        return 1 - float(x @ y)

    plain = distance(embed(a), embed(b))
    maps: list[list[np.ndarray]] = [[], []]
    for p in (7, 14, 28):
        masks, f_a, f_b = [], [], []
        for x in range(0, 112 - p, 16):
            for y in range(0, 112 - p, 16):
                mask = np.zeros((112, 112))
                cv2.rectangle(mask, (x, y), (x + p, y + p), 1, -1)
                masks.append(mask)
                visible = (1 - mask[..., None]).astype(np.float32)
                f_a.append(embed(a * visible))
                f_b.append(embed(b * visible))
        n = len(masks)
        if method == 1:
            d1 = [np.mean([distance(f_a[i], f_b[j]) for j in range(n)]) for i in range(n)]
            d2 = [np.mean([distance(f_a[i], f_b[j]) for i in range(n)]) for j in range(n)]
        elif method == 2:
            d1 = [distance(f_a[i], embed(b)) for i in range(n)]
            d2 = [distance(embed(a), f_b[j]) for j in range(n)]
        else:
            d1 = d2 = [distance(f_a[i], f_b[i]) for i in range(n)]
        for side, d in enumerate((d1, d2)):
            total = sum(m * (each - plain) / p**2 for m, each in zip(masks, d, strict=True)) / n
            maps[side].append(cv2.GaussianBlur(total, (5, 5), 5))
    means = [np.mean(each, axis=0) for each in maps]
    return [each / np.abs(each).max() for each in means]


@pytest.mark.parametrize("method", [1, 2, 3])
def test_xface_equals_the_published_formula(method: int) -> None:
    rng = np.random.default_rng(method)
    coarse = rng.uniform(0, 1, (2, 7, 7, 3)).astype(np.float32)
    a, b = coarse.repeat(16, 1).repeat(16, 2)
    model = colours(112)
    got = explain(f"xface{method}", pair_from_aligned(a, b, model), stride=16).maps
    for ours, theirs in zip(got, published_xface(a, b, model, method), strict=True):
        assert np.abs(ours - theirs).max() <= 1e-5


def test_xface_hides_1130_squares_a_picture_as_published() -> None:
    blank = np.full((112, 112, 3), 0.5, np.float32)
    model = FaceModel.from_function(lambda x: x[:, ::28, ::28].reshape(len(x), -1), (112, 112))
    pair = pair_from_aligned(blank, blank, model)
    assert explain("xface2", pair).passes == 2 * 1130 + 2


@pytest.mark.parametrize("name", XFACE)
def test_xface_on_the_smallest_crops(name: str) -> None:
    """Seven hundred-and-twelfths of eight pixels are rounded to no pixel."""
    model = FaceModel.from_function(lambda x: x.reshape(len(x), -1), (8, 8))
    a, b = np.random.default_rng(0).random((2, 8, 8, 3)).astype(np.float32)
    for values in explain(name, pair_from_aligned(a, b, model)).maps:
        assert np.isfinite(values).all() and values.any()


def test_weighted_sums_are_added_up_in_double_precision() -> None:
    masks = Lazy(64 * 300, lambda which: np.ones((len(which), 1, 1), np.float32))
    total = weighted_sum(masks, np.full((1, len(masks)), 0.1, np.float32))
    assert total.dtype == np.float64
    assert total[0, 0, 0] == pytest.approx(len(masks) * float(np.float32(0.1)), rel=1e-6)


@pytest.mark.parametrize("count", [50, 352, 500, 1000])
def test_about_four_previews_of_a_map_come(count: int) -> None:
    previews: list[object] = []
    run = Run(alike(patches(), 0), preview=previews.append)
    explain_by(run, "a", random_grids(run, count, 6, 0.5), lambda _, scores: np.ones(run.shape))
    assert len(previews) == {50: 1, 352: 3, 500: 4, 1000: 4}[count]


def test_the_three_xface_methods_share_their_passes() -> None:
    pair = alike(patches(), 0)
    together = explain_many(XFACE, pair, stride=10)
    assert (
        sum(each.passes for each in together.values()) == explain("xface1", pair, stride=10).passes
    )
    for name, each in together.items():
        assert np.array_equal(each.maps[0], explain(name, pair, stride=10).maps[0])


def test_random_grids_follow_the_published_recipe() -> None:
    run = Run(alike(patches(), 0))
    masks = random_grids(run, 2000, 8, 0.3)[:2000]
    assert masks.min() >= 0 and masks.max() <= 1
    assert masks.mean() == pytest.approx(0.3, abs=0.01)
    rng = np.random.default_rng(0)
    grid = (rng.random((2000, 8, 8)) < 0.3).astype(np.float32)[7]
    enlarged = cv2.resize(grid, (9 * 6, 9 * 6), interpolation=cv2.INTER_LINEAR)
    crops = (enlarged[y : y + SIZE, x : x + SIZE] for y in range(6) for x in range(6))
    assert min(np.abs(masks[7] - crop).max() for crop in crops) < 1e-6


def test_random_patches_are_whole_squares() -> None:
    masks = random_patches(Run(alike(patches(), 0)), 50, 0.25, 1, 1)[:50]
    assert np.all((masks == 0).sum((1, 2)) == 12 * 12)
    several = random_patches(Run(alike(patches(), 0)), 300, 0.25, 3, 10)[:300]
    assert (several == 0).sum((1, 2)).max() > 3 * 12 * 12


def test_rise_equals_the_formula() -> None:
    pair = alike(patches(), 1)
    run = Run(pair, seed=4)
    masks = random_grids(run, 100, 8, 0.5)[:100]
    scores = np.concatenate([run.scores((run.a * mask[..., None])[None], "a") for mask in masks])
    want = sum((s - scores.mean()) * m for s, m in zip(scores, masks, strict=True)) / (100 * 0.5)
    got = explain("rise", pair, seed=4, masks=100)
    np.testing.assert_allclose(got.maps[0] * got.peaks[0], want, atol=1e-6)


def test_fvrise_weighs_what_is_hidden() -> None:
    pair = alike(patches(), 2)
    run = Run(pair, seed=1)
    masks = random_grids(run, 150, 5, 0.5)[:150]
    similar, dissimilar = np.zeros((2, SIZE, SIZE))
    for mask in masks:
        score = float(run.scores((run.a * mask[..., None])[None], "a")[0])
        target = similar if score < run.reference else dissimilar
        target += abs(run.reference - score) * (1 - mask)

    def stretched(values: np.ndarray) -> np.ndarray:
        low, high = values.min(), values.max()
        return (values - low) / (high - low) if high > low else np.zeros_like(values)

    got = explain("fvrise", pair, seed=1, masks=150, tried=1.0).maps[0]
    np.testing.assert_allclose(got, stretched(similar) - stretched(dissimilar), atol=1e-4)


def test_fvrise_without_dissimilarity_has_an_empty_map() -> None:
    """Two equal pictures can only become less alike."""
    picture = alike(patches(), 0).a.pixels
    pair = pair_from_aligned(picture, picture, patches())
    assert not explain("fvrise", pair, masks=50, show="dissimilar").maps[0].any()
    assert explain("fvrise", pair, masks=50, show="similar").maps[0].max() == 1


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("name", ["corrrise", "fvrise"])
def test_a_third_of_the_masks_gives_the_map_of_all(name: str, seed: int) -> None:
    pair = alike(patches(), seed)
    some, all_of_them = (
        explain(name, pair, seed=seed, masks=500, tried=tried) for tried in (0.35, 1.0)
    )
    assert some.passes == 352 and all_of_them.passes == 1002
    for mine, theirs in zip(some.maps, all_of_them.maps, strict=True):
        assert stats.spearmanr(mine.ravel(), theirs.ravel()).statistic >= 0.95


def test_the_last_fifth_of_the_tries_goes_to_the_most_promising_masks() -> None:
    run = Run(alike(patches(), 0))
    masks = random_grids(run, 1000, 6, 0.5)
    true = run.scores(run.a * masks[:][..., None], "a")
    asked: list[np.ndarray] = []

    def low(predicted: np.ndarray) -> np.ndarray:
        asked.append(predicted.copy())
        return -predicted

    def read(_masks: object, scores: np.ndarray) -> np.ndarray:
        return scores

    scores = explain_by(run, "a", masks, read, 0.4, low)
    blind, tried = 320, np.isclose(scores, true, atol=1e-6)
    assert tried[:blind].all()
    assert tried[blind + np.argsort(asked[0][blind:])[:80]].all()
    assert np.corrcoef(scores, true)[0, 1] > 0.8
    blindly = explain_by(run, "a", masks, read, 0.4)
    lowest = np.argsort(true)[:50]
    assert tried[lowest].sum() > np.isclose(blindly, true, atol=1e-6)[lowest].sum()


def test_prediction_keeps_known_scores_and_finds_a_sum() -> None:
    rng = np.random.default_rng(0)
    masks = random_grids(Run(alike(patches(), 0)), 300, 6, 0.5)[:300][:, 4:44:2, 4:44:2]
    place = np.linspace(-1, 1, 20)
    field = np.exp(-((place[:, None] - 0.3) ** 2 + (place + 0.2) ** 2) / 0.1)
    scores = np.tensordot(masks, field, 2) / field.sum() + rng.normal(0, 1e-3, 300)
    found = predict(masks.astype(float), scores[:80])
    np.testing.assert_array_equal(found[:80], scores[:80])
    assert np.corrcoef(found[80:], scores[80:])[0, 1] > 0.9
    assert scores[:80].min() <= found.min() <= found.max() <= scores[:80].max()


def test_equal_scores_are_predicted_equal() -> None:
    masks = np.random.default_rng(0).random((90, 20, 20))
    np.testing.assert_array_equal(predict(masks, np.full(60, 0.5)), np.full(90, 0.5))


@pytest.mark.parametrize("ranks", [False, True])
def test_correlation_equals_scipy(ranks: bool) -> None:
    rng = np.random.default_rng(0)
    masks = (rng.random((80, 6, 6)) < 0.7).astype(np.float32)
    masks[:, 2, 3] = 1
    scores = rng.normal(size=80).astype(np.float32)
    values = stats.rankdata(scores).astype(np.float32) if ranks else scores
    got = correlation(Lazy(80, lambda which: masks[which]), values)
    measure = stats.spearmanr if ranks else stats.pearsonr
    for y, x in np.ndindex(6, 6):
        if (y, x) == (2, 3):
            assert got[y, x] == 0  # never hidden
        else:
            assert got[y, x] == pytest.approx(measure(masks[:, y, x], scores)[0], abs=1e-5)


def test_corrrise_offers_both_correlations() -> None:
    pair = alike(patches(), 0)
    pearson, spearman = (
        explain("corrrise", pair, masks=100, correlate=each).maps[0] for each in ("scores", "ranks")
    )
    assert not np.array_equal(pearson, spearman)
    assert np.corrcoef(pearson.ravel(), spearman.ravel())[0, 1] > 0.8


@pytest.mark.parametrize("name", XFACE + RISE)
def test_swapping_the_pictures_swaps_the_maps(name: str) -> None:
    pair = alike(patches(), 7)
    swapped = pair_from_aligned(pair.b.pixels, pair.a.pixels, pair.model)
    few = {**FEW[name], **({"masks": 60} if name in RISE else {})}
    forth, back = (
        explain(name, pair, seed=3, **few).maps,
        explain(name, swapped, seed=3, **few).maps,
    )
    np.testing.assert_allclose(forth[0], back[1], atol=1e-4)
    np.testing.assert_allclose(forth[1], back[0], atol=1e-4)


@pytest.mark.parametrize("name", RISE)
def test_the_seed_decides(name: str) -> None:
    pair = alike(patches(), 0)
    first, again, other = (explain(name, pair, seed=s, masks=50).maps[1] for s in (1, 1, 2))
    assert np.array_equal(first, again) and not np.array_equal(first, other)


@pytest.mark.parametrize("name", XFACE + RISE)
def test_shows_previews_and_stops_when_asked(name: str) -> None:
    previews = []

    def stop(fraction: float) -> None:
        if fraction > 0.7:
            raise Cancelled

    few = {"masks": 512, **({"tried": 1.0} if name != "rise" else {})} if name in RISE else {}
    with pytest.raises(Cancelled):
        explain(name, alike(patches(), 0), progress=stop, preview=previews.append, **few)
    assert previews and all(np.abs(each).max() <= 1 for each in previews)
