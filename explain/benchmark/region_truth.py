"""Regions as people marked them: label maps of CelebAMask-HQ, points of the London Set."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from explain.mesh import Mask
from recognition.errors import BadSetting
from recognition.measure.london import NEUTRAL
from recognition.picture import read
from recognition.types import Pixels, Points

# The order of the label maps that CelebAMask-HQ's own script writes (Lee et al. 2020). The models
# trained on it mostly use another one, see explain.parsing.
# fmt: off
LABELS = (
    "background", "skin", "nose", "glasses", "l_eye", "r_eye", "l_brow", "r_brow", "l_ear",
    "r_ear", "mouth", "u_lip", "l_lip", "hair", "hat", "earring", "necklace", "neck", "cloth",
)
# fmt: on

PARSED: Mapping[str, tuple[str, ...]] = {
    "hair": ("hair",),
    "eyebrows": ("l_brow", "r_brow"),
    "eyes": ("l_eye", "r_eye"),
    "ears": ("l_ear", "r_ear", "earring"),
    "nose": ("nose",),
    "mouth": ("mouth", "u_lip", "l_lip"),
    "lips": ("mouth", "u_lip", "l_lip"),
}
"""Region -> the labels it is made of. The sides of these maps are not to be trusted."""


def _run(first: int, last: int) -> list[int]:
    """The numbers from one to the other, both included, up or down."""
    step = 1 if first <= last else -1
    return list(range(first, last + step, step))


# Points of the 189-point template, found by drawing them; "right" is the person's own.
RIGHT_EYEBROW = [71, 72, 73, 74, 75, 76, 84, 83]
LEFT_EYEBROW = [77, 78, 79, 80, 81, 82, 86, 85]
RIGHT_EYE = [*_run(18, 22), 30, 29, 28]
LEFT_EYE = [*_run(23, 27), 33, 32, 31]
NOSE = [50, 61, 62, 63, 64, 55, 69, 68, 67, 66, 56]
MOUTH = [*_run(87, 93), *_run(108, 104)]
RIGHT_EAR = [109, *_run(115, 119), 111, 186, 110, 185]
LEFT_EAR = [112, *_run(120, 124), 114, 188, 113, 187]
HAIRLINE = _run(134, 144)
FOREHEAD = [*HAIRLINE, *_run(82, 71)]
FACE = [*HAIRLINE, 112, 187, 113, 188, 114, 133, *_run(132, 125), 111, 186, 110, 185, 109]
EARLOBES = [119, 124]

MARKED: Mapping[str, tuple[list[int], ...]] = {
    "forehead": (FOREHEAD,),
    "left eyebrow": (LEFT_EYEBROW,),
    "right eyebrow": (RIGHT_EYEBROW,),
    "eyebrows": (LEFT_EYEBROW, RIGHT_EYEBROW),
    "left eye": (LEFT_EYE,),
    "right eye": (RIGHT_EYE,),
    "eyes": (LEFT_EYE, RIGHT_EYE),
    "ears": (LEFT_EAR, RIGHT_EAR),
    "nose": (NOSE,),
    "mouth": (MOUTH,),
    "lips": (MOUTH,),
}
"""Region -> the polygons that people marked."""

LONDON_SCALE = 540 / 1350
BACKDROP_TOLERANCE = 18


@dataclass(frozen=True, eq=False)
class Truth:
    """One photograph and where its regions are.

    Attributes:
        photo: (h, w, 3) uint8 RGB.
        name: Of the picture.
        regions: Region -> (h, w) bool in the photograph.
        bounds: Region -> what all its pixels must lie in, (h, w), for regions without an outline
            of their own.
        judged: Region -> the part of the photograph where the truth is known; all of it where a
            region is not in here.
    """

    photo: Pixels
    name: str
    regions: Mapping[str, Mask]
    bounds: Mapping[str, Mask]
    judged: Mapping[str, Mask]


def parsing(folder: Path) -> Iterator[Truth]:
    """The pictures of a folder that have a CelebAMask-HQ label map beside them.

    Raises:
        BadSetting: There are none.
    """
    pictures = sorted(path for path in folder.glob("*.jpg") if path.with_suffix(".png").is_file())
    if not pictures:
        raise BadSetting(f"There are no pictures with a label map (.png) beside them in {folder}.")
    for path in pictures:
        photo = read(path).pixels
        labels = read(path.with_suffix(".png")).pixels[..., 0]
        size = photo.shape[1], photo.shape[0]
        labels = np.asarray(cv2.resize(labels, size, interpolation=cv2.INTER_NEAREST), np.uint8)
        of = {name: np.asarray(labels == at) for at, name in enumerate(LABELS)}
        regions = {
            region: np.logical_or.reduce([of[name] for name in names])
            for region, names in PARSED.items()
        }
        skin = dict.fromkeys(("forehead", "cheeks", "chin"), of["skin"])
        yield Truth(photo, path.name, regions, skin, {})


def london(folder: Path) -> Iterator[Truth]:
    """The neutral pictures of the London Set; its hair is what stands out from the backdrop.

    Raises:
        BadSetting: The folder does not hold the set.
    """
    files = sorted(folder.glob(f"*_{NEUTRAL}.tem"))
    if not files:
        raise BadSetting(
            f"There are no templates (.tem) in {folder}; give the London Set's folder."
        )
    for path in files:
        photo = read(path.with_suffix(".jpg")).pixels
        points = london_points(path)
        draw = _polygons(points, photo.shape[:2])
        regions = {region: draw(*outlines) for region, outlines in MARKED.items()}
        face, above = draw(FACE), np.zeros(photo.shape[:2], bool)
        above[: int(points[EARLOBES, 1].min())] = True
        regions["hair"] = above & ~backdrop(photo) & ~face & ~regions["ears"]
        inside = dict.fromkeys(("cheeks", "chin"), face)
        yield Truth(photo, path.stem, regions, inside, {"hair": above})


def london_points(path: Path) -> Points:
    """The 189 points of a template file, (189, 2), in the picture of 540 pixels."""
    count, *lines = path.read_text().split("\n")
    points: Points = np.array([line.split() for line in lines[: int(count)]], np.float32)
    return points * LONDON_SCALE


def backdrop(photo: Pixels) -> Mask:
    """Where a studio photograph shows its plain backdrop, (h, w): close to its smooth shading."""
    height, width = photo.shape[:2]
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], -1)
    rim = (y < -0.9) | ((np.abs(x) > 0.8) & (y < 0.2))
    colours = photo.astype(np.float64)
    weights = np.linalg.lstsq(terms[rim], colours[rim], rcond=None)[0]
    plain: Mask = np.abs(colours - terms @ weights).max(-1) < BACKDROP_TOLERANCE
    return plain


def _polygons(points: Points, shape: Sequence[int]) -> Callable[..., npt.NDArray[np.bool_]]:
    def draw(*outlines: list[int]) -> Mask:
        drawn = np.zeros(tuple(shape), np.uint8)
        for outline in outlines:
            # Eighths of a pixel.
            cv2.fillPoly(drawn, [np.rint(points[outline] * 8).astype(np.int32)], (1,), shift=3)
        return drawn.astype(bool)

    return draw
