"""Exact match and F1 of a bare reader on SQuAD-style questions (Rajpurkar et al. 2016)."""

from __future__ import annotations

import json
import re
import string
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from chat.reader import TransformerReader


@dataclass(frozen=True)
class ReaderQuality:
    """How well a reader reads.

    Attributes:
        questions: How many were asked.
        exact_match: Share answered with exactly an expected answer, 0 to 1.
        f1: Mean overlap of the words, 0 to 1.
    """

    questions: int
    exact_match: float
    f1: float

    def __str__(self) -> str:
        return f"{self.questions} questions: exact match {self.exact_match:.1%}, F1 {self.f1:.1%}"


def evaluate_xquad(reader: TransformerReader, path: Path) -> ReaderQuality:
    """Ask every question of a file in SQuAD's format; the reader may not abstain."""
    exact, overlap = [], []
    for article in json.loads(path.read_text("utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            for asked in paragraph["qas"]:
                expected = [answer["text"] for answer in asked["answers"]]
                given, _ = reader.answer(asked["question"], paragraph["context"])
                exact.append(any(normalised(given) == normalised(one) for one in expected))
                overlap.append(max(f1(given, one) for one in expected))
    return ReaderQuality(len(exact), float(np.mean(exact)), float(np.mean(overlap)))


def f1(given: str, expected: str) -> float:
    """Harmonic mean of the precision and recall of the words."""
    ours, theirs = normalised(given).split(), normalised(expected).split()
    common = sum((Counter(ours) & Counter(theirs)).values())
    return 2 * common / (len(ours) + len(theirs)) if common else 0.0


def normalised(answer: str) -> str:
    """Lower case, without punctuation and articles."""
    plain = "".join(letter for letter in answer.lower() if letter not in string.punctuation)
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", plain).split())
