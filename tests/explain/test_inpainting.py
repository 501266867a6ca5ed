"""Inpainters and the explainers that use them, on a recogniser that looks at one region alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from explain import EXPLAINERS, explain
from explain.inpainters import INPAINTERS, Inpainter, find_inpainter, learned
from explain.inpainters.base import Masks, Told
from explain.inpainters.canvas import SIDE, TEMPLATE, lay
from explain.inpainting import prepare
from explain.methods.inpaint_s1 import search
from explain.regions import RegionMasks
from explain.run import Run
from page.replaced import replaced_html
from recognition import Comparison, FaceModel, pair_from_aligned
from recognition.errors import Cancelled, ModelNotInstalled, UnknownName
from recognition.types import Face
from tests.explain.regional import SIZE, brightness_of, planted, template_masks

NAMES = [name for name, entry in INPAINTERS.items() if entry.ready]


def black(face: Face, masks: Masks, _seeds: Sequence[int], _told: Told) -> np.ndarray:
    return np.zeros((len(masks), *face.pixels.shape), np.float32)


BLACK = Inpainter("black", "Black", "Nothing.", "", black, 0, stochastic=False)


def same_only_in(mask: np.ndarray, seed: int) -> Comparison:
    """Two pictures with the same texture in one region, which is all that the recogniser sees."""
    rng = np.random.default_rng(seed)
    shared, a, b = rng.random((3, SIZE, SIZE, 3)).astype(np.float32)
    model = FaceModel.from_function(
        lambda batch: batch[:, mask].reshape(len(batch), -1) - 0.5, (SIZE, SIZE)
    )
    return pair_from_aligned(*(np.where(mask[..., None], shared, each) for each in (a, b)), model)


@pytest.mark.parametrize("name", NAMES)
def test_only_the_hole_changes(name: str, face: Face, masks: RegionMasks) -> None:
    hole = masks["nose"]
    filled = find_inpainter(name).fill(face, hole, [1, 2])
    assert filled.shape == (2, SIZE, SIZE, 3)
    assert filled.dtype == np.float32
    assert 0 <= filled.min() <= filled.max() <= 1
    for each in filled:
        np.testing.assert_array_equal(each[~hole], face.pixels[~hole])
        assert np.abs(each[hole] - face.pixels[hole]).mean() > 0.01


@pytest.mark.parametrize("name", NAMES)
def test_the_seed_decides_the_fill(name: str, face: Face, masks: RegionMasks) -> None:
    entry, hole = find_inpainter(name), masks["cheeks"]
    one, other, again = entry.fill(face, hole, [5, 6, 5])
    np.testing.assert_allclose(one, again, atol=1e-5)
    np.testing.assert_allclose(one, entry.fill(face, hole, [5])[0], atol=1e-4)
    assert (np.abs(one - other)[hole].mean() > 0.01) == entry.stochastic


@pytest.mark.parametrize("name", NAMES)
def test_what_was_in_the_hole_does_not_matter(name: str, masks: RegionMasks) -> None:
    hole = masks["mouth"]
    rng = np.random.default_rng(0)
    a = rng.random((SIZE, SIZE, 3)).astype(np.float32)
    b = np.where(hole[..., None], 1 - a, a)
    pair = pair_from_aligned(a, b, brightness_of(np.ones((SIZE, SIZE))))
    wide = template_masks("ifv").masks[[6, 7, 8]].any(0)  # the hole and a rim
    one, other = (find_inpainter(name).fill(each, wide, [3])[0] for each in (pair.a, pair.b))
    np.testing.assert_allclose(one, other, atol=0.03)


def test_an_empty_hole_leaves_the_face_as_it_is(face: Face) -> None:
    nothing = np.zeros((SIZE, SIZE), bool)
    for name in NAMES:
        np.testing.assert_array_equal(find_inpainter(name).fill(face, nothing, [0])[0], face.pixels)


def test_a_photograph_is_laid_on_the_canvas_by_its_landmarks(impostor_pair: Comparison) -> None:
    face = impostor_pair.a
    canvas = lay(face)
    landmarks = np.c_[np.array(TEMPLATE, np.float32)]
    assert canvas.picture.shape == (SIDE, SIDE, 3)
    assert canvas.known.mean() > 0.95
    back = canvas.back(canvas.picture[None], face.pixels.shape[:2])[0]
    inside = slice(10, -10), slice(10, -10)
    assert np.abs(back - face.pixels)[inside].mean() < 0.03
    assert (landmarks > 0).all() and (landmarks < SIDE).all()


def test_missing_weights_are_said_with_the_command(
    monkeypatch: pytest.MonkeyPatch, face: Face, masks: RegionMasks
) -> None:
    monkeypatch.setattr(learned, "WEIGHTS", Path("nowhere.safetensors"))
    entry = find_inpainter("learned")
    assert not entry.ready
    with pytest.raises(ModelNotInstalled, match="train_inpainter"):
        entry.fill(face, masks["nose"], [0])


def test_an_unknown_inpainter_is_said() -> None:
    with pytest.raises(UnknownName, match="learned"):
        find_inpainter("magic")


@pytest.mark.parametrize(
    ("name", "region"),
    [
        (f"inpaint-{kind}", region)
        for kind, region in (("s0", "nose"), ("s0", "forehead"), ("s0", "mouth"), ("s1", "nose"))
    ],
)
def test_the_region_that_is_looked_at_wins(name: str, region: str, masks: RegionMasks) -> None:
    for seed in range(3):
        result = explain(name, same_only_in(masks[region], seed), seed=seed, fills=1)
        for values in result.maps:
            others = [values[masks[each]].mean() for each in masks.names if each != region]
            assert values[masks[region]].mean() > 2 * np.abs(others).max()
        most = max(result.replaced, key=lambda each: abs(each.change))
        assert most.region == region


@pytest.mark.parametrize("name", ["inpaint-s0", "inpaint-s1"])
def test_a_region_that_speaks_against_a_match_is_negative(name: str, masks: RegionMasks) -> None:
    mouth, nose = masks["mouth"], masks["nose"]
    a, b = np.full((2, SIZE, SIZE, 3), 0.5, np.float32)
    a[mouth], b[mouth] = 1, 0
    a[nose], b[nose] = (0.9, 0.1, 0.1), (0.9, 0.1, 0.1)

    def function(batch: np.ndarray) -> np.ndarray:
        dull = batch - 0.5
        return np.concatenate([dull[:, mouth].mean(1), 2 * dull[:, nose].mean(1)], 1) + 1e-3

    model = FaceModel.from_function(function, (SIZE, SIZE))
    result = explain(name, pair_from_aligned(a, b, model), inpainter="telea")
    for values in result.maps:
        assert values[mouth].mean() < -0.1
        assert values[nose].mean() > 0.1


def test_single_region_is_the_fall_of_the_score(masks: RegionMasks) -> None:
    pair = same_only_in(masks["nose"], 1)
    filled = prepare(Run(pair), BLACK, 3, "ifv")
    assert filled.fills == 1  # a second black fill would be the same
    falls = pair.score - filled.alone.mean(1)
    holes = {side: filled.holes[side][masks.names.index("nose")] for side in ("a", "b")}
    black_a, black_b = (
        np.where(holes[side][..., None], 0, face.pixels)
        for side, face in (("a", pair.a), ("b", pair.b))
    )
    expected = pair.score - pair_from_aligned(black_a, black_b, pair.model).score
    assert falls[masks.names.index("nose")] == pytest.approx(expected, abs=1e-5)


def test_greedy_goes_down_and_up_by_the_best_region_each_time() -> None:
    class Known:
        """Three regions whose effects add up; a state is the set of those filled."""

        names, untouched = ("one", "two", "three"), frozenset()
        effects = np.array([-0.1, 0.2, -0.3])
        alone = (0.5 + effects)[:, None]

        class run:
            reference = 0.5

            @staticmethod
            def steps(items: range) -> range:
                return items

        @classmethod
        def further(cls, state: frozenset, regions: np.ndarray) -> np.ndarray:
            return (0.5 + cls.effects[list(state)].sum() + cls.effects[regions])[:, None]

        @staticmethod
        def filled(state: frozenset, region: int) -> frozenset:
            return state | {region}

    np.testing.assert_allclose(search(Known, -1, 0.001), [-0.1, 0, -0.3])
    np.testing.assert_allclose(search(Known, 1, 0.001), [0, 0.2, 0])
    np.testing.assert_allclose(search(Known, -1, 0.2), [0, 0, -0.3])


def test_the_two_faces_get_different_fills_whatever_their_order(masks: RegionMasks) -> None:
    pair = planted(masks["nose"], 2)
    swapped = pair_from_aligned(pair.b.pixels, pair.a.pixels, pair.model)
    one, other = (
        prepare(Run(each), find_inpainter("learned"), 3, "ifv").seeds for each in (pair, swapped)
    )
    assert one["a"] == other["b"] and one["b"] == other["a"]
    assert not set(one["a"]) & set(one["b"])


def test_cancelling_stops_between_batches(masks: RegionMasks) -> None:
    def stop(share: float) -> None:
        if share > 0.1:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        explain("inpaint-s0", same_only_in(masks["nose"], 0), progress=stop, fills=8)


def test_the_page_tells_each_region_in_words(masks: RegionMasks) -> None:
    result = explain("inpaint-s0", same_only_in(masks["nose"], 0), inpainter="telea")
    html = replaced_html(result)
    assert html.count("<figure") == len(result.replaced) > 5
    assert "Without their own nose" in html and "falls by" in html
    assert html.count("data:image/jpeg") == 2 * len(result.replaced)
    assert replaced_html(explain("s0-", planted(masks["nose"], 0), grid=4)) == ""


def test_each_fill_is_drawn_once(masks: RegionMasks) -> None:
    """Also those that are shown."""
    drawn: list[int] = []

    def counting(face: Face, holes: Masks, seeds: Sequence[int], told: Told) -> np.ndarray:
        drawn.append(len(holes))
        return black(face, holes, seeds, told)

    run = Run(planted(masks["nose"], 0))
    filled = prepare(run, replace(BLACK, function=counting, stochastic=True), 3, "ifv")
    filled.alone  # noqa: B018
    assert len(filled.replaced()) == len(masks.names)
    assert sum(drawn) == run.passes - 2 == 2 * 3 * len(masks.names)


@pytest.mark.parametrize(("inpainter", "fills"), [("learned", 2), ("telea", 1)])
def test_filling_counts_as_work(inpainter: str, fills: int, masks: RegionMasks) -> None:
    pair = planted(masks["nose"], 0)
    chosen = {"inpainter": inpainter, "fills": 2}
    entry, result = EXPLAINERS["inpaint-s0"], explain("inpaint-s0", pair, **chosen)
    pictures = 2 * fills * len(masks.names)
    assert result.passes == 2 + pictures
    more = round(pictures * find_inpainter(inpainter).work)
    assert more > 0
    assert entry.expected_work(pair, chosen) == result.passes + more
