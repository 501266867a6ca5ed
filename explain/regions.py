"""The named regions of a face, as masks on the aligned crop.

``p2w`` are the nine of the explainability table (P2W sec. 2.2), ``ifv`` the nine of IFV sec. 3.
Left and right are the person's own. A region is the convex hull of some points of the face mesh;
where two overlap, the one painted later has the pixels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import cv2
import numpy as np
import numpy.typing as npt

from explain.mesh import Mask, Mesh, MeshSource, mesh_of, silhouette
from explain.outlines import (
    CHIN,
    EYE_LINE,
    FACE_OVAL,
    FOREHEAD,
    LEFT_CHEEK,
    LEFT_EYE,
    LEFT_EYEBROW,
    LIPS,
    NOSE,
    NOSE_LINE,
    RIGHT_CHEEK,
    RIGHT_EYE,
    RIGHT_EYEBROW,
    Outline,
)
from recognition.errors import UnknownName
from recognition.types import Face, Points

_CHEEKS, _EYES, _EYEBROWS = (
    (RIGHT_CHEEK, LEFT_CHEEK),
    (RIGHT_EYE, LEFT_EYE),
    (RIGHT_EYEBROW, LEFT_EYEBROW),
)

SCHEMES: Mapping[str, Mapping[str, tuple[Outline, ...]]] = MappingProxyType(
    {
        "p2w": {
            "left eyebrow": (LEFT_EYEBROW,),
            "right eyebrow": (RIGHT_EYEBROW,),
            "left eye": (LEFT_EYE,),
            "right eye": (RIGHT_EYE,),
            "nose": (NOSE,),
            "left cheek": (LEFT_CHEEK,),
            "right cheek": (RIGHT_CHEEK,),
            "lips": (LIPS,),
            "chin": (CHIN,),
        },
        "ifv": {
            "hair": (),
            "forehead": (FOREHEAD,),
            "eyebrows": _EYEBROWS,
            "eyes": _EYES,
            "ears": (),
            "nose": (NOSE,),
            "cheeks": _CHEEKS,
            "mouth": (LIPS,),
            "chin": (CHIN,),
        },
    }
)
"""Scheme -> region -> outlines, in anatomical order; hair and ears come from the silhouette."""

# Large regions first, so that a small one keeps its pixels where outlines cross.
_PAINTED = (FOREHEAD, *_CHEEKS, CHIN, NOSE, LIPS, *_EYES, *_EYEBROWS)


@dataclass(frozen=True, eq=False)
class RegionMasks:
    """The regions of one face.

    Attributes:
        scheme: A key of :data:`SCHEMES`.
        names: Region names from top to bottom.
        masks: (R, H, W) bool on the aligned crop, disjoint; all False for a region outside it.
        source: ``face mesh`` or ``five-point template``.
        sentence: Where the regions come from, for a person.
    """

    scheme: str
    names: tuple[str, ...]
    masks: npt.NDArray[np.bool_]
    source: MeshSource
    sentence: str

    def __getitem__(self, name: str) -> Mask:
        """The mask of one region, (H, W)."""
        mask: Mask = self.masks[self.names.index(name)]
        return mask


def region_masks(face: Face, scheme: str = "p2w") -> RegionMasks:
    """Find the regions of a face; the mesh runs once.

    Raises:
        UnknownName: When there is no such scheme.
    """
    if scheme not in SCHEMES:
        raise UnknownName(f"There is no region scheme {scheme!r}; there are {', '.join(SCHEMES)}.")
    mesh = mesh_of(face)
    height, width = face.pixels.shape[:2]
    owner = np.full((height, width), -1)
    regions, sentence = SCHEMES[scheme], mesh.sentence
    for outline in _PAINTED:
        for index, outlines in enumerate(regions.values()):
            if any(outline is each for each in outlines):
                owner[_hull(mesh.points, outline, (height, width))] = index
    masks = owner[None] == np.arange(len(regions))[:, None, None]
    if "hair" in regions:
        names = list(regions)
        hair, ears, how = _around(face, mesh)
        masks[names.index("hair")], masks[names.index("ears")] = hair, ears
        sentence = f"{sentence} {how}"
    return RegionMasks(scheme, tuple(regions), masks, mesh.source, sentence)


def _around(face: Face, mesh: Mesh) -> tuple[Mask, Mask, str]:
    """Hair and ears: what of the person is outside the oval of the face, above the mouth."""
    shape = face.pixels.shape[0], face.pixels.shape[1]
    oval = _hull(mesh.points, FACE_OVAL, shape)
    person = silhouette(face) if mesh.source == "face mesh" else None
    how = "Hair and ears are estimated from the person's silhouette."
    if person is None:
        middle = mesh.points[list(FACE_OVAL)].mean(0)
        person = _hull(middle + 1.25 * (mesh.points - middle), FACE_OVAL, shape)
        how = "Hair and ears are where an average head has them; they were not seen."
    outside = person & ~oval
    rows = np.arange(shape[0])[:, None]
    eyes, nose = (mesh.points[list(line), 1].mean() for line in (EYE_LINE, NOSE_LINE))
    beside = (rows >= eyes) & (rows <= nose)
    reach = max(1, round(0.12 * np.ptp(mesh.points[list(FACE_OVAL), 0])))
    kernel = np.ones((1, 2 * reach + 1), np.uint8)
    near = cv2.dilate(oval.astype(np.uint8), kernel).astype(bool)
    ears = outside & beside & near
    return outside & (rows <= nose) & ~ears, ears, how


def _hull(points: Points, outline: Outline, shape: tuple[int, int]) -> Mask:
    """Filled convex hull of some mesh points, (H, W)."""
    hull = cv2.convexHull(np.rint(points[list(outline)]).astype(np.int32))
    return np.asarray(cv2.fillConvexPoly(np.zeros(shape, np.uint8), hull, (1,)), bool)
