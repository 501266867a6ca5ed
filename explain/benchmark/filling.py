"""What inpainters are measured by: who is still found in the face, how real it looks, how long."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from explain.benchmark.curves import SHARES, Curve, faithfulness
from explain.benchmark.summary import Interval, bootstrap
from explain.inpainters.base import Inpainter, Masks, Told
from explain.inpainting import Fillings, disc, prepare
from explain.parts import paint_both
from explain.run import SIDES, Run
from recognition.model import Batch
from recognition.score import describe, similarity
from recognition.types import Comparison, Face

SCHEME = "ifv"
OUTER = ("hair", "ears")
GAP = 0.03  # share of the crop's width
ALL_INNER = "all inner regions"


def black(face: Face, masks: Masks, _seeds: Sequence[int], _told: Told) -> Batch:
    """Nothing in every hole."""
    return np.zeros((len(masks), *face.pixels.shape), np.float32)


BLACK = Inpainter(
    name="black",
    title="Black",
    sentence="Paints the hole black.",
    citation="",
    function=black,
    work=0,
    stochastic=False,
)
"""What most methods do instead of inpainting."""


@dataclass(frozen=True)
class Look:
    """What one hole in one face of a pair becomes.

    Attributes:
        own: Similarity of the filled face to itself unchanged, mean over the fills.
        score: The pair's score with this face filled and the other unchanged, mean over the fills.
        matched: Share of fills with which the pair is still called a match.
        error: Mean absolute error in the hole, of values 0 to 1.
        psnr: Peak signal to noise ratio in the hole, dB.
        sharpness: Strength of the edges in the hole against the original's; 1 is as sharp.
        variety: Mean absolute difference of two fills in the hole, 0 to 1.
    """

    own: float
    score: float
    matched: float
    error: float
    psnr: float
    sharpness: float
    variety: float


def look(
    pair: Comparison, face: Face, other: Face, hole: npt.NDArray[np.bool_], fills: Batch
) -> Look:
    """Measure the fills (K, H, W, 3) of one hole (H, W) in one face of a pair."""
    model = pair.model
    embedded = describe(model, np.concatenate([fills, face.pixels[None], other.pixels[None]]))
    own, score = (similarity(embedded[:-2], embedded[at]) for at in (-2, -1))
    inside = fills[:, hole] - face.pixels[hole]
    edges, before = (strength(each, hole) for each in (fills, face.pixels[None]))
    return Look(
        own=float(own.mean()),
        score=float(score.mean()),
        matched=float((score >= pair.threshold).mean()),
        error=float(np.abs(inside).mean()),
        psnr=float(-10 * np.log10((inside**2).mean() + 1e-12)),
        sharpness=float(edges / max(before, 1e-6)),
        variety=float(np.abs(np.diff(fills[:, hole], axis=0)).mean()) if len(fills) > 1 else 0.0,
    )


def strength(pictures: Batch, hole: npt.NDArray[np.bool_]) -> float:
    """Mean absolute Laplacian inside a hole, its rim left out."""
    inside = cv2.erode(hole.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    inside = inside if inside.any() else hole
    return float(np.mean([np.abs(cv2.Laplacian(each, cv2.CV_32F))[inside] for each in pictures]))


def looks(pair: Comparison, entry: Inpainter, fills: int, seed: int = 0) -> dict[str, list[Look]]:
    """Both faces of a pair, each region replaced by itself, and all inner regions at once.

    Returns:
        Region, or :data:`ALL_INNER` -> one look a face.
    """
    filled = prepare(Run(pair, seed=seed), entry, fills, SCHEME)
    inner = [at for at, name in enumerate(filled.names) if name not in OUTER]
    choices = {name: [at] for at, name in enumerate(filled.names)} | {ALL_INNER: inner}
    found: dict[str, list[Look]] = {}
    for name, chosen in choices.items():
        for side in SIDES:
            face, other = (pair.a, pair.b) if side == "a" else (pair.b, pair.a)
            hole = (
                closed(filled.holes[side][chosen].any(0))
                if len(chosen) > 1
                else (filled.holes[side][chosen[0]])
            )
            if hole.any():
                made = filled.pictures(side, hole[None], range(filled.fills))[:]
                found.setdefault(name, []).append(look(pair, face, other, hole, made))
    return found


def closed(hole: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """The hole with narrow gaps in it closed: strips of the own face between two regions."""
    kernel = disc(GAP * hole.shape[1])
    whole: npt.NDArray[np.bool_] = (
        cv2.morphologyEx(hole.astype(np.uint8), cv2.MORPH_CLOSE, kernel) > 0
    )
    return whole


def seconds_a_fill(pair: Comparison, entry: Inpainter, fills: int) -> float:
    """Wall time of one fill, in a batch of all regions, the network loaded before."""
    filled = prepare(Run(pair), entry, fills, SCHEME)
    pictures = filled.pictures("a", filled.holes["a"], range(filled.fills))
    _ = pictures[:4]
    began = time.perf_counter()
    _ = pictures[:]
    return (time.perf_counter() - began) / len(pictures)


def single_maps(filled: Fillings) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """The maps of S0 (IFV eq. 3.3) with any inpainter, not scaled."""
    changes = filled.run.reference - filled.alone.mean(1)
    return paint_both(filled.run, SCHEME, changes)


def ablate(
    pair: Comparison, entries: Sequence[Inpainter], fills: int, seed: int = 0
) -> dict[str, dict[str, Curve]]:
    """Deletion and insertion with the regions as S0 ranks them, for each inpainter."""
    curves = {}
    for entry in entries:
        maps = single_maps(prepare(Run(pair, seed=seed), entry, fills, SCHEME))
        curves[entry.name] = faithfulness(pair, maps, signed=True, seed=seed)
    return curves


def area(curves: Sequence[Curve], genuine: npt.NDArray[np.bool_], threshold: float) -> Interval:
    """Accuracy over the shares, in percent, both pictures of a pair counted.

    Args:
        curves: (2, 11) scores for each pair.
        genuine: (P,) kind of each pair.
        threshold: Of the decision.
    """
    right = ((np.stack(curves) >= threshold) == genuine[:, None, None]).mean(1)
    return bootstrap(lambda pairs: 100 * float(np.trapz(right[pairs].mean(0), SHARES)), genuine)


def difference(
    ours: Sequence[Curve],
    theirs: Sequence[Curve],
    genuine: npt.NDArray[np.bool_],
    threshold: float,
) -> Interval:
    """Area of one method less that of another on the same pairs."""
    right = [
        ((np.stack(curves) >= threshold) == genuine[:, None, None]).mean(1)
        for curves in (ours, theirs)
    ]
    gain = right[0] - right[1]
    return bootstrap(lambda pairs: 100 * float(np.trapz(gain[pairs].mean(0), SHARES)), genuine)


def mean_look(found: Sequence[Look]) -> Mapping[str, float]:
    """The mean of each figure."""
    names = Look.__dataclass_fields__
    return {name: float(np.mean([getattr(each, name) for each in found])) for name in names}
