"""Misspelt words put right, towards the words of the context."""

from __future__ import annotations

import difflib
import re
from functools import cache

from chat.models import minilm_folder
from chat.types import Context

CLOSE_ENOUGH, CLOSE_ENOUGH_WHEN_LONG, LONG = 0.8, 0.72, 8
"""Likeness asked of a replacement; long words keep their shape through two wrong letters."""

SHORTEST = 5
"""Shorter words are left alone: too many of them are one letter apart."""

# Words of questions that the sentences themselves need not contain.
_OFTEN_ASKED = (
    *("confident", "certain", "explain", "explanation", "similar", "important", "picture"),
    *("photograph", "result", "reliable", "heatmap", "different", "explainers", "conclusion"),
    *("cosine", "recogniser", "matcher"),
)
_ENDINGS = ("s", "d", "ed", "er", "ers", "r", "rs", "ing", "ly")


def correct(question: str, context: Context) -> str:
    """Replace each unknown word by the nearest word of the context, where one is near."""
    known, wanted = _dictionary(), vocabulary(context)

    def repaired(found: re.Match[str]) -> str:
        word = found[0].lower()
        if len(word) < SHORTEST or word in wanted or _is_form_of(word, known):
            return found[0]
        alike = [
            other for other in wanted if other[0] == word[0] and abs(len(other) - len(word)) < 2
        ]
        cutoff = CLOSE_ENOUGH_WHEN_LONG if len(word) >= LONG else CLOSE_ENOUGH
        near = difflib.get_close_matches(word, alike, n=1, cutoff=cutoff)
        return near[0] if near else found[0]

    return re.sub(r"[^\W\d_]+", repaired, question)


def _is_form_of(word: str, known: frozenset[str]) -> bool:
    """Whether a word is known, or a known one with an ending."""
    stems = (word.removesuffix(ending) for ending in _ENDINGS)
    return word in known or any(len(stem) >= SHORTEST and stem in known for stem in stems)


def vocabulary(context: Context) -> frozenset[str]:
    """The longer words of a context."""
    text = " ".join(f"{each.question} {each.text}" for each in context.sentences)
    words = re.findall(r"[^\W\d_]+", text.lower())
    return frozenset(word for word in (*words, *_OFTEN_ASKED) if len(word) >= SHORTEST)


@cache
def _dictionary() -> frozenset[str]:
    """English as the language model knows it: its whole-word tokens."""
    lines = (minilm_folder() / "vocab.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("##"))
