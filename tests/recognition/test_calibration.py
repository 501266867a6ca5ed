"""A shipped calibration says what was measured, and counts for nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from recognition import (
    DEFAULT_OPERATING_POINT,
    OPERATING_POINTS,
    BadSetting,
    Comparison,
    FaceModel,
    calibration,
    decide,
    pair_from_aligned,
)
from recognition.calibration import FOLDER
from recognition.evidence import two_digits
from recognition.types import OperatingPoint

SHIPPED = sorted(FOLDER.glob("*.json"))


@pytest.fixture(scope="module")
def shipped(model: FaceModel) -> calibration.Calibration:
    found = calibration.of(model)
    assert found is not None, "the default model's calibration is stale: run recognition.calibrate"
    return found


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_curves_are_sound(path: Path) -> None:
    found = calibration.read(path)
    scores, log10_lrs = np.array(found.scores), np.array(found.log10_lrs)
    assert (np.diff(scores) > 0).all() and len(scores) == len(log10_lrs)
    assert (np.diff(log10_lrs) >= 0).all()
    assert np.abs(log10_lrs).max() <= found.lr_cap + 1e-4
    assert found.lr_cap == pytest.approx(np.log10(min(found.genuine, found.impostor)), abs=1e-3)
    assert (np.diff(found.fmrs) <= 0).all() and (np.diff(found.fnmrs) >= 0).all()
    assert {point.name for point in found.points} == set(OPERATING_POINTS)
    for point in found.points:
        assert point.fmr is not None and point.fnmr is not None
        assert point.source == found.source != ""
    strict = [found.operating_point(f"fmr-1e-{n}") for n in (2, 3, 4)]
    for point, target in zip(strict, (1e-2, 1e-3, 1e-4), strict=True):
        assert target / 2 < (point.fmr or 0) <= target * 1.0001
    thresholds = [point.threshold for point in strict]
    assert thresholds == sorted(thresholds)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_written_and_read_again(path: Path, tmp_path: Path) -> None:
    found = calibration.read(path)
    calibration.write(found, tmp_path / "again.json")
    assert calibration.read(tmp_path / "again.json") == found


@pytest.mark.parametrize("score", [-1.0, 0.0, 0.6, 0.9, 1.0])
def test_far_scores_have_finite_evidence(score: float, shipped: calibration.Calibration) -> None:
    evidence = shipped.evidence(score)
    assert 0 < evidence.pic < 1 and abs(evidence.log10_lr) <= shipped.lr_cap + 1e-4


@pytest.mark.parametrize(
    "change",
    [{"mirror": False}, {"weights_sha256": "0" * 64}, {"settings": {"colour": "BGR"}}],
    ids=str,
)
def test_a_changed_model_has_no_calibration(change: dict, model: FaceModel) -> None:
    assert calibration.of(replace(model, **change)) is None


def test_a_function_has_no_probability(rng: np.random.Generator) -> None:
    model = FaceModel.from_function(lambda faces: faces.mean(axis=(1, 2)), (64, 64))
    a, b = rng.random((2, 64, 64, 3), dtype=np.float32)
    pair = decide(pair_from_aligned(a, b, model))
    assert pair.pic is None and pair.confidence is None and pair.log10_lr is None
    assert "was not measured" in pair.operating_point.words


def test_the_threshold_of_an_uncalibrated_model_is_no_decision_to_rely_on(
    rng: np.random.Generator,
) -> None:
    model = FaceModel.from_function(lambda faces: faces.mean(axis=(1, 2)), (64, 64))
    a, b = rng.random((2, 64, 64, 3), dtype=np.float32)
    unmeasured = decide(pair_from_aligned(a, b, model)).operating_point
    assert unmeasured.name == "uncalibrated"
    for said in ("was not measured", "do not rely on it", "python -m recognition.calibrate"):
        assert said in unmeasured.words
    own = decide(pair_from_aligned(a, b, model), threshold=0.4).operating_point
    assert "was not measured" in own.words and "do not rely" not in own.words


@pytest.mark.parametrize(
    ("fmr", "says"),
    [
        (0.67, "About 67 % of pairs"),
        (0.4, "About 40 % of pairs"),
        (0.11, "About 11 % of pairs"),
        (0.1, "About 1 in 10 pairs"),
        (0.03, "About 1 in 33 pairs"),
        (0.00101, "About 1 in 990 pairs"),
        (1e-4, "About 1 in 10,000 pairs"),
        (0.0, "No pair"),
    ],
)
def test_how_often_strangers_score_this_high(fmr: float, says: str) -> None:
    point = OperatingPoint("custom", 0.5, fmr, 0.25)
    assert point.words.startswith(f"{says} of different people")
    assert point.words.endswith(" 25.0 % of pairs of the same person would score lower.")


@pytest.mark.parametrize(
    ("number", "words"),
    [(1.0, "1.0"), (2.56, "2.6"), (9.97, "10"), (12.6, "13"), (1600.4, "1,600"), (98765, "99,000")],
)
def test_numbers_have_two_digits_and_no_exponent(number: float, words: str) -> None:
    assert two_digits(number) == words


def test_own_calibration_lies_beside_the_settings(
    model: FaceModel, shipped: calibration.Calibration, tmp_path: Path
) -> None:
    path = tmp_path / "mine.calibration.json"
    mine = replace(model, name="mine", calibration_file=str(path))
    assert calibration.of(mine) is None
    assert calibration.path_of(mine) == path
    calibration.write(replace(shipped, model="mine"), path)
    found = calibration.of(mine)
    assert found is not None and found.model == "mine"


@pytest.mark.parametrize("name", OPERATING_POINTS)
def test_every_operating_point_decides_and_says_what_it_means(
    name: str, impostor_pair: Comparison
) -> None:
    pair = decide(impostor_pair, operating_point=name)
    assert pair.score == impostor_pair.score and pair.pic == impostor_pair.pic
    assert pair.is_match == (pair.score >= pair.threshold)
    assert "pairs of different people would score this high" in pair.operating_point.words
    expected = {"fmr-1e-2": "1 in 100 ", "fmr-1e-3": "1 in 1,00", "fmr-1e-4": "1 in 10,0"}.get(name)
    assert expected is None or expected in pair.operating_point.words


def test_a_free_threshold_carries_measured_rates(
    impostor_pair: Comparison, shipped: calibration.Calibration
) -> None:
    strict = shipped.operating_point(DEFAULT_OPERATING_POINT)
    free = decide(impostor_pair, threshold=strict.threshold).operating_point
    assert free.name == "custom"
    assert free.fmr == pytest.approx(strict.fmr, rel=0.2)
    assert free.fnmr == pytest.approx(strict.fnmr, abs=0.02)
    assert decide(impostor_pair, threshold=-1.0).is_match
    assert not decide(impostor_pair, threshold=1.0).is_match


@pytest.mark.parametrize("setting", [{"threshold": 1.5}, {"operating_point": "fmr-1e-9"}])
def test_wrong_settings_are_said(setting: dict, impostor_pair: Comparison) -> None:
    with pytest.raises(BadSetting, match=r"\.$"):
        decide(impostor_pair, **setting)


def test_weak_evidence_is_too_close_to_call(
    impostor_pair: Comparison, shipped: calibration.Calibration
) -> None:
    even = float(np.interp(0, shipped.log10_lrs, shipped.scores))
    pair = decide(replace(impostor_pair, score=even))
    assert pair.decision == "too close to call"
    assert pair.pic == pytest.approx(0.5, abs=0.05)
    assert decide(replace(impostor_pair, score=0.99)).decision == "same person"
    assert decide(replace(impostor_pair, score=0.7)).decision == "different people"
