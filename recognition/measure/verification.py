"""A model's error rates on view 2 of LFW."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from recognition.measure import metrics
from recognition.measure.embeddings import Gallery
from recognition.measure.lfw import Pair, pictures_of
from recognition.measure.scores import PairScores, impostor_scores, pair_scores

FMRS = (1e-2, 1e-3, 1e-4)


@dataclass(frozen=True, eq=False)
class Verification:
    """What view 2 says of a model.

    Attributes:
        scored: The protocol's pairs with their scores.
        accuracies: (10,) of each fold; a pair without a face counts as decided wrong.
        eer: Equal error rate on the protocol's pairs.
        fnmr: FMR asked for -> FNMR, on the protocol's pairs.
        fnmr_all: The same with every pair of different people among the pictures as impostors.
        impostors: Number of those.
        det: Error rates over thresholds, impostors all against all.
        failures: Pictures in which no face was found.
    """

    scored: PairScores
    accuracies: metrics.Scores
    eer: float
    fnmr: Mapping[float, float]
    fnmr_all: Mapping[float, float]
    impostors: int
    det: metrics.Rates
    failures: tuple[str, ...]

    @property
    def accuracy(self) -> float:
        """Mean over the folds."""
        return float(self.accuracies.mean())

    @property
    def accuracy_sd(self) -> float:
        """Standard deviation over the folds."""
        return float(self.accuracies.std(ddof=1))


def verify(gallery: Gallery, pairs: Sequence[Pair]) -> Verification:
    """Measure a model by LFW's protocol.

    Args:
        gallery: Its embeddings of the pictures.
        pairs: The pairs of view 2.
    """
    scored = pair_scores(gallery, pairs)
    genuine, impostor = scored.scores[scored.genuine], scored.scores[~scored.genuine]
    everyone = impostor_scores(gallery, pictures_of(list(pairs)))
    compared = metrics.folded_accuracy(scored.scores, scored.genuine, scored.folds)
    in_fold = np.bincount([pair.fold for pair in pairs])
    return Verification(
        scored=scored,
        accuracies=compared * np.bincount(scored.folds) / in_fold,
        eer=metrics.equal_error_rate(genuine, impostor)[0],
        # Three impostors in 3,000 are the least that can be called a rate: no 0.01 % here.
        fnmr={fmr: metrics.fnmr_at_fmr(genuine, impostor, fmr) for fmr in FMRS[:2]},
        fnmr_all={fmr: metrics.fnmr_at_fmr(genuine, everyone, fmr) for fmr in FMRS},
        impostors=len(everyone),
        det=metrics.error_rates(
            genuine, everyone, np.linspace(everyone.min(), genuine.max(), 2000)
        ),
        failures=gallery.failures,
    )
