"""Example pairs that need no download: made at start from pictures inside installed packages.

The two photographs are in the public domain: astronaut Eileen Collins (NASA, in scikit-image) and
Rear Admiral Grace Hopper (US Navy, in matplotlib). Neither is copied into this repository.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from recognition import Face, FaceModel, find_face
from recognition.align import align, carry, similarity_transform
from recognition.templates import template
from recognition.types import Pixels, Points

# The drawn objects' outlines on dlib's 150-pixel crop: eyes near y = 36, mouth near y = 103.
MASK = ((12, 66), (44, 66), (72, 54), (100, 66), (132, 66), (126, 112), (104, 142), (72, 152),
        (40, 142), (18, 112))  # fmt: skip
MASK_FOLDS = (((24, 92), (120, 92)), ((28, 112), (116, 112)))
LENSES = ((41, 38), (103, 38))
LENS_AXES = (24, 17)
THUMBNAIL = 130  # side of each picture on an example's button, pixels
CANVAS = 600  # side of the crop on which faces are cut together, pixels


@dataclass(frozen=True)
class Example:
    """A pair of photographs that shows one thing.

    Attributes:
        name: Short, also the files' name.
        title: What it is, for a person.
        lesson: What to look for in the result.
        make: Draws both photographs from the two people's.
    """

    name: str
    title: str
    lesson: str
    make: Callable[[Face, Face], tuple[Pixels, Pixels]]


@dataclass(frozen=True)
class Drawn:
    """An example's files: both photographs, and both small and side by side for its button."""

    example: Example
    probe: Path
    gallery: Path
    thumbnail: Path


def package_picture(package: str, path: str) -> Path:
    """A picture inside an installed package, found without importing the package."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(f"The package {package} is not installed.")
    return Path(spec.submodule_search_locations[0], path)


def people(model: FaceModel) -> tuple[Face, Face]:
    """The two people of the examples, cut to head and shoulders, found and aligned."""
    paths = (
        package_picture("skimage", "data/astronaut.png"),
        package_picture("matplotlib", "mpl-data/sample_data/grace_hopper.jpg"),
    )
    collins, hopper = (
        find_face(head_and_shoulders(find_face(path, model)), model) for path in paths
    )
    return collins, hopper


def head_and_shoulders(face: Face) -> Pixels:
    """The square part of a photograph that is 2.6 faces wide, the face above its middle."""
    x0, y0, x1, y1 = face.box
    side = round(min(2.6 * (y1 - y0), *face.photo.shape[:2]))
    left = np.clip((x0 + x1 - side) / 2, 0, face.photo.shape[1] - side)
    top = np.clip((y0 + y1) / 2 - 0.45 * side, 0, face.photo.shape[0] - side)
    left, top = round(float(left)), round(float(top))
    return np.ascontiguousarray(face.photo[top : top + side, left : left + side])


def to_photo(face: Face, points: Points) -> Points:
    """Carry points of dlib's 150-pixel crop onto the photograph, (K, 2) to (K, 2)."""
    crop = np.array(template("dlib", (150, 150)), np.float32)
    return carry(points, similarity_transform(crop, face.landmarks))


def mirrored_and_darkened(face: Face) -> Pixels:
    """The photograph mirrored, at 45 % of its brightness."""
    return np.ascontiguousarray(face.photo[:, ::-1] * 0.45).astype(np.uint8)


def low_resolution(face: Face, width: int = 36) -> Pixels:
    """The photograph as a camera would take it whose picture of the face is ``width`` wide."""
    scale = width / (face.box[2] - face.box[0])
    height, full = face.photo.shape[:2]
    small = cv2.resize(face.photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (full, height), interpolation=cv2.INTER_CUBIC), np.uint8)


def with_mask(face: Face) -> Pixels:
    """The photograph with a surgical mask drawn over nose, mouth and chin."""
    photo = face.photo.copy()
    _fill(photo, to_photo(face, np.array(MASK, np.float32)), (168, 205, 222))
    for fold in MASK_FOLDS:
        _line(photo, to_photo(face, np.array(fold, np.float32)), (128, 170, 192))
    return photo


def with_sunglasses(face: Face) -> Pixels:
    """The photograph with sunglasses drawn over the eyes."""
    photo = face.photo.copy()
    angles = np.linspace(0, 2 * np.pi, 48)
    for x, y in LENSES:
        rim = np.stack([x + LENS_AXES[0] * np.cos(angles), y + LENS_AXES[1] * np.sin(angles)], 1)
        _fill(photo, to_photo(face, rim.astype(np.float32)), (22, 22, 26))
    bridge = np.array([(LENSES[0][0] + 20, 34), (LENSES[1][0] - 20, 34)], np.float32)
    _line(photo, to_photo(face, bridge), (22, 22, 26))
    return photo


