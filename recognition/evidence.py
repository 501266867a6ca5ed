"""Evidence in numbers and in words: likelihood ratio, PIC-score, the verbal scale."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

SAME = "both photographs show the same person"
DIFFERENT = "they show different people"
# ENFSI guideline for evaluative reporting (2015): upper log10 LR of each phrase.
SCALE = (
    (1.0, "weak support"),
    (2.0, "moderate support"),
    (3.0, "moderately strong support"),
    (4.0, "strong support"),
    (float("inf"), "very strong support"),
)
LOG10_2 = 0.30102999566398120


@dataclass(frozen=True)
class Evidence:
    """How strongly a score speaks for the same person.

    Attributes:
        log10_lr: log10 (L_genuine / L_impostor), capped.
    """

    log10_lr: float

    @property
    def pic(self) -> float:
        """PIC-score: L_genuine / (L_genuine + L_impostor), in (0, 1)."""
        return 1.0 / (1.0 + 10.0**-self.log10_lr)


def is_too_close(log10_lr: float) -> bool:
    """Whether one proposition makes the score less than twice as likely as the other."""
    return abs(log10_lr) < LOG10_2


def two_digits(number: float) -> str:
    """A number of 1 or more as precise as evidence ever is: ``2.6``, ``13``, ``1,600``."""
    rounded = float(f"{number:.2g}")
    return f"{rounded:.1f}" if rounded < 10 else f"{rounded:,.0f}"


def verbal(log10_lr: float) -> str:
    """A likelihood ratio in the words of the ENFSI scale, for whichever proposition it supports.

    Args:
        log10_lr: log10 of the likelihood ratio.

    Returns:
        A phrase that names both propositions, such as "moderate support for the proposition that
        both photographs show the same person rather than that they show different people".
    """
    if is_too_close(log10_lr):
        return f"no support for either proposition: that {SAME}, or that {DIFFERENT}"
    strength = next(phrase for upper, phrase in SCALE if abs(log10_lr) < upper)
    favoured, other = (SAME, DIFFERENT) if log10_lr > 0 else (DIFFERENT, SAME)
    return f"{strength} for the proposition that {favoured} rather than that {other}"


def combine(log10_lrs: Iterable[float], cap: float) -> Evidence:
    """Several comparisons of the same two people as one: the product of their likelihood ratios.

    The product rule of the PIC-score. It takes the comparisons as independent, which pictures of
    the same two people never quite are: the result is therefore capped as each one is.

    Args:
        log10_lrs: log10 LR of each comparison.
        cap: The largest |log10 LR| that the calibration set supports.
    """
    return Evidence(max(-cap, min(cap, sum(log10_lrs))))
