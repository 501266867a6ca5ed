"""Small turns of phrase shared by the facts."""

from __future__ import annotations

from collections.abc import Sequence

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

# ENFSI's verbal scale: lower end of |log10 LR|, words.
VERBAL_SCALE = (
    (4.0, "very strong support"),
    (3.0, "strong support"),
    (2.0, "moderately strong support"),
    (1.0, "moderate support"),
    (0.30103, "weak support"),
    (0.0, "no support"),
)


def listing(items: Sequence[str], last: str = "and") -> str:
    """``a, b and c``."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def the(names: Sequence[str]) -> str:
    """``the nose, the chin and the lips``."""
    return listing([f"the {name}" for name in names])


def count(number: int, noun: str) -> str:
    """``one face``, ``two faces``, ``12 faces``."""
    word = NUMBERS[number] if number < len(NUMBERS) else f"{number:,}"
    return f"{word} {noun}" + ("" if number == 1 else "s")


def percent(share: float) -> str:
    """A share in percent that never rounds to certainty: ``97.3 %``, ``more than 99.9 %``."""
    if share > 0.999:
        return "more than 99.9 %"
    if share < 0.001:
        return "less than 0.1 %"
    return f"{100 * share:.1f} %"


def support(log10_lr: float) -> str:
    """ENFSI's words for a likelihood ratio, whichever proposition it favours."""
    return next(words for low, words in VERBAL_SCALE if abs(log10_lr) >= low)


def capitalised(text: str) -> str:
    """The text with its first letter large and the others as they are."""
    return text[:1].upper() + text[1:]
