"""What the face mesh does not reach: hair, ears, and the forehead up to the hair.

They come from a face-parsing model of the user's own when there is one (:mod:`explain.parsing`),
else from the person's silhouette and the colours of skin and hair (:mod:`explain.hair`), else from
the outline of an average head.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from explain.hair import Parts, around_oval, beside_face, part_by_colour, person_in
from explain.mesh import Mask, Mesh
from explain.parsing import Parser, installed_parser
from recognition.align import align, carry
from recognition.templates import TEMPLATES, Template
from recognition.types import Face, Pixels, Points

HeadSource = Literal["face parsing", "silhouette", "average head"]

SIDE = 192
"""Height and width of the picture of the head that hair is looked for in, pixels."""

# Eyes 23 % of the width apart, just above the middle: hair, ears and shoulders around them.
_EYES_APART, _EYES_AT = 0.23, (0.5, 0.48)


@dataclass(frozen=True, eq=False)
class Head:
    """Hair, ears and forehead on the aligned crop.

    Attributes:
        hair: (H, W) bool.
        ears: (H, W) bool, both.
        forehead: (H, W) bool, skin above the eyebrows beyond the mesh too; all False where the
            hair was not seen.
        source: Where they come from.
        sentence: The same, for a person.
    """

    hair: Mask
    ears: Mask
    forehead: Mask
    source: HeadSource
    sentence: str


@dataclass(frozen=True, eq=False)
class Frame:
    """A square picture of the whole head, upright.

    Attributes:
        picture: (S, S, 3) uint8 RGB.
        known: (S, S) bool, False beyond the photograph's rim.
        mesh: (478, 2), the face mesh in its pixels.
        to_crop: (2, 3), carries its points onto the aligned crop.
    """

    picture: Pixels
    known: Mask
    mesh: Points
    to_crop: npt.NDArray[np.float64]

    def back(self, mask: Mask, shape: tuple[int, int]) -> Mask:
        """A mask of this picture on the crop, (H, W)."""
        share, scale = mask.astype(np.float32), float(np.hypot(*self.to_crop[:, 0]))
        if scale < 1:  # what is sampled at single points would alias
            share = np.asarray(cv2.GaussianBlur(share, (0, 0), 0.4 / scale), np.float32)
        carried: Mask = cv2.warpAffine(share, self.to_crop, shape[::-1]) > 0.5
        return carried


def head_of(face: Face, mesh: Mesh) -> Head:
    """Find hair and ears around a face.

    Raises:
        FacewhyError: When there is a face-parsing model and it cannot be used.
    """
    shape = face.pixels.shape[0], face.pixels.shape[1]
    parser = installed_parser()
    if parser is not None:
        return _parsed(face, mesh, parser, shape)
    if mesh.source == "face mesh":
        frame = frame_of(face, mesh, SIDE)
        person = person_in(frame.picture)
        if person is not None:
            parts = part_by_colour(frame.picture, person & frame.known, frame.mesh)
            return _head(
                frame,
                parts,
                shape,
                "silhouette",
                "Hair and ears are estimated from the person's silhouette and the colours of skin "
                "and hair.",
            )
    hair, ears = beside_face(around_oval(mesh.points, 1.25, shape), mesh.points)
    return Head(
        hair,
        ears,
        np.zeros(shape, bool),
        "average head",
        "Hair and ears are where an average head has them; they were not seen.",
    )


def head_template(side: int) -> Template:
    """Where the five landmarks belong in a picture of the whole head, (x, y) in pixels.

    About where the pictures of CelebA-HQ have them, on which most networks for heads were trained.
    """
    five = np.array(TEMPLATES["arcface"])
    apart = np.linalg.norm(five[1] - five[0])
    five = (five - five[:2].mean(0)) * _EYES_APART / apart + _EYES_AT
    return tuple((float(x * side), float(y * side)) for x, y in five)


def frame_of(face: Face, mesh: Mesh, side: int) -> Frame:
    """Cut the head out of the photograph.

    Args:
        face: The face.
        mesh: Its mesh, on the crop.
        side: Height and width in pixels.
    """
    pixels, matrix = align(face.photo, face.landmarks, head_template(side), (side, side))
    there = np.ones(face.photo.shape[:2], np.float32)
    known: Mask = cv2.warpAffine(there, matrix, (side, side)) > 0.99
    to_photo = cv2.invertAffineTransform(matrix.astype(np.float64))
    turn = face.matrix[:, :2].astype(np.float64)
    to_crop = np.column_stack([turn @ to_photo[:, :2], turn @ to_photo[:, 2] + face.matrix[:, 2]])
    from_crop = cv2.invertAffineTransform(to_crop)
    points = carry(mesh.points, np.asarray(from_crop, np.float32))
    return Frame(np.rint(pixels * 255).astype(np.uint8), known, points, to_crop)


def _parsed(face: Face, mesh: Mesh, parser: Parser, shape: tuple[int, int]) -> Head:
    frame = frame_of(face, mesh, parser.side)
    labels = parser.labels_of(frame.picture)
    parts = Parts(
        hair=parser.where(labels, "hair") & frame.known,
        ears=parser.where(labels, "ears") & frame.known,
        skin=parser.where(labels, "skin") & frame.known,
    )
    sentence = f"Hair and ears come from the face-parsing model “{parser.title}”."
    return _head(frame, parts, shape, "face parsing", sentence)


def _head(
    frame: Frame, parts: Parts, shape: tuple[int, int], source: HeadSource, sentence: str
) -> Head:
    hair, ears = frame.back(parts.hair, shape), frame.back(parts.ears, shape)
    forehead = frame.back(parts.forehead(frame.mesh), shape)
    return Head(hair, ears & ~hair, forehead & ~hair & ~ears, source, sentence)
