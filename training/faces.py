"""Faces to train on: LFW without the people of its view 2, or any folder of pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from recognition.align import Frame
from recognition.measure import lfw
from recognition.measure.command import progress
from recognition.measure.faces import central_faces
from recognition.templates import Template

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


@dataclass(frozen=True)
class Target:
    """What faces are aligned to where there is no model, see :class:`recognition.align.Frame`."""

    input_size: tuple[int, int]
    template: Template


def crops(
    folder: Path, names: Sequence[str], frame: Frame, cache: Path, *, workers: int = 2
) -> tuple[list[str], Crops]:
    """The face of each picture, aligned.

    Args:
        folder: Where the pictures are.
        names: Paths below it.
        frame: What to align them to, (H, W) large.
        cache: Folder for the found landmarks.
        workers: Processes that find faces.

    Returns:
        The pictures in which a face was found, and their crops (N, H, W, 3) RGB.
    """
    seen, aligned = [], []
    for name, face in central_faces(
        folder, names, frame, cache, workers=workers, progress=progress
    ):
        seen.append(name)
        aligned.append(face.aligned)
    return seen, np.stack(aligned)
