"""One conversation about one comparison."""

from __future__ import annotations

import time
from dataclasses import replace

from chat.answering import Answerer, Candidate
from chat.confidence import Thresholds, load_thresholds
from chat.conversation import Turn, Understood, understand
from chat.encoder import Encoder
from chat.models import load_encoder, load_reader
from chat.reader import Reader
from chat.retrieval import Index
from chat.types import Answer, Context
from chat.words import capitalised

STARTERS = (
    "decision",
    "reason",
    "confidence",
    "most",
    "least",
    "meaning of xai",
    "images",
    "trust",
)
"""Topics of the questions suggested before anything was asked."""

UNKNOWN = "I don't know that: nothing I know about this comparison answers it."
SUGGESTIONS = 3


class Chat:
    """Answers questions on a context; one object a visitor.

    Args:
        context: What is known about the comparison.
        after: An earlier chat on the same comparison, when less was known of it or it was worded
            otherwise: what was last asked there can be followed up here.
        reader: Extractive reader; facewhy's own when None.
        encoder: Sentence encoder; MiniLM when None.
        thresholds: When an answer is good enough; those that ship with the reader when None.
    """

    def __init__(
        self,
        context: Context,
        *,
        after: Chat | None = None,
        reader: Reader | None = None,
        encoder: Encoder | None = None,
        thresholds: Thresholds | None = None,
    ) -> None:
        self.context = context
        self.index = Index(context, encoder or load_encoder())
        self.answerer = Answerer(
            context, self.index, reader or load_reader(), thresholds or load_thresholds()
        )
        self._last = after._last_turn_on(context) if after else None

    @property
    def starters(self) -> tuple[str, ...]:
        """Questions to begin with."""
        return tuple(self.context[each].question for each in STARTERS if each in self.context)

    def ask(self, question: str) -> Answer:
        """Answer a question, follow-up or greeting.

        Args:
            question: As typed by a person; anything goes.

        Returns:
            An answer read from the context, or one that says that the chat does not know.
        """
        began = time.perf_counter()
        understood = understand(question, self._last, self.context)
        answer = self._reply(understood) if understood.reply else self._read(understood.question)
        if answer.source is not None:
            self._last = Turn(understood.question, answer.source)
        seconds = time.perf_counter() - began
        return replace(answer, question=understood.question, seconds=seconds)

    def forget(self) -> None:
        """Begin a new conversation."""
        self._last = None

    def _last_turn_on(self, context: Context) -> Turn | None:
        """The last answered question with its evidence as another context states it, if it does."""
        last = self._last
        if last is None or last.evidence.topic not in context:
            return None
        return replace(last, evidence=context[last.evidence.topic])

    def _reply(self, understood: Understood) -> Answer:
        offered = () if understood.polite else self.starters[:SUGGESTIONS]
        return Answer(
            text=understood.reply,
            score=1.0,
            route="conversation",
            answered=understood.polite,
            suggestions=offered,
        )

    def _read(self, question: str) -> Answer:
        outcome = self.answerer.answer(question)
        best = outcome.best
        if best is None or outcome.route == "none":
            nearest = self.index.nearest(outcome.near, SUGGESTIONS)
            return Answer(
                text=UNKNOWN,
                score=best.confidence if best else 0.0,
                suggestions=tuple(sentence.question for sentence in nearest),
            )
        return Answer(
            text=clause(best),
            score=best.confidence,
            source=best.sentence,
            span=best.span,
            route=outcome.route,
            answered=True,
        )


def clause(candidate: Candidate) -> str:
    """The part of the sentence that holds the span, as a sentence of its own.

    In "The decision is: same person." the span "same person" gives "Same person."; a span before
    the colon needs what follows it, so it gives the whole sentence.
    """
    text = candidate.sentence.text
    before, colon, after = text.partition(": ")
    stated = bool(colon) and text.find(candidate.span) > len(before)
    return capitalised(after if stated else text)
