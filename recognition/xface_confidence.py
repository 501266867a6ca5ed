"""xFace's confidence (Knoche et al. 2023): a logistic through the ratios of a histogram."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import curve_fit

Scores = npt.NDArray[np.float64]
BINS = 2000


@dataclass(frozen=True)
class Logistic:
    """``c(d) = a / (1 + exp(-k (d - x0))) + b`` over the cosine distance d = 1 - score.

    Attributes:
        a: Height.
        x0: Middle.
        k: Slope, negative.
        b: Offset.
        threshold: The distance up to which two faces count as the same person.
    """

    a: float
    x0: float
    k: float
    b: float
    threshold: float

    def genuine(self, scores: npt.ArrayLike) -> Scores:
        """The share of same-person pairs the curve gives for scores, in [0, 1]."""
        distances = 1.0 - np.asarray(scores, dtype=np.float64)
        return np.clip(_logistic(distances, self.a, self.x0, self.k, self.b), 0.0, 1.0)

    def confidence(self, score: float) -> float:
        """Confidence in the decision at the curve's own threshold, in [0.5, 1]."""
        c = float(self.genuine(score))
        return float(np.clip(c if self.is_match(score) else 1.0 - c, 0.5, 1.0))

    def is_match(self, score: float) -> bool:
        """Whether a score counts as the same person at the curve's own threshold."""
        return 1.0 - score <= self.threshold


def _logistic(distances: Scores, a: float, x0: float, k: float, b: float) -> Scores:
    # The exponent is bounded so that far distances do not overflow.
    return a / (1.0 + np.exp(np.clip(-k * (distances - x0), -500.0, 500.0))) + b


def fit_xface(genuine: Scores, impostor: Scores, bins: int = BINS) -> Logistic:
    """Fit the curve as the authors do.

    Histogram of cosine distances over 0 to 2, share of genuine pairs in each bin (an empty bin: 1
    on the near side of the threshold, 0 beyond), least squares on the bins' left edges. The
    number of bins changes the result visibly.

    Args:
        genuine: (G,) cosines of pairs of the same person.
        impostor: (I,) cosines of pairs of different people.
        bins: Bins over the distances 0 to 2.
    """
    near, far = 1.0 - genuine, 1.0 - impostor
    candidates = np.arange(0.0, 2.0, 2.0 / bins)
    right = np.searchsorted(np.sort(near), candidates, side="right") + (
        len(far) - np.searchsorted(np.sort(far), candidates, side="right")
    )
    threshold = float(candidates[np.argmax(right)])
    same, edges = np.histogram(near, bins, (0.0, 2.0))
    different, _ = np.histogram(far, bins, (0.0, 2.0))
    left, both = edges[:-1], same + different
    ratio = np.where(left <= threshold, 1.0, 0.0)
    np.divide(same, both, out=ratio, where=both > 0)
    start = (float(ratio.max()), threshold, -20.0, float(ratio.min()))
    (a, x0, k, b), _ = curve_fit(_logistic, left, ratio, p0=start, method="dogbox", maxfev=10_000)
    return Logistic(float(a), float(x0), float(k), float(b), threshold)
