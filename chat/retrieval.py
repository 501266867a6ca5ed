"""Sentences of a context by their nearness to a question."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from chat.encoder import Encoder
from chat.types import Context, Sentence


class Index:
    """The sentences of one context, encoded once.

    Each sentence is encoded together with the question it answers, which is nearer to what people
    ask than the bare statement.
    """

    def __init__(self, context: Context, encoder: Encoder) -> None:
        self.context = context
        self.encoder = encoder
        documents = [f"{each.question} {each.text}" for each in context.sentences]
        self.vectors = encoder.encode(documents)

    def similarities(self, question: str) -> npt.NDArray[np.float32]:
        """(N,) cosine of the question and each sentence."""
        found: npt.NDArray[np.float32] = self.vectors @ self.encoder.encode([question])[0]
        return found

    def nearest(self, similarities: npt.NDArray[np.float32], number: int) -> list[Sentence]:
        """The nearest sentences, nearest first."""
        order = np.argsort(-similarities, kind="stable")[:number]
        return [self.context.sentences[place] for place in order]
