"""The regions of the faces that are on the page, each found once."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from explain import Masks, RegionMasks, region_masks
from recognition import Comparison, Face

# Weak: the regions of a face go when it goes.
_FOUND: WeakKeyDictionary[Face, dict[str, RegionMasks]] = WeakKeyDictionary()


def masks_of(pair: Comparison, scheme: str) -> Masks:
    """The regions of both faces by that scheme."""
    return {"a": masks_on(pair.a, scheme), "b": masks_on(pair.b, scheme)}


def masks_on(face: Face, scheme: str) -> RegionMasks:
    """The regions of a face by that scheme; the face mesh runs once a face and scheme."""
    found = _FOUND.setdefault(face, {})
    if scheme not in found:
        found[scheme] = region_masks(face, scheme)
    return found[scheme]
