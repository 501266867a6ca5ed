"""Hair and ears by silhouette and colour, where no face-parsing model is at hand.

What of the person lies around the face is divided into hair and skin by GrabCut (Rother, Kolmogorov
& Blake, SIGGRAPH 2004), which learns the two colours from this very picture. The sizes below, all
in widths of the face or multiples of its oval, were chosen on the London Set.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from explain.mesh import Mask, quiet
from explain.outlines import (
    BETWEEN_EYEBROWS,
    BETWEEN_EYES,
    CHIN_TIP,
    EYE_LINE,
    EYEBROW_LINE,
    FACE_OVAL,
    FACE_TOP,
    LEFT_EYE,
    LEFT_EYEBROW,
    LIPS,
    MOUTH_LINE,
    NOSE_BASE,
    RIGHT_EYE,
    RIGHT_EYEBROW,
    fill,
)
from recognition.types import Pixels, Points

EAR_REACH = 0.14
"""How far an ear stands out from the oval of the face, in widths of the face."""

FOREHEAD_TOP, HAIR_FROM = 1.35, 1.5
"""The oval of the mesh ends below the hair: stretched upwards by the first it is more likely skin
than not, beyond the second it is hair."""

FRINGE_RIM = 0.85
"""Hair may hang into the oval down to this share of it."""

HIDDEN = 0.5
"""An ear of which more than this share has the colour of hair is behind hair in part."""


@dataclass(frozen=True, eq=False)
class Parts:
    """Hair, ears and skin in a picture of the head, each (S, S) bool."""

    hair: Mask
    ears: Mask
    skin: Mask

    def forehead(self, mesh: Points) -> Mask:
        """The skin above the eyebrows, up to the hair."""
        above = _rows(self.skin.shape) < mesh[list(EYEBROW_LINE), 1].mean()
        within = around_oval(mesh, 1.0, (self.skin.shape[0], self.skin.shape[1]), HAIR_FROM)
        forehead: Mask = self.skin & above & within
        return forehead


def person_in(picture: Pixels) -> Mask | None:
    """Where the person is, (S, S), by MediaPipe's selfie segmentation; None when it sees nobody."""
    with quiet():
        from mediapipe.python.solutions.selfie_segmentation import SelfieSegmentation

        with SelfieSegmentation(model_selection=0) as segmenter:
            share = segmenter.process(picture).segmentation_mask
    if share is None:
        return None
    person: Mask = np.asarray(share) > 0.5
    return person if person.mean() > 0.1 else None


def around_oval(mesh: Points, grow: float, shape: tuple[int, int], up: float | None = None) -> Mask:
    """The oval of the face, larger, (H, W).

    Args:
        mesh: (478, 2).
        grow: Factor about its middle.
        shape: (H, W).
        up: Another factor for how far its upper half reaches up.
    """
    oval = FACE_OVAL.on(mesh)
    middle = oval.mean(0)
    away = (oval - middle) * grow
    if up is not None:
        away[:, 1] = np.where(away[:, 1] < 0, up / grow * away[:, 1], away[:, 1])
    return fill(middle + away, shape)


def beside_face(person: Mask, mesh: Points) -> tuple[Mask, Mask]:
    """Hair and ears of a silhouette by place alone: outside the oval, above the nose's base."""
    shape = person.shape[0], person.shape[1]
    outside, ears = person & ~FACE_OVAL.fill(mesh, shape), _ear_places(person, mesh)
    return outside & (_rows(shape) <= mesh[NOSE_BASE, 1]) & ~ears, ears


def part_by_colour(picture: Pixels, person: Mask, mesh: Points) -> Parts:
    """Divide the person around the face into hair, ears and skin.

    Args:
        picture: (S, S, 3) uint8 RGB, the head upright.
        person: (S, S), the silhouette.
        mesh: (478, 2), the face mesh in the picture.
    """
    shape = person.shape[0], person.shape[1]
    rows, width = _rows(shape), _face_width(mesh)
    eyes, mouth = (mesh[list(line), 1].mean() for line in (EYE_LINE, MOUTH_LINE))
    colours = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2LAB), np.uint8)
    oval, ears = FACE_OVAL.fill(mesh, shape), _ear_places(person, mesh)
    eyebrows = _wider(RIGHT_EYEBROW.fill(mesh, shape) | LEFT_EYEBROW.fill(mesh, shape))
    features = eyebrows | _wider(RIGHT_EYE.fill(mesh, shape) | LEFT_EYE.fill(mesh, shape))
    skin = around_oval(mesh, 0.94, shape) & (rows > eyes) & (rows < mouth)
    skin &= ~features & ~LIPS.fill(mesh, shape)
    rim = oval & ~around_oval(mesh, FRINGE_RIM, shape) & (rows < mouth) & ~features
    fringe = oval & (rows < mesh[list(EYEBROW_LINE), 1].mean()) & ~eyebrows
    open_ = person & ((~oval & (rows <= mesh[CHIN_TIP, 1])) | rim | fringe)
    if not (skin.any() and open_.any()):
        hair, ears = beside_face(person, mesh)
        return Parts(hair, ears, person & ~hair & ~ears)

    likely_skin = oval | ears | around_oval(mesh, 1.0, shape, FOREHEAD_TOP)
    columns = np.abs(np.arange(shape[1])[None] - mesh[CHIN_TIP, 0])
    likely_skin |= (rows > mouth) & (columns < 0.35 * width)  # the neck
    surely_hair = open_ & ~around_oval(mesh, 1.06, shape, HAIR_FROM) & (rows < eyes)
    surely_skin = skin | _bare_forehead(colours, skin, surely_hair, mesh, eyebrows)
    marks = np.full(shape, cv2.GC_BGD, np.uint8)
    marks[open_] = cv2.GC_PR_FGD
    marks[open_ & likely_skin] = cv2.GC_PR_BGD
    marks[surely_hair], marks[surely_skin] = cv2.GC_FGD, cv2.GC_BGD
    hair = _grab(colours, marks, open_ | surely_skin, skin) & open_
    hair = _grown_from_above(hair, eyes)
    ears = _seen(ears, hair, mesh)
    hair &= ~ears
    return Parts(hair, ears, person & ~hair & ~ears)


