"""The sentence encoder: which sentences are nearest to a question?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = npt.NDArray[np.float32]


class Encoder(Protocol):
    """Anything that turns sentences into vectors of length 1."""

    def encode(self, sentences: Sequence[str]) -> Vectors:
        """(N, D) float32 of length 1 each."""
        ...


class SentenceEncoder:
    """A sentence-transformers model (MPNet-base in P2W sec. 2.3)."""

    def __init__(self, model: SentenceTransformer) -> None:
        self.model = model

    def encode(self, sentences: Sequence[str]) -> Vectors:
        """(N, D) float32 of length 1 each."""
        vectors = self.model.encode(
            list(sentences), normalize_embeddings=True, show_progress_bar=False, batch_size=64
        )
        return np.asarray(vectors, dtype=np.float32)
