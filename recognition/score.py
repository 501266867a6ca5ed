"""From aligned faces to a similarity score: the one place where embeddings become a number."""

from __future__ import annotations

import numpy as np

from recognition.model import Batch, Embeddings, FaceModel


def unit(embeddings: Embeddings) -> Embeddings:
    """Scale each embedding to length 1; an all-zero one stays zero.

    Args:
        embeddings: (..., D).
    """
    norms = np.linalg.norm(embeddings, axis=-1, keepdims=True)
    scaled: Embeddings = np.divide(
        embeddings, norms, out=np.zeros_like(embeddings), where=norms > 0
    )
    return scaled


def describe(model: FaceModel, batch: Batch, mirror: bool | None = None) -> Embeddings:
    """Unit-length embeddings, whose dot product is the score.

    Args:
        model: The embedder.
        batch: (N, H, W, 3) float32 RGB in [0, 1], aligned.
        mirror: Average each embedding with that of the mirrored crop; the model's own habit when
            None. Doubles the passes.

    Returns:
        (N, D) float32 of length 1 each.
    """
    mirror = model.mirror if mirror is None else mirror
    if not mirror:
        return unit(model.embed(batch))
    both = model.embed(np.concatenate([batch, batch[:, :, ::-1]]))
    return unit(both[: len(batch)] + both[len(batch) :])


def similarity(a: Embeddings, b: Embeddings) -> Embeddings:
    """Cosine similarity of unit-length embeddings along the last axis, in [-1, 1].

    Args:
        a: (..., D) from :func:`describe`.
        b: (..., D), broadcast against ``a``.
    """
    score: Embeddings = np.clip(np.sum(a * b, axis=-1), -1.0, 1.0)
    return score
