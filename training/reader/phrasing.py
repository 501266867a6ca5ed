"""Questions out of compact patterns: ``(what|which) is the (score|similarity)( here|)``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import numpy as np

from chat.evaluation.questions import DEVELOPMENT, EVALUATION, load

HERE = Path(__file__).parent
_CHOICE = re.compile(r"\(([^()]*)\)")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"

# Said before or after a question without changing what it asks.
BEFORE = (
    *("please tell me, ", "can you tell me ", "could you say ", "hi, ", "ok, ", "so ", "and "),
    *("i would like to know ", "tell me ", "now ", "excuse me, ", "just ", "again: ", "please: "),
    *(
        "i was wondering ",
        "may i ask ",
        "quick question: ",
        "could you please say ",
        "do you know ",
    ),
)
AFTER = (" please", " exactly", " for this pair", " thanks", " then", " in short", " in your words")


def lines(block: str) -> list[str]:
    """The patterns of a block of text."""
    return [line for line in map(str.strip, block.splitlines()) if line]


def topics() -> Mapping[str, list[str]]:
    """Patterns by topic."""
    data = tomllib.loads((HERE / "phrasings.toml").read_text("utf-8"))
    patterns = {
        topic: lines(block) for kind in ("facts", "glossary") for topic, block in data[kind].items()
    }
    frames = lines(data["terms"].pop("frames"))
    for topic, names in data["terms"].items():
        patterns[topic] += [frame.replace("{term}", names) for frame in frames]
    return patterns


def unanswerable() -> list[str]:
    """Patterns of questions that nothing in any context answers."""
    return lines((HERE / "unanswerable.txt").read_text("utf-8"))


def extras() -> list[tuple[str, list[str]]]:
    """Made-up facts and their questions."""
    data = tomllib.loads((HERE / "extras.toml").read_text("utf-8"))
    return [(sentence, questions) for sentence, *questions in data.values()]


def held_out() -> frozenset[str]:
    """The questions of the evaluation and development files, which are never trained on."""
    kinds = [kind for path in (EVALUATION, DEVELOPMENT) for kind in load(path)]
    return frozenset(plain(question) for kind in kinds for question in kind.questions)


def plain(question: str) -> str:
    """A question in lower case and without marks at its end."""
    return question.lower().strip(" ?!.")


def realise(pattern: str, rng: np.random.Generator, slots: Mapping[str, str]) -> str:
    """One question of a pattern, every choice drawn and every slot filled."""
    while found := _CHOICE.search(pattern):
        choices = found[1].split("|")
        pattern = (
            pattern[: found.start()] + choices[rng.integers(len(choices))] + pattern[found.end() :]
        )
    return filled(" ".join(pattern.split()), slots)


def filled(question: str, slots: Mapping[str, str]) -> str:
    """The question with its gaps filled."""
    for name, value in slots.items():
        question = question.replace(f"{{{name}}}", value)
    return question


def gibberish(rng: np.random.Generator) -> str:
    """Syllables that mean nothing."""
    words = [
        "".join(rng.choice(list("bdfgklmnprstwz")) + rng.choice(list("aeiou")) for _ in range(size))
        for size in rng.integers(1, 5, size=rng.integers(1, 5))
    ]
    return " ".join(words)


@cache
def thesaurus() -> Mapping[str, tuple[str, ...]]:
    """Words that may stand for a word in a question, itself included."""
    groups = [line.split() for line in lines((HERE / "thesaurus.txt").read_text("utf-8"))]
    return {word: tuple(group) for group in groups for word in group}


def reworded(question: str, rng: np.random.Generator, share: float = 0.3) -> str:
    """The question with some of its words replaced by others of like meaning."""
    others = thesaurus()

    def replaced(found: re.Match[str]) -> str:
        choices = others.get(found[0], (found[0],))
        return choices[rng.integers(len(choices))] if rng.random() < share else found[0]

    return re.sub(r"(?<!\{)\b[a-z]+\b(?!\})", replaced, question)


def roughen(question: str, rng: np.random.Generator) -> str:
    """The question as people type it: with a preamble, a typing error, with or without its mark."""
    if rng.random() < 0.25:
        question = BEFORE[rng.integers(len(BEFORE))] + question
    if rng.random() < 0.1:
        question += AFTER[rng.integers(len(AFTER))]
    if rng.random() < 0.12:
        question = _mistype(question, rng)
    return question + ("?" if rng.random() < 0.65 else "")


def _mistype(text: str, rng: np.random.Generator) -> str:
    place = int(rng.integers(1, max(len(text) - 1, 2)))
    letter = _LETTERS[rng.integers(26)]
    variants: Iterator[str] = iter(
        (
            text[:place] + text[place + 1 :],
            text[:place] + letter + text[place:],
            text[: place - 1] + text[place : place + 1] + text[place - 1] + text[place + 1 :],
            text[:place] + letter + text[place + 1 :],
        )
    )
    return list(variants)[rng.integers(4)]
