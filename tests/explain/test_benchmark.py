"""The measures of explanations, on pictures and models where the right order is known."""

from __future__ import annotations

import json
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from explain import evaluate
from explain.benchmark import curves, summary
from explain.benchmark.earlier import join, read_report
from explain.benchmark.floors import FLOORS
from explain.benchmark.measures import Cost, Measures, cost, explain_all
from explain.benchmark.pairs import PATCHES, choose, donor, patched, trial
from explain.benchmark.report import Report, Row
from explain.benchmark.sanity import forgetful, likeness, same_pair
from explain.evaluate import asked_for
from explain.registry import EXPLAINERS
from recognition import pair_from_aligned
from recognition.errors import BadSetting
from recognition.measure.lfw import Pair
from recognition.types import Comparison
from tests.explain.planted import SIZE, WINDOWS, alike, inside, patches, pooled, texture

CORNER = WINDOWS["bottom left"]


@pytest.fixture
def pair() -> Comparison:
    """Two pictures that a model compares by one square alone, and calls a match."""
    return alike(patches(CORNER), 0, threshold=0.7)


def perfect() -> np.ndarray:
    values = np.zeros((SIZE, SIZE), np.float32)
    inside(values, CORNER)[:] = 1
    return values


def noise() -> np.ndarray:
    return np.random.default_rng(1).random((SIZE, SIZE)).astype(np.float32)


def areas_of(pair: Comparison, values: np.ndarray) -> dict[str, float]:
    found = curves.faithfulness(pair, (values, values), signed=True, seed=0)
    return {name: float(np.trapz(each.mean(0), curves.SHARES)) for name, each in found.items()}


def test_the_perfect_map_beats_random_beats_its_inverse(pair: Comparison) -> None:
    best, random, worst = (areas_of(pair, each) for each in (perfect(), noise(), -perfect()))
    assert best["deletion"] < random["deletion"] < worst["deletion"]
    assert best["insertion"] > random["insertion"] > worst["insertion"]
    assert best["hiding"] > random["hiding"] > worst["hiding"]


def test_the_ends_of_the_curves(pair: Comparison) -> None:
    found = curves.faithfulness(pair, (noise(), noise()), signed=True, seed=0)
    black = pair_from_aligned(np.zeros_like(pair.a.pixels), pair.b.pixels, pair.model).score
    assert found["deletion"][0, 0] == pytest.approx(pair.score, abs=1e-6)
    assert found["insertion"][0, -1] == pytest.approx(pair.score, abs=1e-6)
    assert found["hiding"][0, 0] == pytest.approx(pair.score, abs=1e-6)
    assert found["deletion"][0, -1] == found["insertion"][0, 0] == pytest.approx(black, abs=1e-6)


def test_shares_are_exact_and_grow() -> None:
    masks = curves.first(noise(), curves.SHARES, 0)
    np.testing.assert_array_equal(masks.sum((1, 2)), np.rint(curves.SHARES * SIZE**2))
    assert np.all(masks[1:] >= masks[:-1])


