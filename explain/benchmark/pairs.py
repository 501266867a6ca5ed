"""The pairs that explainers are measured on: LFW view 2, clean and patched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from recognition import FaceModel, compare_faces
from recognition.measure import lfw
from recognition.types import Comparison, Face

PATCHES = 27
PATCH_SHARE = 16 / 112


@dataclass(frozen=True, eq=False)
class Trial:
    """One pair of the benchmark.

    Attributes:
        index: Its number; results are kept under it.
        genuine: Whether both pictures show the same person.
        clean: The pair as it is.
        patched: The same with patches on the first picture (Patch-LFW).
    """

    index: int
    genuine: bool
    clean: Comparison
    patched: Comparison


def choose(pairs: Sequence[lfw.Pair], count: int, seed: int = 0) -> list[lfw.Pair]:
    """Half genuine, half impostor pairs, alternating; a longer choice begins with a shorter one."""
    rng = np.random.default_rng(seed)
    halves = []
    for genuine in (True, False):
        kind = [pair for pair in pairs if pair.genuine == genuine]
        halves.append([kind[at] for at in rng.permutation(len(kind))[: count // 2]])
    return [pair for both in zip(*halves, strict=True) for pair in both]


def patched(
    picture: npt.NDArray[np.float32],
    donor: npt.NDArray[np.float32],
    rng: np.random.Generator,
) -> npt.NDArray[np.float32]:
    """Put 27 patches of another face on an aligned one, each where it was in the other.

    Patches are 16 x 16 pixels of a 112-pixel crop, anywhere, and may overlap (Huber et al. 2024,
    sec. 4.2).
    """
    height, width = picture.shape[:2]
    rows, columns = round(PATCH_SHARE * height), round(PATCH_SHARE * width)
    changed = picture.copy()
    for _ in range(PATCHES):
        top, left = rng.integers(0, height - rows + 1), rng.integers(0, width - columns + 1)
        place = slice(top, top + rows), slice(left, left + columns)
        changed[place] = donor[place]
    return changed


def donor(index: int, pairs: Sequence[lfw.Pair], pictures: Sequence[str]) -> str:
    """The picture that a pair's patches come from.

    Impostor pairs get patches of their own second picture, which makes them alike; genuine pairs
    those of a random picture of somebody else. (The published code excludes the pair's own person
    from that draw by position in a list, and so lets them through; here it goes by name.)

    Args:
        index: Which of the pairs; it also seeds the draw.
        pairs: The chosen pairs.
        pictures: All that a donor can be drawn from.
    """
    pair = pairs[index]
    if not pair.genuine:
        return pair.b
    rng = np.random.default_rng((index, PATCHES))
    while lfw.identity(drawn := pictures[rng.integers(len(pictures))]) == lfw.identity(pair.a):
        continue
    return drawn


def trial(
    index: int,
    pair: lfw.Pair,
    donor: str,
    faces: Mapping[str, Face],
    model: FaceModel,
    threshold: float,
) -> Trial:
    """Make one pair and its patched version.

    Args:
        index: The pair's number; it also seeds the places of the patches.
        pair: The pair.
        donor: Picture its patches come from.
        faces: Picture -> aligned face.
        model: The recogniser.
        threshold: Its threshold.
    """
    a, b = faces[pair.a], faces[pair.b]
    rng = np.random.default_rng((index, PATCHES, 1))
    spoiled = replace(a, pixels=patched(a.pixels, faces[donor].pixels, rng))
    clean, changed = (compare_faces(each, b, model, threshold=threshold) for each in (a, spoiled))
    return Trial(index, pair.genuine, clean, changed)
