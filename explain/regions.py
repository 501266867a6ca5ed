"""The named regions of a face, as masks on the aligned crop.

``p2w`` are the nine of the explainability table (P2W sec. 2.2), ``ifv`` the nine of IFV sec. 3.
Left and right are the person's own. A region is what some points of the face mesh outline, hair and
ears what :mod:`explain.head` finds; where two overlap, the one painted later has the pixels.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from explain.head import Head, head_of
from explain.mesh import Mask, Mesh, MeshSource, mesh_of
from explain.outlines import (
    CHIN,
    FOREHEAD,
    LEFT_CHEEK,
    LEFT_EYE,
    LEFT_EYEBROW,
    LIPS,
    NOSE,
    RIGHT_CHEEK,
    RIGHT_EYE,
    RIGHT_EYEBROW,
    Outline,
)
from recognition.errors import UnknownName
from recognition.types import Face

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
"""Scheme -> region -> outlines, in anatomical order; hair and ears have none."""

# Large regions first, so that a small one keeps its pixels where outlines cross.
_BELOW_HAIR, _ABOVE_HAIR = (FOREHEAD, *_CHEEKS, CHIN), (NOSE, LIPS, *_EYES, *_EYEBROWS)


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
    return lay_out(mesh, head_of(face, mesh) if "hair" in SCHEMES[scheme] else None, scheme, face)


def lay_out(mesh: Mesh, head: Head | None, scheme: str, face: Face) -> RegionMasks:
    """Paint the regions of a mesh and a head that were found before.

    Args:
        mesh: Of the face.
        head: Its hair and ears; None for a scheme without them.
        scheme: A key of :data:`SCHEMES`.
        face: Whose crop to paint on.
    """
    shape = face.pixels.shape[0], face.pixels.shape[1]
    regions, sentence = SCHEMES[scheme], mesh.sentence
    names = list(regions)
    owner = np.full(shape, -1)

    def paint(outlines: Iterable[Outline]) -> None:
        for outline in outlines:
            for index, its_outlines in enumerate(regions.values()):
                if outline in its_outlines:
                    owner[outline.fill(mesh.points, shape)] = index

    paint(_BELOW_HAIR)
    if head is not None:
        owner[head.forehead] = names.index("forehead")
        owner[head.hair], owner[head.ears] = names.index("hair"), names.index("ears")
        sentence = f"{sentence} {head.sentence}"
    paint(_ABOVE_HAIR)
    masks = owner[None] == np.arange(len(names))[:, None, None]
    return RegionMasks(scheme, tuple(names), masks, mesh.source, sentence)