def test_ties_are_broken_at_random_but_always_alike() -> None:
    flat = np.zeros((SIZE, SIZE), np.float32)
    half = curves.first(flat, np.array([0.5]), 3)[0]
    assert half[:, : SIZE // 2].mean() == pytest.approx(0.5, abs=0.1)
    np.testing.assert_array_equal(half, curves.first(flat, np.array([0.5]), 3)[0])


def test_the_decision_says_what_is_important() -> None:
    values = np.array([[-1.0, 0.5]], np.float32)
    match = curves.importance(values, signed=True, is_match=True)
    non_match = curves.importance(values, signed=True, is_match=False)
    unsigned = curves.importance(np.abs(values), signed=False, is_match=False)
    assert match.argmax() == 1 and non_match.argmax() == 0 and unsigned.argmax() == 0


def test_repairing_the_right_pixels_first_is_better(pair: Comparison) -> None:
    spoiled = pair.a.pixels.copy()
    inside(spoiled, CORNER)[:] = 1 - inside(pair.a.pixels, CORNER)
    broken = pair_from_aligned(spoiled, pair.b.pixels, pair.model, threshold=0.7)
    assert pair.is_match and not broken.is_match
    good, bad = (
        curves.repair(broken, pair.a.pixels, values, signed=True, seed=0)
        for values in (-perfect(), perfect())
    )
    assert good.mean() > bad.mean()
    assert len(good) == 20 and good[0] == pytest.approx(broken.score, abs=1e-6)
    assert good[4] == pytest.approx(pair.score, abs=1e-4)  # 20 % hold the whole square


def test_patches_come_from_the_same_place() -> None:
    picture, other = texture(0), texture(1)
    changed = patched(picture, other, np.random.default_rng(0))
    touched = np.any(changed != picture, axis=2)
    assert np.array_equal(changed[touched], other[touched])
    assert 0.2 < touched.mean() < 1 - (1 - (7 / SIZE) ** 2) ** (2 * PATCHES)


def protocol() -> list[Pair]:
    same = [Pair(f"P{i}/P{i}_0001.jpg", f"P{i}/P{i}_0002.jpg", True, 0) for i in range(30)]
    other = [Pair(f"P{i}/P{i}_0001.jpg", f"Q{i}/Q{i}_0001.jpg", False, 0) for i in range(30)]
    return same + other


def test_genuine_pairs_get_patches_of_somebody_else() -> None:
    pairs = choose(protocol(), 60)
    pictures = [f"P{i}/P{i}_000{k}.jpg" for i in range(30) for k in (1, 2)]
    for at, pair in enumerate(pairs):
        drawn = donor(at, pairs, pictures)
        assert drawn == donor(at, pairs, pictures)
        if pair.genuine:
            assert drawn.split("/")[0] != pair.a.split("/")[0]
        else:
            assert drawn == pair.b


def test_more_pairs_begin_with_the_same_ones() -> None:
    few, many = choose(protocol(), 10), choose(protocol(), 40)
    assert many[:10] == few
    assert sum(pair.genuine for pair in many) == 20


def test_dear_explainers_are_measured_on_fewer_pairs() -> None:
    limits = asked_for("s0-,corrrise:50,lime:900", 200)
    assert limits == {**dict.fromkeys(FLOORS, 200), "s0-": 200, "corrrise": 50, "lime": 200}
    assert set(asked_for("", 10)) == {*FLOORS, *EXPLAINERS}
    with pytest.raises(BadSetting, match="number of pairs"):
        asked_for("corrrise:few", 200)
    for count in (1, 0, -2):
        with pytest.raises(BadSetting, match=f"2 or more.*not {count}"):
            asked_for("", count)


@pytest.mark.parametrize("found", [(), ("P0/P0_0001.jpg", "P0/P0_0002.jpg", "Q0/Q0_0001.jpg")])
def test_too_few_faces_are_said(found: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    faces = dict.fromkeys(found, alike(patches(), 0).a)
    monkeypatch.setattr(evaluate.lfw, "read_pairs", lambda *_: protocol())
    monkeypatch.setattr(evaluate, "faces_of", lambda *_: faces)
    options = Namespace(lfw="", pairs=60, seed=1)
    with pytest.raises(BadSetting, match="Of the 60 pairs drawn too few"):
        evaluate.load_trials(options, patches())


def test_what_was_measured_on_few_pairs_does_not_pass_for_more(tmp_path: Path) -> None:
    pairs = choose(protocol(), 2)
    face = alike(patches(), 0).a
    faces = dict.fromkeys((pairs[0].a, pairs[0].b, pairs[1].a, pairs[1].b), face)
    trials = [trial(at, pair, pair.b, faces, pooled(), 0.5) for at, pair in enumerate(pairs)]
    timed = [len(evaluate.cost_of("s0-", tmp_path, trials[:n]).seconds) for n in (1, 2, 1)]
    assert timed == [1, 2, 1]
    evaluate.sanity_of("gradient", tmp_path, trials[:1], pooled())
    kept = sorted(path.name for path in tmp_path.iterdir())
    assert kept == ["cost-1.json", "cost-2.json", "sanity-1.json"]


def measures(genuine: bool, level: float) -> Measures:
    scores = np.full((2, 11), level, np.float32)
    regions = np.arange(18, dtype=np.float32).reshape(2, 9)
    return Measures(genuine, scores, scores, scores, np.full(20, level, np.float32), regions)


def test_areas_of_known_curves() -> None:
    everything = [measures(True, 1.0), measures(False, 1.0)] * 4
    found = summary.areas(everything, threshold=0.5)
    assert found["deletion"].mean == pytest.approx(50)  # every impostor is let in
    assert found["dpr_fmr"].mean == pytest.approx(19)  # 20 steps of 1, unit spacing
    assert found["dpr_fnmr"].mean == pytest.approx(0)


def test_intervals_shrink_with_more_pairs() -> None:
    rng = np.random.default_rng(0)
    wide, narrow = (
        summary.areas([measures(i % 2 == 0, float(rng.random())) for i in range(n)], 0.5)
        for n in (20, 400)
    )
    assert narrow["insertion"].high - narrow["insertion"].low < 0.5 * (
        wide["insertion"].high - wide["insertion"].low
    )
    assert narrow["insertion"].low <= narrow["insertion"].mean <= narrow["insertion"].high


def row(name: str, pairs: int, deletion: float) -> Row:
    areas = {
        metric: summary.Interval(deletion if metric == "deletion" else 50.0, 0.0, 99.0)
        for metric in summary.METRICS
    }
    return Row(name, pairs, areas, Cost([0.1], 4, 0), 0.0)


def test_an_earlier_table_keeps_what_it_has_on_more_pairs(tmp_path: Path) -> None:
    before = [row("s0-", 200, 60), row("rise", 24, 61)]
    old = Report("toy", 0.5, ["200"], [], before, np.ones((2, 2)))
    rows = [row("s0-", 24, 10), row("rise", 24, 20), row("lime", 24, 30)]
    new = Report("toy", 0.5, ["24"], ["How."], rows, np.full((3, 3), 0.5))
    old.write(tmp_path)
    both = join(new, read_report(tmp_path / "toy.json"))
    deletions = {each.name: each.areas["deletion"].mean for each in both.rows}
    assert deletions == {"lime": 30, "s0-": 60, "rise": 20}
    assert list(both.drawn) == ["200"] and list(both.notes) == ["How."]
    assert np.isfinite(both.agreement).all()
    both.write(tmp_path)
    again = read_report(tmp_path / "toy.json")
    np.testing.assert_allclose(again.agreement, both.agreement)
    with pytest.raises(BadSetting, match="another folder"):
        join(replace(new, threshold=0.6), old)


def test_agreement_comes_from_where_two_were_compared_on_more_pairs() -> None:
    """Of the explainer with fewer pairs; from the new report where both have as many."""
    names = ("s0-", "rise", "lime")
    old_rows = [row(name, pairs, 50) for name, pairs in zip(names, (200, 50, 24), strict=True)]
    new_rows = [row(name, pairs, 50) for name, pairs in zip(names, (24, 24, 24), strict=True)]
    undefined = np.full((3, 3), -0.5)
    undefined[0, 0] = np.nan
    old = Report("toy", 0.5, [], [], old_rows, np.full((3, 3), 0.25))
    new = Report("toy", 0.5, [], [], new_rows, undefined)
    both = join(new, old)
    at = {each.name: number for number, each in enumerate(both.rows)}
    assert both.agreement[at["s0-"], at["rise"]] == 0.25  # 50 pairs against 24
    assert both.agreement[at["s0-"], at["lime"]] == -0.5  # 24 against 24
    assert both.agreement[at["rise"], at["lime"]] == -0.5
    assert both.agreement[at["s0-"], at["s0-"]] == 0.25
    back = join(replace(old, rows=new_rows), replace(new, rows=old_rows))
    assert back.agreement[at["s0-"], at["s0-"]] == 0.25  # nan says that they were not compared


def test_an_area_that_is_not_known_stays_so(tmp_path: Path) -> None:
    """Nobody is matched falsely where all pairs are genuine."""
    areas = summary.areas([measures(True, 1.0)] * 4, 0.5)
    assert np.isnan(areas["dpr_fmr"].mean)
    rows = [Row("random", 4, areas, Cost([0.5], 10, 0), None)]
    Report("toy", 0.5, [], [], rows, np.ones((1, 1))).write(tmp_path)
    again = read_report(tmp_path / "toy.json")
    assert np.isnan(again.rows[0].areas["dpr_fmr"].high)
    assert again.rows[0].areas["deletion"] == areas["deletion"]
    assert "nan [nan, nan]" in again.markdown()


def test_agreement_of_equal_and_opposite_maps() -> None:
    one = measures(True, 1.0)
    opposite = Measures(True, one.deletion, one.insertion, one.hiding, one.repair, -one.regions)
    table = summary.agreement({"one": [one], "same": [one], "other": [opposite]})
    np.testing.assert_allclose(table, [[1, 1, -1], [1, 1, -1], [-1, -1, 1]])


def test_measures_survive_a_file(tmp_path: Path) -> None:
    measures(True, 0.25).save(tmp_path / "deep" / "00000.npz")
    again = Measures.load(tmp_path / "deep" / "00000.npz")
    assert again.genuine is True and again.repair[0] == 0.25
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["00000.npz"]


def test_forgetting_changes_maps_that_look_at_the_model() -> None:
    pair = alike(pooled(), 0)
    gone = same_pair(pair, forgetful(pair.model))
    names = ["gradient", "middle"]
    before, after = explain_all(names, pair, 0), explain_all(names, gone, 0)
    assert likeness(before["middle"].maps, after["middle"].maps) == pytest.approx(1)
    assert likeness(before["gradient"].maps, after["gradient"].maps) < 0.9
    assert pair.model.network is not gone.model.network


def test_cost_is_counted_alone() -> None:
    found = cost("xface2", [alike(patches(), 0)])
    assert found.passes == 2 * 1130 + 2 and len(found.seconds) == 1


def test_floors_know_nothing_of_the_pair() -> None:
    one, other = (explain_all(list(FLOORS), alike(patches(), seed), 0) for seed in (0, 1))
    for name in FLOORS:
        np.testing.assert_array_equal(one[name].maps[0], other[name].maps[0])
        assert one[name].passes == 0


def test_the_report_is_written_three_times(tmp_path: Path) -> None:
    areas = summary.areas([measures(True, 1.0), measures(False, 0.0)], 0.5)
    rows = [Row("random", 2, areas, Cost((0.5,), 10, 0), None)]
    paths = Report("toy", 0.5, ["The pairs."], ["A note."], rows, np.ones((1, 1))).write(tmp_path)
    assert [path.suffix for path in paths] == [".json", ".md", ".png"]
    kept = json.loads(paths[0].read_text())
    assert kept["rows"][0]["areas"]["insertion"]["mean"] == 100
    assert "| Random map | 2 |" in paths[1].read_text() and "A note." in paths[1].read_text()
