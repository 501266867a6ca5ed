"""How a fact or a definition is written down: one line, worded for up to three audiences."""

from __future__ import annotations

from dataclasses import dataclass

from chat.types import Audience, Kind, Sentence


@dataclass(frozen=True)
class Line:
    """One thing the chat knows.

    Attributes:
        topic: Unique name, ``decision`` or ``region.nose``.
        question: The plainest question it answers.
        plain: The sentence for everybody, the answer within it in [square brackets]; the whole
            sentence is the answer when there are none.
        examiner: The same fact for a forensic examiner; ``plain`` when empty.
        researcher: The same fact for a researcher; ``examiner`` when empty.
    """

    topic: str
    question: str
    plain: str
    examiner: str = ""
    researcher: str = ""

    def sentence(self, kind: Kind, audience: Audience) -> Sentence:
        """The line as worded for an audience."""
        examiner = self.examiner or self.plain
        wording = {
            "plain": self.plain,
            "examiner": examiner,
            "researcher": self.researcher or examiner,
        }[audience]
        return Sentence.marked(self.topic, kind, self.question, wording)


def unmarked(text: str) -> str:
    """Text from outside (a file name, a warning) with nothing in it that looks like a mark."""
    return " ".join(text.replace("[", "(").replace("]", ")").split())
