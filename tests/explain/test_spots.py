"""The seven methods of Mery & Morris: planted answers and slow formulas."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from explain import explain, explain_many, region_table
from explain.grid import spots
from explain.regions import SCHEMES
from explain.run import Run
from recognition import FaceModel, pair_from_aligned
from tests.explain.regional import (
    SEVEN,
    SIZE,
    half_alike,
    planted,
    template_masks,
)


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("region", SCHEMES["p2w"])
def test_planted_region_comes_first_for_all_seven(region: str, seed: int) -> None:
    masks = template_masks()
    results = explain_many(SEVEN, planted(masks[region], seed), seed=seed)
    table = region_table(results, masks={"a": masks, "b": masks})
    row = table.regions.index(region)
    # The chin is broader than a spot: a search marks its middle, so most of it is one level lower.
    assert table.levels[row].max() <= (2 if region == "chin" else 1)
    assert (table.levels[row] < np.delete(table.levels, row, axis=0)).all()
    assert table.most_important() == (region,)


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("name", SEVEN)
def test_half_and_half_composite(name: str, seed: int) -> None:
    result = explain(name, half_alike(seed))
    left, right = np.array_split(result.maps[1], 2, axis=1)
    assert left.mean() > right.mean() + 0.1
    if result.signed:
        assert left.mean() > 0 > right.mean()


@pytest.mark.parametrize("name", SEVEN)
def test_swapping_the_pictures_swaps_the_maps(name: str) -> None:
    pair = half_alike(3)
    swapped = pair_from_aligned(pair.b.pixels, pair.a.pixels, pair.model)
    one, other = explain(name, pair), explain(name, swapped)
    np.testing.assert_allclose(one.maps[0], other.maps[1], atol=1e-4)
    np.testing.assert_allclose(one.maps[1], other.maps[0], atol=1e-4)


@pytest.mark.parametrize("name", SEVEN)
def test_sharing_work_changes_no_map(name: str) -> None:
    pair = half_alike(1)
    alone, shared = explain(name, pair), explain_many(SEVEN, pair)[name]
    for one, other in zip(alone.maps, shared.maps, strict=True):
        np.testing.assert_array_equal(one, other)


def test_average_costs_nothing_beside_the_other_four() -> None:
    results = explain_many(("s0-", "s1-", "s0+", "s1+", "avg", "minplus"), half_alike(1))
    assert results["avg"].passes == results["minplus"].passes == 0


def test_single_removal_by_the_formula() -> None:
    pair = half_alike(2)
    run, grid, sigma = Run(pair), 4, 0.1 * SIZE
    places = [7, 22, 37, 52]
    expected = np.zeros((grid, grid))
    for i, row in enumerate(places):
        for j, column in enumerate(places):
            changed = pair.b.pixels.copy()
            for y in range(SIZE):
                for x in range(SIZE):
                    away = (y - row) ** 2 + (x - column) ** 2
                    changed[y, x] *= 1 - np.exp(-away / (2 * sigma**2))
            expected[i, j] = run.reference - run.scores(changed[None], "b")[0]
    result = explain("s0-", pair, grid=grid, width=0.1, smoothing=0.0)
    ours = result.maps[1][np.ix_(places, places)] * result.peaks[1]
    np.testing.assert_allclose(ours, expected, atol=1e-5)


def test_average_by_the_formula() -> None:
    """Each of the four shown maps stretched to [0, 1], then their mean."""
    results = explain_many(("s0-", "s1-", "s0+", "s1+", "avg"), half_alike(4))
    *parts, average = (result.maps[0] for result in results.values())
    stretched = [(part - part.min()) / np.ptp(part) for part in parts]
    np.testing.assert_allclose(average, np.mean(stretched, axis=0), atol=1e-5)


def test_minplus_by_the_formula() -> None:
    """The four maps in units of the score are averaged before they are stretched."""
    results = explain_many(("s0-", "s1-", "s0+", "s1+", "minplus"), half_alike(4))
    *parts, minplus = results.values()
    mean = np.mean([part.maps[0] * part.peaks[0] for part in parts], axis=0)
    np.testing.assert_allclose(minplus.maps[0], (mean - mean.min()) / np.ptp(mean), atol=1e-4)


def test_a_black_box_that_sees_nothing_gives_no_evidence() -> None:
    picture = np.full((SIZE, SIZE, 3), 0.5)
    blind = FaceModel.from_function(lambda batch: np.ones((len(batch), 4)), (SIZE, SIZE))
    for result in explain_many(SEVEN, pair_from_aligned(picture, picture, blind)).values():
        assert result.peaks == (0, 0)
        assert not np.any(result.maps)


def test_spots_are_gaussians_of_the_given_width() -> None:
    spot = spots((61, 61), 5, 0.1)[12]
    point = np.zeros((61, 61))
    point[30, 30] = 1
    blurred = gaussian_filter(point, 6.1, truncate=8)
    np.testing.assert_allclose(spot, blurred / blurred.max(), atol=1e-5)
