"""Labeled Faces in the Wild (Huang et al. 2007): its pictures and its two lists of pairs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from recognition.errors import BadSetting

VIEW_1 = ("pairsDevTrain.txt", "pairsDevTest.txt")
VIEW_2 = ("pairs.txt",)


@dataclass(frozen=True)
class Pair:
    """Two pictures of the protocol.

    Attributes:
        a: Picture, as ``Name/Name_0001.jpg``.
        b: Picture.
        genuine: Whether both show the same person.
        fold: Fold of view 2, 0 to 9; 0 in view 1.
    """

    a: str
    b: str
    genuine: bool
    fold: int


def identity(picture: str) -> str:
    """The person a picture shows."""
    return picture.split("/")[0]


def _picture(name: str, number: str) -> str:
    return f"{name}/{name}_{int(number):04d}.jpg"


def read_pairs(folder: Path, files: tuple[str, ...]) -> list[Pair]:
    """The pairs of a view, in the order of its files.

    Args:
        folder: Where LFW is.
        files: ``VIEW_1`` or ``VIEW_2``.

    Raises:
        BadSetting: One of the files is not there.
    """
    pairs: list[Pair] = []
    for name in files:
        path = folder / name
        if not path.is_file():
            raise BadSetting(f"There is no {name} in {folder}; give the folder that holds LFW.")
        header, *lines = path.read_text().strip().splitlines()
        # "10 300" in view 2 (folds, pairs of each kind a fold), "1100" in view 1.
        of_each_kind = int(header.split()[-1])
        for number, fields in enumerate(line.split() for line in lines):
            if len(fields) == 3:
                a, b = _picture(fields[0], fields[1]), _picture(fields[0], fields[2])
            else:
                a, b = _picture(fields[0], fields[1]), _picture(fields[2], fields[3])
            pairs.append(Pair(a, b, len(fields) == 3, number // (2 * of_each_kind)))
    return pairs


def pictures_of(pairs: list[Pair]) -> list[str]:
    """Every picture the pairs name, once, sorted."""
    return sorted({picture for pair in pairs for picture in (pair.a, pair.b)})
