"""Error rates of verification, by ISO/IEC 19795-1: FMR, FNMR, EER, DET, ten-fold accuracy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class Rates:
    """Error rates over thresholds.

    Attributes:
        thresholds: Ascending.
        fmr: False match rate at each: share of impostor scores at or above it.
        fnmr: False non-match rate: share of genuine scores below it.
    """

    thresholds: Scores
    fmr: Scores
    fnmr: Scores


def fmr_at(impostor: Scores, threshold: float) -> float:
    """Share of impostor scores at or above a threshold."""
    return float(np.mean(impostor >= threshold))


def fnmr_at(genuine: Scores, threshold: float) -> float:
    """Share of genuine scores below a threshold."""
    return float(np.mean(genuine < threshold))


def error_rates(genuine: Scores, impostor: Scores, thresholds: Scores | None = None) -> Rates:
    """Both error rates at every threshold; at every score that occurs when None.

    Args:
        genuine: (G,) scores of pairs of the same person.
        impostor: (I,) scores of pairs of different people.
        thresholds: (T,) ascending.
    """
    genuine, impostor = np.sort(genuine), np.sort(impostor)
    if thresholds is None:
        thresholds = np.unique(np.concatenate([genuine, impostor]))
        # Above every score nothing matches: the curve's end.
        thresholds = np.append(thresholds, np.nextafter(thresholds[-1], np.inf))
    return Rates(
        thresholds,
        fmr=1.0 - np.searchsorted(impostor, thresholds) / len(impostor),
        fnmr=np.searchsorted(genuine, thresholds) / len(genuine),
    )


def equal_error_rate(genuine: Scores, impostor: Scores) -> tuple[float, float]:
    """The rate where FMR and FNMR are closest (their mean there), and its threshold."""
    rates = error_rates(genuine, impostor)
    gap = np.abs(rates.fmr - rates.fnmr)
    best = np.flatnonzero(gap == gap.min())
    at = best[len(best) // 2]
    return float(rates.fmr[at] + rates.fnmr[at]) / 2, _middle(rates.thresholds, best)


def threshold_at_fmr(impostor: Scores, fmr: float) -> float:
    """The lowest threshold whose FMR is not above the one asked for.

    Args:
        impostor: (I,).
        fmr: In (0, 1); with under 1 / fmr impostor scores the answer is just above them all.
    """
    allowed = int(np.floor(fmr * len(impostor) + 1e-9))
    # The (allowed + 1)-th highest score must not match any more.
    first_out = np.partition(impostor, len(impostor) - 1 - allowed)[len(impostor) - 1 - allowed]
    return float(np.nextafter(first_out, np.inf))


def fnmr_at_fmr(genuine: Scores, impostor: Scores, fmr: float) -> float:
    """Share of genuine pairs missed at the threshold that lets at most so many impostors pass."""
    return fnmr_at(genuine, threshold_at_fmr(impostor, fmr))


def best_accuracy_threshold(genuine: Scores, impostor: Scores) -> float:
    """The threshold that decides most pairs right."""
    rates = error_rates(genuine, impostor)
    right = (1 - rates.fnmr) * len(genuine) + (1 - rates.fmr) * len(impostor)
    return _middle(rates.thresholds, np.flatnonzero(np.isclose(right, right.max())))


def _middle(thresholds: Scores, best: npt.NDArray[np.int64]) -> float:
    """Of equally good thresholds one in the middle, as far as can be from the next scores.

    Args:
        thresholds: Every score that occurs, ascending.
        best: The equally good among them, ascending; each stands for all down to the score below.
    """
    at = best[len(best) // 2]
    below = thresholds[max(at - 1, 0)]
    return float(below + thresholds[at]) / 2


def folded_accuracy(
    scores: Scores, is_genuine: npt.NDArray[np.bool_], folds: npt.NDArray[np.int64]
) -> Scores:
    """LFW's protocol: each fold judged at the threshold that was best on the others.

    Args:
        scores: (P,).
        is_genuine: (P,).
        folds: (P,) number of each pair's fold.

    Returns:
        Accuracy of each fold, in ascending order of its number.
    """
    accuracies = []
    for fold in np.unique(folds):
        others = folds != fold
        threshold = best_accuracy_threshold(
            scores[others & is_genuine], scores[others & ~is_genuine]
        )
        held_out = folds == fold
        accuracies.append(np.mean((scores[held_out] >= threshold) == is_genuine[held_out]))
    return np.array(accuracies)


def all_impostors(
    vectors: npt.NDArray[np.float32], people: npt.NDArray[np.str_]
) -> npt.NDArray[np.float32]:
    """Scores of every pair of pictures of different people.

    Args:
        vectors: (N, D), unit length.
        people: (N,) who each shows.

    Returns:
        (about N^2 / 2,) float32, in no particular order.
    """
    _, number = np.unique(people, return_inverse=True)
    parts = []
    for start in range(0, len(vectors), 512):
        block = slice(start, start + 512)
        scores = vectors[block] @ vectors[start:].T
        rows, columns = np.indices(scores.shape, sparse=True)
        unlike = number[block][:, None] != number[start:][None, :]
        parts.append(scores[unlike & (columns > rows)])
    return np.concatenate(parts)
