"""Curves of scores while more and more of a picture is hidden, shown or repaired.

What counts as important depends on the decision that the map explains: for a match the most similar
pixels come first, for a non-match the most dissimilar ones. A map without sign has one order for
both. Ties go by a fixed random order: without it, region maps would move in jumps.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from explain.run import SIDES, Map, Run
from recognition.types import Comparison

SHARES = np.linspace(0, 1, 11)
REPAIRED = np.arange(0, 100, 5) / 100
BLUR = 0.1
"""Sigma of the hiding game's Gaussian, as a share of the crop."""

Curve = npt.NDArray[np.float32]
Masks = npt.NDArray[np.bool_]


def importance(values: Map, *, signed: bool, is_match: bool) -> Map:
    """A map (H, W) as evidence for the decision: larger = more important."""
    return -values if signed and not is_match else values


def first(values: Map, shares: npt.NDArray[np.floating], seed: int) -> Masks:
    """The pixels with the largest values, one mask (len(shares), H, W) for each share of them."""
    ties = np.random.default_rng(seed).random(values.size)
    order = np.lexsort((ties, -values.ravel()))
    place = np.empty(values.size, int)
    place[order] = np.arange(values.size)
    counts = np.rint(shares * values.size).astype(int)
    return (place < counts[:, None]).reshape(-1, *values.shape)


def faithfulness(
    pair: Comparison, maps: tuple[Map, Map], *, signed: bool, seed: int
) -> dict[str, Curve]:
    """Scores while one picture changes and the other stays, ``A`` by map A, then ``B`` by map B.

    Args:
        pair: What the maps explain.
        maps: As an explanation has them.
        signed: Whether they can be negative.
        seed: Of the tie-breaking.

    Returns:
        ``deletion``: the most important share of a picture is black; ``insertion``: all but that
        share is black (both IFV sec. 4.3); ``hiding``: the least important share is blurred
        (DDFV sec. IV-B). Each (2, 11), shares 0 to 1.
    """
    run = Run(pair)
    curves: dict[str, list[Curve]] = {"deletion": [], "insertion": [], "hiding": []}
    for side, values in zip(SIDES, maps, strict=True):
        picture = run.picture(side)
        ranked = importance(values, signed=signed, is_match=pair.is_match)
        most = first(ranked, SHARES, seed)[..., None]
        least = first(-ranked, SHARES, seed)[..., None]
        blurred = cv2.GaussianBlur(picture, (0, 0), BLUR * picture.shape[0])
        versions = (picture * ~most, picture * most, np.where(least, blurred, picture))
        scores = run.scores(np.concatenate(versions), side)
        for name, curve in zip(curves, np.split(scores, 3), strict=True):
            curves[name].append(curve)
    return {name: np.stack(both) for name, both in curves.items()}


def repair(pair: Comparison, original: Map, values: Map, *, signed: bool, seed: int) -> Curve:
    """Scores while the patched first picture is repaired, (20,) for 0 to 95 % of its pixels.

    Pixels are replaced by the original ones: those with the lowest values first if the patched
    pair was called a non-match, those with the highest first if a match (Huber et al. 2024,
    sec. 4.3). Without a sign, high values come first either way.

    Args:
        pair: The patched pair.
        original: The first picture before it was patched, (H, W, 3).
        values: Map of the patched picture, (H, W).
        signed: Whether it can be negative.
        seed: Of the tie-breaking.
    """
    run = Run(pair)
    ranked = importance(values, signed=signed, is_match=pair.is_match)
    repaired = first(ranked, REPAIRED, seed)[..., None]
    return run.scores(np.where(repaired, original, run.a).astype(np.float32), "a")
