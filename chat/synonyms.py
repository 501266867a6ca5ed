"""Everyday names of face regions, said as the table of this comparison says them."""

from __future__ import annotations

import re
from collections.abc import Sequence

SAME = (
    ("lips", "lip", "mouth"),
    ("eyebrow", "brow"),
    ("eyebrows", "brows"),
    ("chin", "jaw", "jawline"),
    ("cheek", "cheekbone"),
    ("cheeks", "cheekbones"),
)


def in_words_of(question: str, regions: Sequence[str]) -> str:
    """The question with each region called what the table calls it.

    Args:
        question: As asked.
        regions: Names in the table, "left eyebrow" or "mouth".
    """
    spoken = {word for region in regions for word in (region, *region.split())}
    spoken |= {f"{word}s" for word in spoken if not word.endswith("s")}
    for names in SAME:
        if used := next((name for name in names if name in spoken), None):
            others = "|".join(name for name in names if name not in spoken)
            if others:
                question = re.sub(rf"\b({others})\b", used, question, flags=re.IGNORECASE)
    return question
