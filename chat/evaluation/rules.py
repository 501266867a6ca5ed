"""When is an answer right? Rules that a person can read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from chat.evaluation.cases import Case
from chat.evaluation.questions import QuestionType
from chat.table_facts import title
from chat.types import Answer, Context


@dataclass(frozen=True)
class Slots:
    """What the gaps of a question were filled with."""

    values: Mapping[str, str]

    def fill(self, text: str) -> str:
        """The text with its gaps filled."""
        for name, value in self.values.items():
            text = text.replace(f"{{{name}}}", value)
        return text


def draw_slots(case: Case, context: Context, rng: np.random.Generator) -> Slots:
    """Choose a region, a technique and so on that this case has."""
    region, other = rng.choice(case.table.regions, size=2, replace=False)
    technique = str(rng.choice(case.table.techniques))
    similar, dissimilar = case.palette
    return Slots(
        {
            "region": str(region),
            "other": str(other),
            "technique key": technique,
            "technique": spoken(technique),
            "which": str(rng.choice(["first", "second"])),
            "similar": similar,
            "dissimilar": dissimilar,
        }
    )


def spoken(technique: str) -> str:
    """How a person would name a technique."""
    return re.sub(r"\s*\(.*\)", "", title(technique)).lower()


def is_right(answer: Answer, kind: QuestionType, case: Case, slots: Slots) -> bool:
    """Whether the evidence is on the right topic and the text holds the right value.

    For a question that nothing answers, the right answer is to say so.
    """
    if not kind.answerable:
        return not answer.answered
    if not answer.answered or answer.source is None:
        return False
    topics = [slots.fill(topic) for topic in kind.topics]
    return answer.source.topic in topics and VALUES[kind.value](answer.text, case, slots)


def _percent(case: Case) -> str:
    confidence = case.pair.confidence
    if confidence is None:
        return "cannot be said"
    return "99.9 %" if confidence > 0.999 else f"{100 * confidence:.1f} %"


def _reason(text: str, case: Case) -> bool:
    return f"{case.pair.score:.3f}" in text and f"{case.pair.threshold:.3f}" in text


Rule = Callable[[str, Case, Slots], bool]

VALUES: Mapping[str, Rule] = {
    "anything": lambda text, case, slots: bool(text),
    "decision": lambda text, case, slots: case.pair.decision in text.lower(),
    "reason": lambda text, case, slots: _reason(text, case),
    "confidence": lambda text, case, slots: _percent(case) in text,
    "score": lambda text, case, slots: f"{case.pair.score:.3f}" in text,
    "threshold": lambda text, case, slots: f"{case.pair.threshold:.3f}" in text,
    "model": lambda text, case, slots: case.pair.model.title in text,
    "detector": lambda text, case, slots: case.pair.a.detector in text,
    "most": lambda text, case, slots: all(name in text for name in case.table.most_important()),
    "least": lambda text, case, slots: all(name in text for name in case.table.least_important()),
    "region": lambda text, case, slots: slots.values["region"] in text.lower(),
    "ranking": lambda text, case, slots: all(name in text.lower() for name in case.table.regions),
    "techniques": lambda text, case, slots: all(
        title(name).lower() in text.lower() for name in case.table.techniques
    ),
    "quality": lambda text, case, slots: slots.values["which"] in text or "warning" in text
    or any(warning.rstrip(".") in text for face in (case.pair.a, case.pair.b)
           for warning in face.warnings),
    "colours": lambda text, case, slots: all(colour in text.lower() for colour in case.palette),
    "xai": lambda text, case, slots: "came to its result" in text,
    "images": lambda text, case, slots: "map" in text,
    "pic meaning": lambda text, case, slots: "share" in text or "densit" in text,
    "table": lambda text, case, slots: "level" in text or "interval" in text,
    "levels": lambda text, case, slots: "level 1 is the most important" in text.lower(),
}  # fmt: skip
"""Rules by name: answer text, case, what the question's gaps were filled with."""
