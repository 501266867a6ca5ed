"""Public extractive question sets, cut into windows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from training.reader.examples import Example

SQUAD_STYLE = ("policyqa-dev.json", "policyqa-test.json", "expmrc-squad-dev.json", "covidqa.json")
WINDOW = 400
"""Characters of text around an answer, about 90 tokens."""


def read(folder: Path) -> list[Example]:
    """All questions of the training sets, whole paragraphs."""
    examples: list[Example] = []
    for name in SQUAD_STYLE:
        examples += squad(folder / name)
    for name in ("friendsqa_dev.json", "friendsqa_tst.json"):
        examples += _friends(folder / name)
    examples += _natural_questions(folder / "qed-dev.jsonlines")
    return [each for each in examples if _is_there(each)]


def squad(path: Path) -> Iterator[Example]:
    """Questions of a file in SQuAD's format."""
    for article in json.loads(path.read_text("utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            for asked in paragraph["qas"]:
                if asked["answers"]:
                    answer = asked["answers"][0]
                    yield Example(
                        asked["question"],
                        paragraph["context"],
                        answer["answer_start"],
                        answer["text"],
                    )


def _friends(path: Path) -> Iterator[Example]:
    for article in json.loads(path.read_text("utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            said = paragraph["utterances:"]
            lines = [f"{', '.join(each['speakers'])}: {each['utterance']}" for each in said]
            for asked in paragraph["qas"]:
                answer = asked["answers"][0]
                number = int(answer["utterance_id"])
                before = sum(len(line) + 1 for line in lines[:number])
                inside = lines[number].find(answer["answer_text"])
                if inside >= 0:
                    yield Example(
                        asked["question"], " ".join(lines), before + inside, answer["answer_text"]
                    )


def _natural_questions(path: Path) -> Iterator[Example]:
    for line in path.read_text("utf-8").splitlines():
        item = json.loads(line)
        if not item["original_nq_answers"]:
            continue
        answer = item["original_nq_answers"][0][0]
        yield Example(
            item["question_text"], item["paragraph_text"], answer["start"], answer["string"]
        )


def windows(examples: list[Example], rng: np.random.Generator, nothing: float) -> Iterator[Example]:
    """One window a question.

    Args:
        examples: Whole paragraphs.
        rng: Where the places of the windows come from.
        nothing: Share of questions shown a window of another paragraph instead, which holds no
            answer.
    """
    for example in examples:
        if rng.random() < nothing:
            other = examples[int(rng.integers(len(examples)))]
            if other.text != example.text:
                yield Example(example.question, _cut(other, rng).text)
            continue
        yield _cut(example, rng)


def _cut(example: Example, rng: np.random.Generator) -> Example:
    slack = max(WINDOW - len(example.answer), 0)
    start = max(example.start - int(rng.integers(slack + 1)), 0)
    while start > 0 and not example.text[start - 1].isspace():
        start -= 1
    text = example.text[start : start + max(WINDOW, len(example.answer) + 50)]
    return Example(example.question, text, example.start - start, example.answer)


def _is_there(example: Example) -> bool:
    stop = example.start + len(example.answer)
    return bool(example.answer) and example.text[example.start : stop] == example.answer
