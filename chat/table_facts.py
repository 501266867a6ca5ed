"""What the explainability table of this pair says, row by row and technique by technique."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chat.line import Line, unmarked
from chat.words import count, listing, the
from explain import EXPLAINERS

if TYPE_CHECKING:
    from explain import Explanation, RegionTable

# One fact is one line, however long, so that the next one is easily added.
# fmt: off
# ruff: noqa: E501
SIDES = {
    "a": "the first photograph alone",
    "b": "the second photograph alone",
    "both": "both photographs: their pixels are counted together",
}


def title(technique: str) -> str:
    """The name of an explainer for people, ``single removal (S0-)``; unknown ones as they are."""
    if technique not in EXPLAINERS:
        return technique
    short, _, long = EXPLAINERS[technique].title.partition(": ")
    return f"{long} ({short})" if long else short


def table_facts(table: RegionTable) -> Iterator[Line]:
    """Everything the table says."""
    yield from _extremes(table)
    for row, region in enumerate(table.regions):
        yield from _region(table, row, region)
    yield from _both_sides(table)
    for column, technique in enumerate(table.techniques):
        yield from _technique(table, column, technique)
    yield from _shape(table)


def cost_facts(explanations: Mapping[str, Explanation]) -> Iterator[Line]:
    """What computing the maps took."""
    if not explanations:
        return
    seconds = sum(each.seconds for each in explanations.values())
    passes = sum(each.passes for each in explanations.values())
    yield Line("cost", "How long did the explanation take?",
        f"Computing the explanation took [{seconds:.1f} seconds].",
        f"Computing the explanation took [{seconds:.1f} seconds] and {passes:,} passes through the model.")


def _where(table: RegionTable, chosen: npt.NDArray[np.bool_]) -> list[str]:
    return [name for name, taken in zip(table.regions, chosen, strict=True) if taken]


def _extremes(table: RegionTable) -> Iterator[Line]:
    best, worst = table.most_important(), table.least_important()
    ones = max(table.ratio_of_ones)
    often = table.most_important(by="ratio of ones")
    yield Line("most", "What is the most important feature of this decision?",
        f"The most important {_features(best)} of this decision {_are(best)} [{the(best)}], with a mean level of {min(table.mean):.1f}.")
    yield Line("least", "What is the least important feature of this decision?",
        f"The least important {_features(worst)} of this decision {_are(worst)} [{the(worst)}], with a mean level of {max(table.mean):.1f}.")
    yield Line("ones", "Which region has the highest ratio of ones?",
        f"The highest ratio of ones, {ones:.1f}, belongs to [{the(often)}]." if ones > 0
        else "The highest ratio of ones is 0.0: [no technique gave any region level 1].")
    order = np.argsort(table.mean, kind="stable")
    ranked = [f"{table.regions[row]} ({table.mean[row]:.1f})" for row in order]
    yield Line("ranking", "How do the regions compare with each other?",
        f"The regions compared with each other, in order from more to less important (mean level): [{listing(ranked)}].")


def _region(table: RegionTable, row: int, region: str) -> Iterator[Line]:
    levels = [f"{level} by {title(name)}"
              for level, name in zip(table.levels[row], table.techniques, strict=True)]
    mean, ones = f"{table.mean[row]:.1f}", f"{table.ratio_of_ones[row]:.1f}"
    yield Line(f"region.{region}", f"How important {'are' if region.endswith('s') else 'is'} the {region}?",
        f"The {region} {_has(region)} a [mean level of {mean}] and a ratio of ones of {ones}: its levels are {listing(levels)}.")


def _both_sides(table: RegionTable) -> Iterator[Line]:
    means = dict(zip(table.regions, table.mean, strict=True))
    for left in table.regions:
        right = left.replace("left ", "right ")
        if left.startswith("left ") and right in means:
            both = left.removeprefix("left ") + "s"
            yield Line(f"regions.{both}", f"How important are the {both}?",
                f"The {both} taken together: [the left one has a mean level of {means[left]:.1f} and the right one {means[right]:.1f}].")


def _technique(table: RegionTable, column: int, technique: str) -> Iterator[Line]:
    levels = table.levels[:, column]
    top = [name for name, level in zip(table.regions, levels, strict=True) if level == min(levels)]
    bottom = [name for name, level in zip(table.regions, levels, strict=True) if level == max(levels)]
    name = title(technique)
    yield Line(f"technique.{technique}", f"What does {name} say about this pair?",
        f"For this pair, the technique {name} found no evidence at all, so that every region is at level 5." if technique in table.flat
        else f"For this pair, the technique {name} puts every region at level {levels[0]}." if min(levels) == max(levels)
        else f"For this pair, the technique {name} finds [{the(top)}] most important (level {min(levels)}) and {the(bottom)} least (level {max(levels)}).")


def _shape(table: RegionTable) -> Iterator[Line]:
    names = [title(name) for name in table.techniques]
    spread = table.levels.max(axis=1) - table.levels.min(axis=1)
    agreed = _where(table, spread == spread.min())
    split = _where(table, spread == spread.max())
    yield Line("techniques", "Which techniques were used?",
        f"The table was computed with {count(len(names), 'technique')}: [{listing(names)}].")
    yield Line("scheme", "Which face regions are there?",
        f"The face is divided into {count(len(table.regions), 'region')}: [{listing(table.regions)}].")
    yield Line("side", "Which photograph is the table about?",
        f"The table is about [{SIDES[table.side]}].")
    if table.absent:
        yield Line("absent", "Which regions could not be looked at?",
            f"Regions that could not be looked at, because they are not on the aligned picture: [{listing(table.absent)}].")
    if table.notes:
        yield Line("masks", "Where do the face regions come from?",
            f"The outlines of the face regions: [{unmarked(' '.join(table.notes)).rstrip('.')}].")
    if len(names) > 1:
        yield Line("agreement", "Do the techniques agree?",
            f"The techniques agree most about [{the(agreed)}] ({_levels_apart(spread.min())}) and disagree most about {the(split)} ({_levels_apart(spread.max())})." if spread.min() < spread.max()
            else f"The techniques agree about every region equally: [their levels are {_levels_apart(spread.min())} everywhere].")


def _features(names: Sequence[str]) -> str:
    return "feature" if len(names) == 1 else "features"


def _are(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _has(region: str) -> str:
    return "have" if region.endswith("s") else "has"


def _levels_apart(spread: int) -> str:
    return "the same level" if spread == 0 else f"{count(int(spread), 'level')} apart"
