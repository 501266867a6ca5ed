"""What the inpainting explainers share: both faces with the same regions filled anew, and scores.

Claro (2025) fills each region once, with RePaint. Here it is filled several times: the mean tells
what the region does, the spread how much of that is the fill's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from explain.base import Parameter
from explain.inpainters import INPAINTERS, Inpainter, find_inpainter
from explain.inpainters.base import Masks
from explain.parts import regions
from explain.regions import SCHEMES
from explain.run import SIDES, Lazy, Replaced, Run, Side
from recognition.model import Batch

RIM = 0.02
"""How far a hole reaches beyond its region, as a share of the crop's width.

Without it a rim of the person's own part stays and tells the recogniser, and the inpainter, what
was there."""

Scores = npt.NDArray[np.float64]
States = Mapping[Side, Batch]

INPAINTER = Parameter(
    "inpainter",
    next(iter(INPAINTERS)),
    "What fills the regions: "
    + " ".join(f"{entry.name}: {entry.sentence}" for entry in INPAINTERS.values()),
    choices=tuple(INPAINTERS),
)
FILLS = Parameter(
    "fills", 4, "Different faces each region is filled with; their mean counts.", 1, 16, 1
)
SCHEME = Parameter(
    "scheme",
    "ifv",
    "The regions: forehead, hair, ears and pairs in one (ifv), or those of the region table (p2w).",
    choices=tuple(SCHEMES)[::-1],
)


@dataclass(eq=False)
class Fillings:
    """A pair whose regions can be filled anew.

    Attributes:
        run: The pair being explained.
        names: (R,) the regions.
        holes: Side -> (R, H, W), the regions with their rim; empty where one of the two pictures
            does not show the region, for then it cannot be replaced in both.
        inpainter: What fills them.
        seeds: Side -> one for each fill.
        first: Side -> region -> the picture with the first of its fills, once it was drawn.
    """

    run: Run
    names: tuple[str, ...]
    holes: Mapping[Side, Masks]
    inpainter: Inpainter
    seeds: Mapping[Side, Sequence[int]]
    first: dict[Side, dict[int, Batch]] = field(default_factory=lambda: {"a": {}, "b": {}})

    @property
    def fills(self) -> int:
        """How many different faces each region is filled with."""
        return len(self.seeds["a"])

    def pictures(self, side: Side, masks: Masks, fills: Sequence[int]) -> Lazy:
        """One picture with each hole (N, H, W) filled, by each of some fills."""
        face, seeds = self.run.face(side), self.seeds[side]

        def make(which: npt.NDArray[np.intp]) -> Batch:
            rows, columns = np.divmod(which, len(fills))
            drawn = [seeds[fills[each]] for each in columns]
            return self.inpainter.fill_many(face, masks[rows], drawn, self.run.part_done)

        return Lazy(len(masks) * len(fills), make)

    def _own(self, side: Side) -> Lazy:
        """One picture with each region filled by each fill; the first of each is kept."""
        pictures = self.pictures(side, self.holes[side], range(self.fills))

        def make(which: npt.NDArray[np.intp]) -> Batch:
            made = pictures.make(which)
            for at in np.flatnonzero(which % self.fills == 0):
                self.first[side][which[at] // self.fills] = made[at]
            return made

        return replace(pictures, make=make)

    @cached_property
    def alone(self) -> Scores:
        """Scores (R, fills) of the pair without each of its own regions by itself."""
        pictures = map(self._own, SIDES)
        return self.run.pair_scores(*pictures).reshape(-1, self.fills).astype(np.float64)

    @property
    def untouched(self) -> States:
        """Both faces as they are, once for each fill."""
        return {side: np.stack([self.run.picture(side)] * self.fills) for side in SIDES}

    def further(self, states: States, regions: npt.NDArray[np.intp]) -> Scores:
        """Scores (N, fills) with one more of N regions filled, on top of what was filled before."""

        def pictures(side: Side) -> Lazy:
            def make(which: npt.NDArray[np.intp]) -> Batch:
                return np.concatenate(
                    [
                        self._fill(side, states, int(fill), regions[which[which // n == fill] % n])
                        for fill in np.unique(which // n)
                    ]
                )

            return Lazy(n * self.fills, make)

        n = len(regions)
        scores = self.run.pair_scores(*(pictures(side) for side in SIDES))
        return scores.reshape(self.fills, n).T.astype(np.float64)

    def filled(self, states: States, region: int) -> States:
        """The faces with one more region filled."""
        return {
            side: np.concatenate(
                [self._fill(side, states, fill, np.array([region])) for fill in range(self.fills)]
            )
            for side in SIDES
        }

    def _fill(self, side: Side, states: States, fill: int, regions: npt.NDArray[np.intp]) -> Batch:
        face = replace(self.run.face(side), pixels=states[side][fill])
        seeds = [self.seeds[side][fill]] * len(regions)
        return self.inpainter.fill_many(face, self.holes[side][regions], seeds, self.run.part_done)

    def replaced(self) -> tuple[Replaced, ...]:
        """What each region by itself does, with one fill to look at."""
        scores = self.alone
        return tuple(
            Replaced(
                region=name,
                score=float(scores[at].mean()),
                change=self.run.reference - float(scores[at].mean()),
                spread=float(scores[at].std()),
                pictures=(_as_shown(self.first["a"][at]), _as_shown(self.first["b"][at])),
            )
            for at, name in enumerate(self.names)
            if self.holes["a"][at].any()
        )


def disc(radius: float) -> npt.NDArray[np.uint8]:
    """A structuring element for OpenCV."""
    side = 2 * max(1, round(radius)) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)


def fillings(run: Run, inpainter: str, fills: int, scheme: str) -> Fillings:
    """Make the pair ready; to be called by ``run.once``."""
    return prepare(run, find_inpainter(inpainter), fills, scheme)


def prepare(run: Run, entry: Inpainter, fills: int, scheme: str) -> Fillings:
    """The same with an inpainter that need not be in the registry."""
    masks = {side: run.once(regions, side, scheme) for side in SIDES}
    both = np.logical_and(*(each.any((1, 2)) for each in masks.values()))
    kernel = disc(RIM * run.shape[1])
    holes: dict[Side, Masks] = {
        side: np.stack([cv2.dilate(mask.astype(np.uint8), kernel) > 0 for mask in each])
        & both[:, None, None]
        for side, each in masks.items()
    }
    count = fills if entry.stochastic else 1
    drawn = run.rng().integers(2**31, size=(2, count)).tolist()
    # The two faces get different fills, or they would become alike by what was put into both;
    # which face gets which must not depend on their order, or swapping them would change the maps.
    turned = run.a.tobytes() > run.b.tobytes()
    seeds: dict[Side, Sequence[int]] = {"a": drawn[turned], "b": drawn[not turned]}
    return Fillings(run, tuple(SCHEMES[scheme]), holes, entry, seeds)


def _as_shown(picture: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    return np.rint(picture * 255).astype(np.uint8)


def at_most(inpainter: str, fills: int, regions: int) -> int | None:
    """How many pictures are embedded, and filled, which counts as more of them.

    Args:
        inpainter: Its name.
        fills: For each region; fewer where all are alike.
        regions: How many are filled in each picture, one that is filled again counts again.

    Returns:
        None where nobody can tell how long a fill takes.
    """
    entry = find_inpainter(inpainter)
    if entry.work is None:
        return None
    count = 2 * regions * (fills if entry.stochastic else 1)
    return 2 + count + round(count * entry.work)
