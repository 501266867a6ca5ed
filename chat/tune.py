"""Choose the thresholds of the chat on the development questions.

    python -m chat.tune

fits the confidence (a logistic regression on four features of a candidate answer) and then takes
the pair of thresholds that gives the most right answers less the wrong ones, where saying
"I don't know" is right for a question that nothing answers. Writes
``assets/reader/thresholds.json``.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from chat.answering import Answerer, Candidate
from chat.confidence import FEATURES, Thresholds
from chat.conversation import understand
from chat.evaluation import questions as files
from chat.evaluation.run import Asked, questions, random_cases
from chat.models import READER_FOLDER, load_encoder, load_reader
from chat.retrieval import Index
from chat.types import AUDIENCES, Route

ROUTES: tuple[Route, Route] = ("context", "sub-context")
CANDIDATES = 6
"""Candidates a question that the regression sees: the reader's best and the nearest."""

WRONG = 1.5
"""What a wrong answer costs, where a right one gains 1 and an unneeded "I don't know" nothing."""


@dataclass(frozen=True)
class Read:
    """A question and what either route found, before any threshold."""

    asked: Asked
    found: dict[Route, list[Candidate]]

    def is_answer(self, candidate: Candidate) -> bool:
        """Whether a candidate's sentence is on a right topic."""
        topics = [self.asked.slots.fill(topic) for topic in self.asked.kind.topics]
        return candidate.sentence.topic in topics


def read_all(asked: Sequence[Asked], reader: str, encoder: str) -> list[Read]:
    """Read every question on both routes."""
    answerers: dict[int, Answerer] = {}
    done = []
    for each in asked:
        answerer = answerers.get(id(each.context))
        if answerer is None:
            index = Index(each.context, load_encoder(encoder))
            answerer = Answerer(each.context, index, load_reader(reader), Thresholds())
            answerers[id(each.context)] = answerer
        question = understand(each.question, None, each.context).question
        near = answerer.index.similarities(question)
        done.append(
            Read(each, {route: answerer.candidates(question, route, near) for route in ROUTES})
        )
    return done


def fit(done: Sequence[Read]) -> Thresholds:
    """Fit the confidence on the candidates of both routes."""
    rows, labels = [], []
    for each in done:
        for found in each.found.values():
            by_score = sorted(found, key=lambda one: -one.evidence.score)[:CANDIDATES]
            nearest = sorted(found, key=lambda one: -one.evidence.similarity)[:CANDIDATES]
            for candidate in {one.sentence.topic: one for one in (*by_score, *nearest)}.values():
                rows.append([getattr(candidate.evidence, name) for name in FEATURES])
                labels.append(each.is_answer(candidate))
    scaler = StandardScaler().fit(rows)
    model = LogisticRegression(C=1.0).fit(scaler.transform(rows), labels)
    weights = model.coef_[0] / scaler.scale_
    bias = float(model.intercept_[0] - np.dot(weights, scaler.mean_))
    return Thresholds(weights=tuple(round(float(x), 5) for x in weights), bias=round(bias, 5))


def choose(done: Sequence[Read], fitted: Thresholds) -> Thresholds:
    """Take the two thresholds with the best sum of right and wrong answers."""
    best = {route: [_best(each, each.found[route], fitted) for each in done] for route in ROUTES}
    answerable = np.array([each.asked.kind.answerable for each in done])
    grid = np.arange(0.05, 0.96, 0.05)

    def worth(context: float, sub_context: float) -> float:
        total = 0.0
        for first, second, known in zip(
            *(best[route] for route in ROUTES), answerable, strict=True
        ):
            confidence, right = first if first[0] >= context else second
            if confidence >= (context if first[0] >= context else sub_context):
                total += 1.0 if right else -WRONG
            else:
                total += 0.0 if known else 1.0
        return total

    pairs = list(itertools.product(grid, grid))
    values = np.array([worth(*pair) for pair in pairs])
    # The middle of the best plateau rather than its edge: it moves least with other questions.
    plateau = np.array(pairs)[values >= values.max() - 1e-9]
    context, sub_context = plateau[len(plateau) // 2]
    print(f"{values.max():.1f} of {len(done)} at {context:.2f} and {sub_context:.2f}")
    return replace(
        fitted, context=round(float(context), 3), sub_context=round(float(sub_context), 3)
    )


def _best(read: Read, found: Sequence[Candidate], fitted: Thresholds) -> tuple[float, bool]:
    scored = [(fitted.confidence(each.evidence), read.is_answer(each)) for each in found]
    return max(scored, default=(0.0, False))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reader", default="minilm")
    parser.add_argument("--encoder", default="minilm")
    parser.add_argument("--out", type=Path, default=READER_FOLDER / "thresholds.json")
    parser.add_argument("--cases", type=int, default=30, help="random comparisons to ask about")
    parser.add_argument("--repeats", type=int, default=2, help="comparisons a question is asked on")
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    kinds = files.load(files.DEVELOPMENT)
    cases = random_cases(arguments.cases, arguments.seed)
    asked = [
        each
        for repeat in range(arguments.repeats)
        for each in questions(kinds, cases, arguments.seed + repeat, AUDIENCES)
    ]
    done = read_all(asked, arguments.reader, arguments.encoder)
    thresholds = choose(done, fit(done))
    thresholds.write(arguments.out)
    print(f"{arguments.out.name}: {thresholds}")


if __name__ == "__main__":
    main()
