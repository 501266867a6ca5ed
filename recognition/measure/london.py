"""Scores by group on the Face Research Lab London Set (DeBruine & Jones 2017)."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from recognition.errors import BadSetting
from recognition.measure.embeddings import Gallery
from recognition.measure.metrics import Scores, all_impostors, fmr_at, fnmr_at

CAUTION = (
    "Caution: these are 102 people photographed in one studio, in some groups only a handful. "
    "A difference between groups here is a hint to look closer, not a measurement of it; that "
    "no difference shows is no proof that there is none."
)
NEUTRAL, SMILING = "03", "08"


@dataclass(frozen=True)
class Person:
    """One person of the set.

    Attributes:
        number: As in the file names.
        sex: ``female`` or ``male``, as they said.
        ethnicity: As they said.
    """

    number: str
    sex: str
    ethnicity: str


@dataclass(frozen=True, eq=False)
class Group:
    """The scores inside one group.

    Attributes:
        name: ``everyone``, a sex, an ethnicity or both.
        people: How many.
        genuine: Neutral against smiling picture of each.
        impostor: Every pair of pictures of different people of the group.
    """

    name: str
    people: int
    genuine: Scores
    impostor: Scores


def read_people(folder: Path) -> list[Person]:
    """Who is in the set.

    Raises:
        BadSetting: The folder does not hold the set.
    """
    path = folder / "london_info.csv"
    if not path.is_file():
        raise BadSetting(f"There is no london_info.csv in {folder}; give the London Set's folder.")
    with path.open(newline="") as file:
        return [
            Person(row["face_id"], row["face_gender"], row["face_eth"])
            for row in csv.DictReader(file)
        ]


def pictures_of(people: list[Person]) -> list[str]:
    """The neutral and the smiling picture of each."""
    return [f"{person.number}_{kind}.jpg" for person in people for kind in (NEUTRAL, SMILING)]


def by_group(gallery: Gallery, people: list[Person]) -> Iterator[Group]:
    """Scores of everyone, of each sex, of each ethnicity and of both together.

    Impostors are of the same group: a stranger who could be mistaken for someone is rarely of
    another sex or origin. Groups of under two people are left out.
    """
    groups = {"everyone": list(people)}
    for person in people:
        for name in (person.sex, person.ethnicity, f"{person.sex}, {person.ethnicity}"):
            groups.setdefault(name, []).append(person)
    for name, members in sorted(groups.items(), key=lambda group: -len(group[1])):
        rows = [
            [gallery.row[picture] for picture in pictures_of([member])]
            for member in members
            if all(picture in gallery.row for picture in pictures_of([member]))
        ]
        if len(rows) < 2:
            continue
        vectors = gallery.vectors[np.array(rows)]
        who = np.repeat(np.array([str(number) for number in range(len(rows))]), 2)
        yield Group(
            name,
            len(rows),
            genuine=np.sum(vectors[:, 0] * vectors[:, 1], axis=-1),
            impostor=all_impostors(vectors.reshape(2 * len(rows), -1), who),
        )


def table(groups: Iterator[Group], threshold: float) -> str:
    """The groups as text, with their error rates at a threshold."""
    lines = [
        f"{'group':22} people  genuine score     impostor score    FNMR    FMR at {threshold:.4f}"
    ]
    for group in groups:
        lines.append(
            f"{group.name:22} {group.people:6}  {_spread(group.genuine)}  {_spread(group.impostor)}"
            f"  {fnmr_at(group.genuine, threshold):6.1%}  {fmr_at(group.impostor, threshold):7.3%}"
            f" of {len(group.impostor):,}"
        )
    return "\n".join([*lines, CAUTION])


def _spread(scores: Scores) -> str:
    return f"{scores.mean():.3f} +- {scores.std():.3f}"
