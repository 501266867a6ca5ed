"""Faces to train on: LFW without the people of its view 2, or any folder of pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from recognition.align import align
from recognition.measure import lfw
from recognition.measure.command import progress
from recognition.measure.landmarks import find_central_faces
from recognition.picture import read

Crops = npt.NDArray[np.uint8]


def pictures(folder: Path) -> list[str]:
    """Pictures in folders of people, as ``Name/picture.jpg``, sorted by name.

    Where the folder has LFW's ``pairs.txt``, the people of those pairs, on which everything is
    measured, are left out.
    """
    people = {entry.name for entry in folder.iterdir() if entry.is_dir()}
    if (folder / lfw.VIEW_2[0]).is_file():
        measured = lfw.pictures_of(lfw.read_pairs(folder, lfw.VIEW_2))
        people -= {lfw.identity(picture) for picture in measured}
    kinds = {".jpg", ".jpeg", ".png"}
    return sorted(
        f"{name}/{path.name}"
        for name in people
        for path in (folder / name).iterdir()
        if path.suffix.lower() in kinds
    )


def crops(
    folder: Path,
    names: Sequence[str],
    template: Sequence[tuple[float, float]],
    size: tuple[int, int],
    cache: Path,
    *,
    workers: int = 2,
) -> tuple[list[str], Crops]:
    """The face of each picture, aligned.

    Args:
        folder: Where the pictures are.
        names: Paths below it.
        template: Where the five landmarks go, (x, y) in pixels.
        size: (H, W) of a crop.
        cache: Folder for the found landmarks.
        workers: Processes that find faces.

    Returns:
        The pictures in which a face was found, and their crops (N, H, W, 3) RGB.
    """
    found = find_central_faces(folder, names, cache, workers=workers, progress=progress)
    seen = [name for name in names if found[name] is not None]
    aligned = np.empty((len(seen), *size, 3), np.uint8)
    for at, name in enumerate(seen):
        face = found[name]
        assert face is not None
        picture = read(folder / name).pixels
        aligned[at] = np.rint(align(picture, face.landmarks, template, size)[0] * 255)
    return seen, aligned
