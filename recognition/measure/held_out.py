"""The quality of a model's probabilities on people they were not fitted to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from recognition.measure.embeddings import Gallery
from recognition.measure.lfw import Pair, identity
from recognition.measure.reliability import Reliability, reliability
from recognition.measure.scores import PairScores, pair_scores
from recognition.pic import fit_pic
from recognition.xface_confidence import fit_xface


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Probabilities of the pairs of view 2.

    Attributes:
        genuine: (P,) whether each shows the same person.
        pic: (P,) PIC-scores.
        xface: (P,) xFace's logistic.
    """

    genuine: npt.NDArray[np.bool_]
    pic: npt.NDArray[np.float64]
    xface: npt.NDArray[np.float64]

    @property
    def pic_reliability(self) -> Reliability:
        """Of the PIC-scores."""
        return reliability(self.pic, self.genuine)

    @property
    def xface_reliability(self) -> Reliability:
        """Of xFace's logistic."""
        return reliability(self.xface, self.genuine)


def held_out(gallery: Gallery, view_1: Sequence[Pair], scored: PairScores) -> HeldOut:
    """Fit on view 1, judge on view 2, with no person in both.

    The two views share most of their people. So each fold of view 2 is judged by curves fitted to
    those pairs of view 1 that show nobody of that fold: about four in five pairs of view 1.

    Args:
        gallery: Embeddings of the pictures of both views.
        view_1: The pairs to fit on.
        scored: The pairs of view 2 with their scores.
    """
    pic, xface = np.empty(len(scored.pairs)), np.empty(len(scored.pairs))
    for fold in np.unique(scored.folds):
        held = scored.folds == fold
        people = {
            identity(picture)
            for pair, inside in zip(scored.pairs, held, strict=True)
            if inside
            for picture in (pair.a, pair.b)
        }
        others = [p for p in view_1 if identity(p.a) not in people and identity(p.b) not in people]
        fitted_to = pair_scores(gallery, others)
        genuine = fitted_to.scores[fitted_to.genuine]
        impostor = fitted_to.scores[~fitted_to.genuine]
        log10_lr = fit_pic(genuine, impostor).log10_lr(scored.scores[held])
        pic[held] = 1.0 / (1.0 + 10.0**-log10_lr)
        xface[held] = fit_xface(genuine, impostor).genuine(scored.scores[held])
    return HeldOut(scored.genuine, pic, xface)
