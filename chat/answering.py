"""The two routes to an answer: the whole context, then a sub-context, then "I don't know"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chat.confidence import Evidence, Thresholds
from chat.reader import Reader
from chat.retrieval import Index
from chat.types import Context, Route, Sentence

SUB_CONTEXT = 8
"""Sentences of the sub-context: they fit into one or two windows of any reader."""


@dataclass(frozen=True)
class Candidate:
    """A sentence that may hold the answer.

    Attributes:
        sentence: The sentence.
        span: The words of it that the reader chose.
        evidence: What speaks for it.
        confidence: Estimated chance that it answers the question.
    """

    sentence: Sentence
    span: str
    evidence: Evidence
    confidence: float


@dataclass(frozen=True, eq=False)
class Outcome:
    """The best candidate of the route that was taken last.

    Attributes:
        best: The candidate; None for an empty context.
        route: ``none`` when no route was sure enough.
        near: (N,) similarity of the question to each sentence of the context.
    """

    best: Candidate | None
    route: Route
    near: npt.NDArray[np.float32]


class Answerer:
    """Answers single, complete questions on one context.

    Args:
        context: What is known.
        index: Its sentences, encoded.
        reader: Reads the spans.
        thresholds: When an answer is good enough.
    """

    def __init__(
        self, context: Context, index: Index, reader: Reader, thresholds: Thresholds
    ) -> None:
        self.context = context
        self.index = index
        self.reader = reader
        self.thresholds = thresholds

    def answer(self, question: str) -> Outcome:
        """Read the whole context; if unsure, the sentences nearest to the question (P2W 2.3)."""
        near = self.index.similarities(question)
        routes: tuple[tuple[Route, float], ...] = (
            ("context", self.thresholds.context),
            ("sub-context", self.thresholds.sub_context),
        )
        best = None
        for route, threshold in routes:
            best = self.best(question, route, near)
            if best is not None and best.confidence >= threshold:
                return Outcome(best, route, near)
        return Outcome(best, "none", near)

    def best(self, question: str, route: Route, near: npt.NDArray[np.float32]) -> Candidate | None:
        """The best candidate of one route."""
        found = self.candidates(question, route, near)
        return max(found, key=lambda each: each.confidence, default=None)

    def candidates(
        self, question: str, route: Route, near: npt.NDArray[np.float32]
    ) -> list[Candidate]:
        """Every sentence that the reader found words in.

        Args:
            question: A complete question.
            route: ``context`` or ``sub-context``.
            near: (N,) similarity of the question to each sentence of the context.
        """
        places = np.arange(len(near))
        if route == "sub-context":
            places = np.argsort(-near, kind="stable")[:SUB_CONTEXT]
        shown = [self.context.sentences[place] for place in places]
        found = self.reader.read(question, [sentence.text for sentence in shown])
        scores = [each.score for each in found]
        return [
            self._candidate(
                shown[each.sentence],
                each.text,
                Evidence(
                    score=each.score,
                    lead=each.score - _best_other(scores, number),
                    similarity=float(near[places[each.sentence]]),
                    closeness=float(
                        near[places[each.sentence]] - _best_other(near, places[each.sentence])
                    ),
                ),
            )
            for number, each in enumerate(found)
        ]

    def _candidate(self, sentence: Sentence, span: str, evidence: Evidence) -> Candidate:
        return Candidate(sentence, span, evidence, self.thresholds.confidence(evidence))


def _best_other(values: Sequence[float] | npt.NDArray[np.float32], place: int) -> float:
    """The largest value at any other place; the value itself when there is no other."""
    others = np.delete(np.asarray(values, dtype=np.float64), place)
    return float(others.max()) if len(others) else float(values[place])
