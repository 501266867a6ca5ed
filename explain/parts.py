"""What methods over whole parts of the face share: hiding parts, and a value for each part."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from explain.base import Parameter
from explain.regions import SCHEMES, region_masks
from explain.run import Lazy, Map, Maps, Run, Side
from recognition.model import Batch

Parts = npt.NDArray[np.bool_]
Choices = npt.NDArray[np.bool_]

SCHEME = Parameter(
    "scheme",
    "p2w",
    "The regions: those of the region table (p2w), or forehead, hair, ears and pairs in one (ifv).",
    choices=tuple(SCHEMES),
)


def regions(run: Run, side: Side, scheme: str) -> Parts:
    """Masks (R, H, W) of the named regions of one face, disjoint; found once a pair."""
    return region_masks(run.face(side), scheme).masks


def count(run: Run, scheme: str) -> int:
    """How many regions a scheme has, also those that lie outside the crop."""
    return len(run.once(regions, "a", scheme))


def hide(picture: npt.NDArray[np.float32], parts: Parts, hidden: Choices) -> Lazy:
    """The picture with some parts black.

    Args:
        picture: (H, W, 3).
        parts: (R, H, W), disjoint.
        hidden: (N, R), which parts each of the N pictures lacks.
    """
    flat = parts.reshape(len(parts), -1).astype(np.float32)

    def make(which: npt.NDArray[np.intp]) -> Batch:
        gone = (hidden[which].astype(np.float32) @ flat).reshape(-1, *picture.shape[:2])
        return picture * (1 - gone[..., None])

    return Lazy(len(hidden), make)


def hide_in_both(run: Run, scheme: str, hidden: Choices) -> npt.NDArray[np.float32]:
    """Scores (N,) with the same regions (N, R) black in both pictures."""
    pictures = (
        hide(run.picture(side), run.once(regions, side, scheme), hidden) for side in ("a", "b")
    )
    return run.pair_scores(*pictures)


def paint(values: npt.NDArray[np.floating], parts: Parts) -> Map:
    """Give every pixel the value of its part, (H, W); 0 outside all parts."""
    return np.tensordot(values, parts, 1).astype(np.float32)


def paint_both(run: Run, scheme: str, values: npt.NDArray[np.floating]) -> Maps:
    """The values (R,) of regions hidden in both pictures, on the regions of each."""
    map_a, map_b = (paint(values, run.once(regions, side, scheme)) for side in ("a", "b"))
    return map_a, map_b
