"""PIC-score: a probability from the densities of genuine and impostor scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import gaussian_kde
from sklearn.isotonic import IsotonicRegression

Scores = npt.NDArray[np.floating]
POINTS = 256


@dataclass(frozen=True, eq=False)
class PicCurve:
    """log10 likelihood ratio over the score.

    Attributes:
        scores: (P,) ascending.
        log10_lrs: (P,) non-decreasing, within +- cap.
        cap: The largest |log10 LR| the data can support.
    """

    scores: Scores
    log10_lrs: Scores
    cap: float

    def log10_lr(self, scores: Scores) -> Scores:
        """Linear interpolation; constant beyond the ends."""
        return np.interp(scores, self.scores, self.log10_lrs)


def fit_pic(genuine: Scores, impostor: Scores) -> PicCurve:
    """Gaussian kernel densities with Scott's bandwidth, their ratio made monotone and capped.

    The plain ratio fails in the tails: both densities underflow to 0 / 0, and beyond the data the
    side with the wider kernel wins whatever the score. So it is taken between log densities,
    clipped to what so many pairs can support, and brought to the nearest non-decreasing curve,
    where "nearest" counts each score by its density: the tails, where nothing was seen, follow
    the scores that were.

    The cap: n pairs cannot show that something happens more rarely than about once in n.

    Args:
        genuine: (G,) scores of pairs of the same person.
        impostor: (I,) scores of pairs of different people.
    """
    cap = float(np.log10(min(len(genuine), len(impostor))))
    scores = np.linspace(
        min(genuine.min(), impostor.min()), max(genuine.max(), impostor.max()), POINTS
    )
    log_genuine = gaussian_kde(genuine, "scott").logpdf(scores)
    log_impostor = gaussian_kde(impostor, "scott").logpdf(scores)
    ratio = np.clip((log_genuine - log_impostor) / np.log(10), -cap, cap)
    weight = np.exp(log_genuine) + np.exp(log_impostor)
    monotone = IsotonicRegression().fit_transform(
        scores, ratio, sample_weight=np.maximum(weight, 1e-12)
    )
    return PicCurve(scores, monotone, cap)
