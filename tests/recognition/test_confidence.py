"""Probabilities: right where the answer is known, monotone, capped, finite far out."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm

from recognition.evidence import Evidence, combine, is_too_close, verbal
from recognition.measure.reliability import reliability, reliability_bins
from recognition.pic import PicCurve, fit_pic
from recognition.xface_confidence import fit_xface

# Two Gaussians of equal width: log LR is linear in the score, 0 in the middle.
GENUINE, IMPOSTOR, WIDTH = 0.6, 0.2, 0.1


@pytest.fixture
def planted(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    return rng.normal(GENUINE, WIDTH, 3000), rng.normal(IMPOSTOR, WIDTH, 3000)


def true_log10_lr(scores: np.ndarray) -> np.ndarray:
    return (norm.logpdf(scores, GENUINE, WIDTH) - norm.logpdf(scores, IMPOSTOR, WIDTH)) / np.log(10)


@pytest.fixture(params=["Facenet_cosine", "VGG-Face_cosine", "OpenFace_cosine", "DeepFace_cosine"])
def pivot(request: pytest.FixtureRequest, shared: Path) -> tuple[np.ndarray, np.ndarray]:
    """Scores of 280 real pairs by another model."""
    with (shared / "data" / "calibration" / "face-recognition-pivot.csv").open() as file:
        rows = list(csv.DictReader(file))
    scores = np.array([1 - float(row[request.param]) for row in rows])
    same = np.array([row["decision"] == "Yes" for row in rows])
    return scores[same], scores[~same]


def check(curve: PicCurve, genuine: np.ndarray, impostor: np.ndarray) -> None:
    far = np.array([-1e6, -1.0, *np.linspace(-0.5, 1.5, 400), 1e6])
    answers = curve.log10_lr(far)
    assert np.isfinite(answers).all()
    assert (np.diff(answers) >= 0).all()
    assert np.abs(answers).max() <= curve.cap + 1e-9
    assert curve.cap == pytest.approx(np.log10(min(len(genuine), len(impostor))))
    assert answers[0] < 0 < answers[-1]


def test_planted_likelihood_ratio_is_found(planted: tuple[np.ndarray, np.ndarray]) -> None:
    curve = fit_pic(*planted)
    check(curve, *planted)
    scores = np.linspace(0.3, 0.5, 21)
    np.testing.assert_allclose(curve.log10_lr(scores), true_log10_lr(scores), atol=0.35)
    assert curve.log10_lr(np.array([0.4]))[0] == pytest.approx(0, abs=0.15)


def test_the_wider_side_does_not_win_in_the_tails(rng: np.random.Generator) -> None:
    """A wide impostor density is above the genuine one far right; the curve must not follow."""
    genuine, impostor = rng.normal(0.6, 0.03, 500), rng.normal(0.2, 0.2, 500)
    curve = fit_pic(genuine, impostor)
    check(curve, genuine, impostor)
    assert curve.log10_lr(np.array([0.6]))[0] > 1
    assert curve.log10_lr(np.array([0.95]))[0] >= curve.log10_lr(np.array([0.6]))[0]


def test_the_cap_follows_the_smaller_side(rng: np.random.Generator) -> None:
    genuine, impostor = rng.normal(0.9, 0.01, 50), rng.normal(0.1, 0.01, 5000)
    assert fit_pic(genuine, impostor).log10_lr(np.array([0.9]))[0] == pytest.approx(np.log10(50))


def test_real_pairs_of_other_models(pivot: tuple[np.ndarray, np.ndarray]) -> None:
    genuine, impostor = pivot
    check(fit_pic(genuine, impostor), genuine, impostor)
    # Fitted to one half, judged on the other.
    curve = fit_pic(genuine[::2], impostor[::2])
    held = np.concatenate([genuine[1::2], impostor[1::2]])
    is_genuine = np.arange(len(held)) < len(genuine[1::2])
    p = 1 / (1 + 10 ** -curve.log10_lr(held))
    quality = reliability(p, is_genuine)
    # Even the weakest of the four must know more than nothing, and not claim more than it knows.
    assert quality.cllr < 0.9 and quality.brier < 0.22 and quality.ece < 0.12
    assert p[is_genuine].mean() > p[~is_genuine].mean()


def test_xface_logistic(planted: tuple[np.ndarray, np.ndarray]) -> None:
    curve = fit_xface(*planted)
    assert 1 - curve.threshold == pytest.approx(0.4, abs=0.03)
    scores = np.linspace(-1, 1, 201)
    p = curve.genuine(scores)
    assert (np.diff(p) >= 0).all() and p.min() >= 0 and p.max() <= 1
    assert p[0] < 0.05 and p[-1] > 0.95
    assert curve.genuine(0.4) == pytest.approx(0.5, abs=0.1)
    confidences = [curve.confidence(float(score)) for score in scores]
    assert min(confidences) >= 0.5 and max(confidences) <= 1
    assert min(confidences) == pytest.approx(0.5, abs=0.05)


def test_xface_on_real_pairs(pivot: tuple[np.ndarray, np.ndarray]) -> None:
    curve = fit_xface(*pivot)
    p = curve.genuine(np.linspace(-1, 1, 50))
    assert np.isfinite(p).all() and (np.diff(p) >= -1e-12).all()


@pytest.mark.parametrize("bins", [200, 2000])
def test_xface_depends_on_its_bins_but_not_wildly(
    bins: int, planted: tuple[np.ndarray, np.ndarray]
) -> None:
    assert fit_xface(*planted, bins=bins).genuine(0.4) == pytest.approx(0.5, abs=0.15)


def test_reliability_by_hand() -> None:
    p = np.array([0.1, 0.1, 0.9, 0.9])
    genuine = np.array([False, True, True, True])
    bins = reliability_bins(p, genuine)
    np.testing.assert_allclose(bins.predicted, [0.1, 0.9])
    np.testing.assert_allclose(bins.observed, [0.5, 1.0])
    quality = reliability(p, genuine)
    assert quality.ece == pytest.approx((0.4 + 0.1) / 2)
    assert quality.mce == pytest.approx(0.4)
    assert quality.brier == pytest.approx((0.01 + 0.81 + 0.01 + 0.01) / 4)
    genuine_cost = (np.log2(10) + 2 * np.log2(1 / 0.9)) / 3
    assert quality.cllr == pytest.approx((genuine_cost + np.log2(1 / 0.9)) / 2)


def test_reliability_of_certain_and_of_ignorant_answers() -> None:
    genuine = np.array([True, False] * 50)
    certain = reliability(genuine.astype(float), genuine)
    assert (certain.ece, certain.mce, certain.brier) == (0, 0, 0)
    assert certain.cllr == pytest.approx(0, abs=1e-9)
    assert reliability(np.full(100, 0.5), genuine).cllr == pytest.approx(1)
    assert np.isfinite(reliability(1.0 - genuine, genuine).cllr)


@pytest.mark.parametrize(
    ("lr", "phrase"),
    [
        (1.0, "no support"),
        (1.99, "no support"),
        (2.01, "weak support"),
        (11, "moderate support"),
        (101, "moderately strong support"),
        (1001, "strong support"),
        (10_001, "very strong support"),
    ],
)
def test_verbal_scale(lr: float, phrase: str) -> None:
    same, different = verbal(float(np.log10(lr))), verbal(-float(np.log10(lr)))
    assert same.startswith(phrase) and different.startswith(phrase)
    if not phrase.startswith("no"):
        assert same.index("the same person") < same.index("different people")
        assert different.index("different people") < different.index("the same person")
        assert not is_too_close(float(np.log10(lr)))


def test_pic_and_likelihood_ratio() -> None:
    assert Evidence(0.0).pic == 0.5
    assert Evidence(1.0).pic == pytest.approx(10 / 11)
    pic = Evidence(-2.5).pic
    assert np.log10(pic / (1 - pic)) == pytest.approx(-2.5)


def test_product_rule_is_capped() -> None:
    assert combine([0.5, 0.7], 3.2).log10_lr == pytest.approx(1.2)
    assert combine([1.0, -1.0], 3.2).pic == pytest.approx(0.5)
    assert combine([3.0, 3.0], 3.2).log10_lr == 3.2
    assert combine([-3.0, -3.0], 3.2).log10_lr == -3.2
    assert combine([], 3.2).pic == 0.5
