"""The question files: what is asked, and which sentence and value answer it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
EVALUATION = HERE / "evaluation.toml"
DEVELOPMENT = HERE / "development.toml"


@dataclass(frozen=True)
class QuestionType:
    """One thing that is asked in several ways.

    Attributes:
        name: The plainest way.
        questions: All ways, with ``{region}`` and the like to be filled in.
        topics: Topics of the sentences that count as evidence; empty when nothing answers.
        value: Name of the rule of :mod:`chat.evaluation.rules` for the answer's text.
        follow_up: Asked when the first try was wrong; empty for none.
        paper: Whether it is one of table 2 of P2W.
    """

    name: str
    questions: tuple[str, ...]
    topics: tuple[str, ...] = ()
    value: str = "anything"
    follow_up: str = ""
    paper: bool = False

    @property
    def answerable(self) -> bool:
        """Whether any sentence answers it."""
        return bool(self.topics)


def load(path: Path) -> list[QuestionType]:
    """All types of a question file, the unanswerable ones last."""
    data = tomllib.loads(path.read_text("utf-8"))
    return [
        QuestionType(
            name=table["name"],
            questions=tuple(table["questions"]),
            topics=tuple(table.get("topics", ())),
            value=table.get("value", "anything"),
            follow_up=table.get("follow_up", ""),
            paper=table.get("paper", False),
        )
        for table in (*data["type"], *data["unanswerable"])
    ]
