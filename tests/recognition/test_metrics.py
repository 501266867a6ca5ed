"""Error rates against hand-counted ones."""

from __future__ import annotations

import numpy as np
import pytest

from recognition.measure import metrics

GENUINE = np.array([0.4, 0.6, 0.7, 0.9])
IMPOSTOR = np.array([0.1, 0.2, 0.3, 0.5, 0.65])


def test_rates_by_hand() -> None:
    rates = metrics.error_rates(GENUINE, IMPOSTOR, np.array([0.0, 0.5, 0.65, 0.66, 1.0]))
    np.testing.assert_allclose(rates.fmr, [1, 0.4, 0.2, 0, 0])
    np.testing.assert_allclose(rates.fnmr, [0, 0.25, 0.5, 0.5, 1])


def test_a_score_at_the_threshold_is_a_match() -> None:
    assert metrics.fmr_at(IMPOSTOR, 0.65) == 0.2
    assert metrics.fnmr_at(GENUINE, 0.6) == 0.25


@pytest.mark.parametrize(("fmr", "passing"), [(0.2, 1), (0.39, 1), (0.4, 2), (0.19, 0), (0.01, 0)])
def test_threshold_lets_at_most_so_many_pass(fmr: float, passing: int) -> None:
    threshold = metrics.threshold_at_fmr(IMPOSTOR, fmr)
    assert np.sum(threshold <= IMPOSTOR) == passing
    # And no lower threshold does.
    assert np.sum(np.nextafter(threshold, -np.inf) <= IMPOSTOR) > fmr * len(IMPOSTOR)


def test_equal_error_rate_of_gaussians(rng: np.random.Generator) -> None:
    genuine, impostor = rng.normal(2, 1, 40_000), rng.normal(0, 1, 40_000)
    eer, threshold = metrics.equal_error_rate(genuine, impostor)
    assert eer == pytest.approx(0.1587, abs=0.004)
    assert threshold == pytest.approx(1, abs=0.03)


def test_separated_scores_have_no_errors() -> None:
    eer, threshold = metrics.equal_error_rate(np.array([0.8, 0.9]), np.array([0.1, 0.2]))
    assert eer == 0 and 0.2 < threshold <= 0.8
    assert 0.2 < metrics.best_accuracy_threshold(np.array([0.8]), np.array([0.2])) <= 0.8


def test_folds_are_judged_by_the_others() -> None:
    # Fold 1 needs another threshold than fold 0: judged by fold 0's, half of it is wrong.
    scores = np.array([0.8, 0.2, 0.45, 0.3])
    genuine = np.array([True, False, True, False])
    folds = np.array([0, 0, 1, 1])
    np.testing.assert_allclose(metrics.folded_accuracy(scores, genuine, folds), [1.0, 0.5])


def test_all_impostors(rng: np.random.Generator) -> None:
    vectors = rng.normal(size=(700, 4)).astype(np.float32)
    people = np.array([f"p{number // 3}" for number in range(700)])
    scores = np.sort(metrics.all_impostors(vectors, people))
    expected = [
        vectors[i] @ vectors[j]
        for i in range(700)
        for j in range(i + 1, 700)
        if people[i] != people[j]
    ]
    assert len(scores) == len(expected) == 700 * 699 // 2 - 233 * 3
    np.testing.assert_allclose(scores, np.sort(expected), atol=1e-5)
