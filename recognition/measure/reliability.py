"""How far a probability can be believed: ECE, MCE, Brier score, Cllr."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

Probabilities = npt.NDArray[np.float64]
BINS = 15


@dataclass(frozen=True)
class Reliability:
    """Quality of probabilities on data they were not fitted to; 0 is best for all four.

    Attributes:
        ece: Expected calibration error over 15 equal bins (Naeini et al. 2015).
        mce: Largest gap of a bin.
        brier: Mean squared error.
        cllr: Log-likelihood-ratio cost in bits (Brümmer & du Preez 2006); 1 = knows nothing.
    """

    ece: float
    mce: float
    brier: float
    cllr: float

    def rounded(self) -> dict[str, float]:
        """The numbers to four places, for files."""
        return {name: round(value, 4) for name, value in asdict(self).items()}


@dataclass(frozen=True, eq=False)
class Bins:
    """The reliability diagram.

    Attributes:
        predicted: (B,) mean probability of each bin that is not empty.
        observed: (B,) share of genuine pairs in it.
        count: (B,) pairs in it.
    """

    predicted: Probabilities
    observed: Probabilities
    count: npt.NDArray[np.int64]


def reliability_bins(p: Probabilities, genuine: npt.NDArray[np.bool_], bins: int = BINS) -> Bins:
    """Predicted against observed share of genuine pairs, in equal bins over [0, 1].

    Args:
        p: (N,) probability that the pair is genuine.
        genuine: (N,) whether it is.
        bins: How many.
    """
    number = np.minimum((p * bins).astype(np.int64), bins - 1)
    count = np.bincount(number, minlength=bins)
    filled = count > 0
    predicted = np.bincount(number, p, bins)[filled] / count[filled]
    observed = np.bincount(number, genuine, bins)[filled] / count[filled]
    return Bins(predicted, observed, count[filled])


def wilson_interval(
    share: Probabilities, count: npt.NDArray[np.int64], z: float = 1.96
) -> tuple[Probabilities, Probabilities]:
    """Where the true share lies, with 95 % confidence (Wilson 1927).

    Args:
        share: (B,) observed.
        count: (B,) of how many.
        z: Normal quantile.

    Returns:
        (B,) lower and (B,) upper end.
    """
    widened = 1 + z**2 / count
    centre = (share + z**2 / (2 * count)) / widened
    half = z * np.sqrt(share * (1 - share) / count + z**2 / (4 * count**2)) / widened
    return centre - half, centre + half


def reliability(p: Probabilities, genuine: npt.NDArray[np.bool_]) -> Reliability:
    """Measure probabilities of pairs, equal numbers of both kinds assumed.

    Args:
        p: (N,) probability that the pair is genuine.
        genuine: (N,) whether it is.
    """
    bins = reliability_bins(p, genuine)
    gaps = np.abs(bins.predicted - bins.observed)
    # A certain answer that is wrong costs infinitely many bits; 1e-12 keeps the figure finite.
    odds = np.clip(p, 1e-12, 1 - 1e-12) / (1 - np.clip(p, 1e-12, 1 - 1e-12))
    cost = np.mean(np.log2(1 + 1 / odds[genuine])) + np.mean(np.log2(1 + odds[~genuine]))
    return Reliability(
        ece=float(gaps @ bins.count / len(p)),
        mce=float(gaps.max()),
        brier=float(np.mean((p - genuine) ** 2)),
        cllr=float(cost / 2),
    )
