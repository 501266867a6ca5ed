"""What passes through this room: sentences, the context they make, and an answer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

Audience = Literal["plain", "examiner", "researcher"]
Kind = Literal["fact", "glossary"]
Route = Literal["context", "sub-context", "conversation", "none"]

AUDIENCES: tuple[Audience, ...] = ("plain", "examiner", "researcher")

_KEY = re.compile(r"\[([^\[\]]+)\]")


@dataclass(frozen=True)
class Sentence:
    """One sentence the chat may answer with.

    Attributes:
        topic: What it is about, unique within a context: ``decision``, ``region.nose`` ...
        kind: ``fact`` of this comparison, or ``glossary`` for what holds for any.
        question: The plainest question it answers; offered when the chat does not know.
        text: The sentence as shown.
        key: The words in it that are the answer, from the reader's point of view; never empty.
    """

    topic: str
    kind: Kind
    question: str
    text: str
    key: str

    @classmethod
    def marked(cls, topic: str, kind: Kind, question: str, marked: str) -> Sentence:
        """Make a sentence whose key is marked by square brackets; all of it when nothing is."""
        key = _KEY.search(marked)
        text = _KEY.sub(r"\1", marked, count=1)
        return cls(topic, kind, question, text, key[1] if key else text.rstrip("."))


@dataclass(frozen=True)
class Context:
    """Everything the chat knows about one comparison.

    Attributes:
        sentences: Facts of this pair first, then the glossary.
        audience: Whom the sentences are worded for.
        regions: Names of the face regions, for understanding a question.
        techniques: Titles of the explainers, likewise.
    """

    sentences: tuple[Sentence, ...]
    audience: Audience = "plain"
    regions: tuple[str, ...] = ()
    techniques: tuple[str, ...] = ()

    @cached_property
    def text(self) -> str:
        """The whole context as one text."""
        return " ".join(sentence.text for sentence in self.sentences)

    def __getitem__(self, topic: str) -> Sentence:
        """The sentence on a topic.

        Raises:
            KeyError: When the context says nothing on it.
        """
        for sentence in self.sentences:
            if sentence.topic == topic:
                return sentence
        raise KeyError(topic)

    def __contains__(self, topic: str) -> bool:
        return any(sentence.topic == topic for sentence in self.sentences)

    @property
    def topics(self) -> tuple[str, ...]:
        """All topics in order."""
        return tuple(sentence.topic for sentence in self.sentences)

    def only(self, topics: Iterable[str]) -> Context:
        """The sub-context of some topics, in the order of this context."""
        wanted = set(topics)
        kept = tuple(each for each in self.sentences if each.topic in wanted)
        return Context(kept, self.audience, self.regions, self.techniques)


@dataclass(frozen=True)
class Answer:
    """What the chat says to a question.

    Attributes:
        text: The answer: the clause of the evidence that holds the reader's span, or a sentence
            that says that the chat does not know.
        score: Estimated chance that the answer is right, 0 to 1.
        source: The sentence of the context it was read from; None when nothing was.
        span: The words the reader chose within the evidence; empty when none.
        route: Where it was found: in the whole ``context``, in a ``sub-context`` of the sentences
            nearest to the question, in the ``conversation`` (greetings and the like), or nowhere.
        answered: False when the chat abstains.
        question: The question as it was understood: corrected, and completed from the
            conversation.
        suggestions: The nearest questions it can answer, when it abstains.
        seconds: Wall time.
    """

    text: str
    score: float
    source: Sentence | None = None
    span: str = ""
    route: Route = "none"
    answered: bool = False
    question: str = ""
    suggestions: tuple[str, ...] = field(default=())
    seconds: float = 0.0

    @property
    def evidence(self) -> str:
        """The sentence it was read from as shown; empty when there is none."""
        return self.source.text if self.source else ""
