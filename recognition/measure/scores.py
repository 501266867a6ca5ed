"""Scores of pairs from embeddings computed before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from recognition.measure import metrics
from recognition.measure.embeddings import Gallery
from recognition.measure.lfw import Pair, identity
from recognition.score import similarity


@dataclass(frozen=True, eq=False)
class PairScores:
    """The scores of a list of pairs, those without a face left out.

    Attributes:
        pairs: The P pairs that could be compared.
        scores: (P,) cosine similarities.
        genuine: (P,) whether both pictures show the same person.
        folds: (P,) fold of each pair.
        failed: Pairs in which a picture has no face.
    """

    pairs: tuple[Pair, ...]
    scores: npt.NDArray[np.float64]
    genuine: npt.NDArray[np.bool_]
    folds: npt.NDArray[np.int64]
    failed: tuple[Pair, ...]


def pair_scores(gallery: Gallery, pairs: Sequence[Pair]) -> PairScores:
    """Score the pairs both of whose pictures have a face."""
    there = tuple(pair for pair in pairs if pair.a in gallery.row and pair.b in gallery.row)
    a = gallery.vectors[[gallery.row[pair.a] for pair in there]]
    b = gallery.vectors[[gallery.row[pair.b] for pair in there]]
    return PairScores(
        pairs=there,
        scores=similarity(a, b).astype(np.float64),
        genuine=np.array([pair.genuine for pair in there]),
        folds=np.array([pair.fold for pair in there]),
        failed=tuple(pair for pair in pairs if pair not in set(there)),
    )


def impostor_scores(gallery: Gallery, pictures: Sequence[str]) -> npt.NDArray[np.float32]:
    """Scores of every pair of different people among the pictures."""
    there = [picture for picture in pictures if picture in gallery.row]
    people = np.array([identity(picture) for picture in there])
    return metrics.all_impostors(gallery.vectors[[gallery.row[p] for p in there]], people)
