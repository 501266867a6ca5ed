"""How sure the chat is of an answer, and from where on it gives it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import numpy as np

from chat.models import READER_FOLDER

FEATURES = ("score", "lead", "similarity", "closeness")


@dataclass(frozen=True)
class Evidence:
    """What speaks for a candidate answer.

    Attributes:
        score: The reader's log-odds against "no answer".
        lead: How far that is ahead of the best other sentence; negative for one behind.
        similarity: Cosine of the question and the sentence.
        closeness: ``similarity`` minus that of the nearest other sentence.
    """

    score: float
    lead: float
    similarity: float
    closeness: float


@dataclass(frozen=True)
class Thresholds:
    """When an answer is accepted. Made by ``python -m chat.tune``.

    Attributes:
        weights: Of the four features of :class:`Evidence`, in a logistic regression.
        bias: Its constant.
        context: Least confidence in an answer from the whole context.
        sub_context: Least confidence in an answer from the sub-context.
    """

    weights: tuple[float, ...] = (0.5, 0.2, 2.0, 2.0)
    bias: float = -2.0
    context: float = 0.6
    sub_context: float = 0.5

    def confidence(self, evidence: Evidence) -> float:
        """Estimated chance that the candidate answers the question, 0 to 1."""
        values = np.array([getattr(evidence, name) for name in FEATURES])
        logit = float(np.dot(self.weights, values)) + self.bias
        return float(1 / (1 + np.exp(-np.clip(logit, -30, 30))))

    def write(self, path: Path) -> None:
        """Write them as JSON."""
        path.write_text(json.dumps(asdict(self), indent=2) + "\n", "utf-8")


@cache
def load_thresholds(path: Path = READER_FOLDER / "thresholds.json") -> Thresholds:
    """The thresholds that ship with the reader."""
    data = json.loads(path.read_text("utf-8"))
    return Thresholds(**{**data, "weights": tuple(data["weights"])})
