"""Levels, means, ratios and ties of the region table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from explain import RegionMasks, RegionTable, explain, region_table
from explain.base import Explanation
from explain.table import TABLE_TECHNIQUES, pixel_levels
from recognition.errors import UnknownName
from tests.explain.regional import half_alike, template_masks

# P2W table 1: region, five levels, mean, ratio of ones.
PAPER = [
    ("left eyebrow", [1, 5, 1, 5, 1], 2.6, 0.6),
    ("right eyebrow", [3, 5, 1, 4, 1], 2.8, 0.4),
    ("left eye", [1, 5, 2, 5, 1], 2.8, 0.4),
    ("right eye", [3, 5, 2, 5, 3], 3.6, 0.0),
    ("left cheek", [4, 5, 5, 5, 5], 4.8, 0.0),
    ("right cheek", [2, 5, 3, 5, 4], 3.8, 0.0),
    ("chin", [4, 5, 1, 5, 4], 3.8, 0.2),
    ("lips", [5, 5, 2, 5, 5], 4.4, 0.0),
    ("nose", [5, 5, 5, 5, 5], 5.0, 0.0),
]
STRIPES = np.eye(4, dtype=bool)[:, None, :].repeat(10, 1).repeat(5, 2)


@pytest.fixture(scope="module")
def result() -> Explanation:
    """Some explanation; the tests put maps of their own into it."""
    return explain("s0-", half_alike(0), grid=4)


def with_maps(result: Explanation, a: np.ndarray, b: np.ndarray | None = None) -> Explanation:
    maps = (a.astype(np.float32), (a if b is None else b).astype(np.float32))
    return replace(result, maps=maps)


def regions(masks: np.ndarray) -> dict[str, RegionMasks]:
    names = tuple(f"region {index}" for index in range(len(masks)))
    one = RegionMasks("p2w", names, masks, "face mesh", "Regions by hand.")
    return {"a": one, "b": one}


def paper_table() -> RegionTable:
    names, levels, _, _ = zip(*PAPER, strict=True)
    return RegionTable("p2w", names, TABLE_TECHNIQUES, np.array(levels))


@pytest.mark.parametrize("row", range(9))
def test_table_one_of_the_paper(row: int) -> None:
    _, _, mean, ratio = PAPER[row]
    assert paper_table().mean[row] == pytest.approx(mean)
    assert paper_table().ratio_of_ones[row] == pytest.approx(ratio)


def test_most_and_least_important_region_of_the_paper() -> None:
    assert paper_table().most_important() == ("left eyebrow",)
    assert paper_table().most_important("ratio of ones") == ("left eyebrow",)
    assert paper_table().least_important() == ("nose",)


def test_ties_are_all_named() -> None:
    table = RegionTable("p2w", ("a", "b", "c"), ("s0-", "avg"), np.array([[1, 3], [3, 1], [5, 5]]))
    assert table.most_important() == ("a", "b")
    assert table.most_important("ratio of ones") == ("a", "b")


@pytest.mark.parametrize("levels", [[[0]], [[6]], [[1.5]], [[1, 1]], [1]])
def test_levels_that_are_none_are_refused(levels: list) -> None:
    with pytest.raises(ValueError, match="1 to 5"):
        RegionTable("p2w", ("nose",), ("avg",), np.array(levels))


def test_five_equal_intervals_of_the_range() -> None:
    values = np.array([[-1.0, -0.61, -0.59, -0.21, -0.19, 0.19, 0.21, 0.59, 0.61, 1.0]])
    assert pixel_levels(values.astype(np.float32)).tolist() == [[5, 5, 4, 4, 3, 3, 2, 2, 1, 1]]


def test_majority_decides_and_ties_go_to_the_more_important(result: Explanation) -> None:
    values = np.zeros((10, 20))
    values[:6, 0:5] = 1.0  # 30 of 50 pixels at the top
    values[:5, 5:10] = 1.0  # 25 of 50: a tie of levels 1 and 5
    values[:4, 10:15] = 1.0
    table = region_table({"x": with_maps(result, values)}, masks=regions(STRIPES))
    assert table.levels[:, 0].tolist() == [1, 1, 5, 5]


def test_both_pools_the_pixels_of_the_two_pictures(result: Explanation) -> None:
    a, b = np.zeros((10, 20)), np.zeros((10, 20))
    a[:4, 0:5], a[:, 19] = 1.0, 1.0
    b[:7, 0:5] = 5.0
    pair = {"x": with_maps(result, a, b)}
    first = [
        region_table(pair, masks=regions(STRIPES), side=side).levels[0, 0]
        for side in ("a", "b", "both")
    ]
    assert first == [5, 1, 1]


def test_a_constant_map_is_no_evidence(result: Explanation) -> None:
    flat, step = np.full((10, 20), 0.7), np.zeros((10, 20))
    step[:, :5] = 1
    results = {
        "flat": with_maps(result, flat),
        "half flat": with_maps(result, flat, step),
        "step": with_maps(result, step),
    }
    table = region_table(results, masks=regions(STRIPES))
    assert table.levels[:, 0].tolist() == [5, 5, 5, 5]
    assert table.levels[:, 1].tolist() == table.levels[:, 2].tolist() == [1, 5, 5, 5]
    assert table.flat == ("flat",)


def test_a_region_outside_the_crop_has_no_row(result: Explanation) -> None:
    masks = STRIPES.copy()
    masks[2] = False
    values = np.arange(200.0).reshape(10, 20)
    table = region_table({"x": with_maps(result, values)}, masks=regions(masks))
    assert table.regions == ("region 0", "region 1", "region 3")
    assert table.absent == ("region 2",)


def test_results_alone_are_enough(result: Explanation) -> None:
    table = region_table({"s0-": result}, scheme="p2w")
    assert table.regions == template_masks().names
    assert table.techniques == ("s0-",)
    assert "average face" in table.notes[0]
    assert "1" in table.sentence


def test_wrong_calls(result: Explanation) -> None:
    with pytest.raises(UnknownName, match="ifv"):
        region_table({"s0-": result}, scheme="none")
    with pytest.raises(ValueError, match="same pair"):
        region_table({})
    other = explain("s0-", half_alike(1), grid=4)
    with pytest.raises(ValueError, match="same pair"):
        region_table({"s0-": result, "other": other})