def half_and_half(face: Face, other: Face) -> Pixels:
    """The left half of the picture stays, the right half of the face is the other person's.

    The other's half is brought to the same skin tone, so that the seam is no clue.
    """
    points = carry(face.landmarks, face.matrix) * (CANVAS / face.pixels.shape[1])
    own, matrix = align(face.photo, face.landmarks, points.tolist(), (CANVAS, CANVAS))
    new, _ = align(other.photo, other.landmarks, points.tolist(), (CANVAS, CANVAS))
    middle = slice(CANVAS // 5, 4 * CANVAS // 5)
    for channel in range(3):
        here, there = own[middle, middle, channel], new[middle, middle, channel]
        new[..., channel] = (new[..., channel] - there.mean()) * (here.std() / there.std())
        new[..., channel] += here.mean()
    # A seam of 2 % of the crop, and an oval so that hair and background stay.
    x, y = np.meshgrid(np.linspace(-1, 1, CANVAS), np.linspace(-1, 1, CANVAS))
    oval = np.clip((0.95 - np.hypot(x / 0.95, (y - 0.02) / 1.05)) / 0.08, 0, 1)
    weight = (np.clip(x / 0.02 + 0.5, 0, 1) * oval)[..., None].astype(np.float32)
    size = (face.photo.shape[1], face.photo.shape[0])
    back = cv2.WARP_INVERSE_MAP | cv2.INTER_LINEAR
    layer = cv2.warpAffine(np.clip(new, 0, 1), matrix, size, flags=back)
    cover = cv2.warpAffine(weight, matrix, size, flags=back)[..., None]
    mixed = face.photo * (1 - cover) + layer * 255 * cover
    return np.rint(mixed).astype(np.uint8)


def _fill(photo: Pixels, outline: Points, colour: tuple[int, int, int]) -> None:
    cv2.fillPoly(photo, [np.rint(outline * 16).astype(np.int32)], colour, cv2.LINE_AA, shift=4)


def _line(photo: Pixels, ends: Points, colour: tuple[int, int, int]) -> None:
    width = max(2, round(float(np.linalg.norm(ends[1] - ends[0])) / 30))
    start, end = np.rint(ends).astype(int).tolist()
    cv2.line(photo, start, end, colour, width, cv2.LINE_AA)


EXAMPLES = (
    Example(
        "mirrored",
        "Same person, mirrored and darkened",
        "An easy match: most of the face speaks for it.",
        lambda one, _: (one.photo, mirrored_and_darkened(one)),
    ),
    Example(
        "different",
        "Two different people",
        "Look at the places that make the two faces less alike.",
        lambda one, other: (one.photo, other.photo),
    ),
    Example(
        "mask",
        "Same person, wearing a face mask",
        "The eyes and brows must carry the decision (table 1 of the paper).",
        lambda one, _: (one.photo, with_mask(one)),
    ),
    Example(
        "sunglasses",
        "Same person, wearing sunglasses",
        "What is left when the eyes are hidden?",
        lambda one, _: (one.photo, with_sunglasses(one)),
    ),
    Example(
        "low-resolution",
        "Same person, a face 36 pixels wide",
        "A picture as a distant camera takes it.",
        lambda one, _: (one.photo, low_resolution(one)),
    ),
    Example(
        "half",
        "Half and half: two people in one face",
        "The right half of the second face belongs to somebody else; a good map says so.",
        lambda one, other: (one.photo, half_and_half(one, other)),
    ),
)


def write(folder: Path, model: FaceModel) -> list[Drawn]:
    """Draw all examples into a folder as PNG files, in the order of :data:`EXAMPLES`."""
    one, other = people(model)
    written = []
    for example in EXAMPLES:
        pictures = [Image.fromarray(pixels) for pixels in example.make(one, other)]
        small = [picture.resize((THUMBNAIL, THUMBNAIL)) for picture in pictures]
        both = Image.fromarray(np.hstack([np.asarray(picture) for picture in small]))
        files = {
            "probe": pictures[0],
            "gallery": pictures[1],
            "thumbnail": both,
        }
        paths = {kind: folder / f"{example.name}-{kind}.png" for kind in files}
        for kind, picture in files.items():
            picture.save(paths[kind], compress_level=1)
        written.append(Drawn(example, **paths))
    return written
