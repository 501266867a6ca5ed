"""A reader and an encoder that do what a test tells them, and count how often they are called."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from chat.confidence import Thresholds
from chat.encoder import Vectors
from chat.reader import Found

# The confidence of a candidate is the logistic of the reader's score alone.
BY_SCORE = Thresholds(weights=(1.0, 0.0, 0.0, 0.0), bias=0.0, context=0.7, sub_context=0.5)


class FakeReader:
    """Finds planted words: ``{word: score}``; the score may differ on short and long texts.

    Args:
        planted: Score of the first sentence that holds each word.
        on_sub_context: Scores used instead when few sentences are shown.
    """

    def __init__(
        self, planted: Mapping[str, float], on_sub_context: Mapping[str, float] | None = None
    ) -> None:
        self.planted = planted
        self.on_sub_context = planted if on_sub_context is None else on_sub_context
        self.calls: list[tuple[str, tuple[str, ...]]] = []

    def read(self, question: str, sentences: Sequence[str]) -> list[Found]:
        self.calls.append((question, tuple(sentences)))
        planted = self.planted if len(sentences) > 10 else self.on_sub_context
        found = [
            Found(number, word, score)
            for word, score in planted.items()
            for number, sentence in enumerate(sentences)
            if word in sentence
        ]
        return sorted(found, key=lambda each: -each.score)


class FakeEncoder:
    """Bags of words, hashed."""

    def __init__(self, size: int = 512) -> None:
        self.size = size
        self.calls: list[int] = []

    def encode(self, sentences: Sequence[str]) -> Vectors:
        self.calls.append(len(sentences))
        vectors = np.zeros((len(sentences), self.size), np.float32)
        for row, sentence in enumerate(sentences):
            for word in re.findall(r"\w+", sentence.lower()):
                vectors[row, sum(map(ord, word)) * 31 % self.size] += 1
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors / np.maximum(norms, 1e-9)