def _grab(colours: Pixels, marks: npt.NDArray[np.uint8], seen: Mask, skin: Mask) -> Mask:
    """GrabCut of hair against skin; everything that is neither takes the colour of the skin."""
    if not np.isin(marks, (cv2.GC_FGD, cv2.GC_PR_FGD)).any():
        return np.zeros(marks.shape, bool)
    plain = np.where(seen[..., None], colours, np.median(colours[skin], axis=0)).astype(np.uint8)
    cv2.setRNGSeed(0)  # its clusters start at random
    models, nowhere = (np.zeros((1, 65)), np.zeros((1, 65))), (0, 0, 0, 0)
    cv2.grabCut(plain, marks, nowhere, *models, 1, cv2.GC_INIT_WITH_MASK)
    return np.isin(marks, (cv2.GC_FGD, cv2.GC_PR_FGD))


def _bare_forehead(colours: Pixels, skin: Mask, hair: Mask, mesh: Points, eyebrows: Mask) -> Mask:
    """The middle of the forehead, when it is nearer in colour to the cheeks than to the hair."""
    shape = skin.shape[0], skin.shape[1]
    foot, top = mesh[BETWEEN_EYEBROWS], mesh[FACE_TOP, 1]
    rows, columns = _rows(shape), np.abs(np.arange(shape[1])[None] - foot[0])
    above = (rows < foot[1]) & (rows > foot[1] - 0.45 * (foot[1] - top))
    middle: Mask = FACE_OVAL.fill(mesh, shape) & above & (columns < 0.25 * _face_width(mesh))
    middle &= ~eyebrows
    if not (middle.any() and hair.any()):
        return np.zeros(shape, bool)
    own, of_skin, of_hair = (np.median(colours[part], axis=0) for part in (middle, skin, hair))
    bare = np.linalg.norm(own - of_skin) < np.linalg.norm(own - of_hair)
    return middle if bare else np.zeros(shape, bool)


def _grown_from_above(hair: Mask, eyes: float) -> Mask:
    """Only hair that hangs together with some above the eyes: the rest is shadow on the neck."""
    _, islands = cv2.connectedComponents(hair.astype(np.uint8))
    above = np.unique(islands[: max(0, round(eyes))])
    return hair & np.isin(islands, above[above > 0])


def _ear_places(person: Mask, mesh: Points) -> Mask:
    """Where ears are: beside the oval, from the eyes to halfway between nose and mouth."""
    shape = person.shape[0], person.shape[1]
    oval, reach = FACE_OVAL.fill(mesh, shape), max(1, round(EAR_REACH * _face_width(mesh)))
    near = cv2.dilate(oval.astype(np.uint8), np.ones((1, 2 * reach + 1), np.uint8)).astype(bool)
    top = mesh[list(EYE_LINE), 1].mean()
    foot = (mesh[NOSE_BASE, 1] + mesh[list(MOUTH_LINE), 1].mean()) / 2
    rows = _rows(shape)
    places: Mask = person & ~oval & near & (rows >= top) & (rows <= foot)
    return places


def _seen(ears: Mask, hair: Mask, mesh: Points) -> Mask:
    """Each ear whole when most of it has the colour of skin, else only what hair leaves free."""
    seen = np.zeros_like(ears)
    left = np.arange(ears.shape[1])[None] > mesh[BETWEEN_EYES, 0]
    for ear in (ears & left, ears & ~left):
        covered = (ear & hair).sum() > HIDDEN * ear.sum()
        seen |= ear & ~hair if covered else ear
    return seen


def _face_width(mesh: Points) -> float:
    return float(np.ptp(FACE_OVAL.on(mesh)[:, 0]))


def _rows(shape: tuple[int, ...]) -> npt.NDArray[np.int_]:
    return np.arange(shape[0])[:, None]


def _wider(mask: Mask) -> Mask:
    """Two pixels more on every side."""
    return cv2.dilate(mask.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool)
