"""Greedy removal and aggregation of places, without trying every place in every step.

Plain greedy search looks at every place in every step. A face network is far from the submodular
scores for which old gains bound new ones (lazy greedy, Minoux 1978): taking one place changes the
gains of all. But the gains of neighbouring places are alike. So a step here looks first at the
places a :class:`~explain.belief.Belief` calls promising, learns from each what to think of its
neighbours, and ends when no other place is expected to win, even with ``caution`` standard
deviations of luck. With infinite caution the search is the plain one.

The best places seldom lie on the coarse grid that is enough for S0's smooth maps, so the search
goes over a finer one.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from explain.base import Parameter
from explain.belief import Belief
from explain.grid import (
    GRID,
    WIDTH,
    Mode,
    black_score,
    single,
    single_map,
    smooth,
    spots,
    to_pixels,
)
from explain.run import NOISE, Lazy, Map, Run, Side
from recognition.errors import BadSetting

COARSE = replace(GRID, maximum=20)  # 60 places along each side are the most a belief can hold
FINER = Parameter(
    "finer", 3, "How many times more places along each side the search may take.", 1, 3, 2
)
STEPS = Parameter("steps", 8, "Most spots the search may take.", 1, 100, 1)
STOP = Parameter(
    "stop",
    0.05,
    "Stop when a spot changes the score by less than this share of the largest change so far.",
    *(0.0, 0.5, 0.01),
)
CAUTION = Parameter(
    "caution",
    3.0,
    "How sure to be that a spot cannot win before leaving it out; more is slower and more exact.",
    *(0.0, 10.0, 0.5),
)

SETTINGS = (COARSE, WIDTH, FINER, STEPS, STOP, CAUTION)

Values = npt.NDArray[np.float32]
BATCH = 8
HILLS = 0.65  # how high a hill is, as a share of the highest, for its top to be looked for
MODES: tuple[Mode, Mode] = ("remove", "add")


@dataclass(frozen=True)
class Settings:
    """How to search; the fields are the parameters in :data:`SETTINGS`.

    Raises:
        BadSetting: ``finer`` is even.
    """

    grid: int
    width: float
    finer: int
    steps: int
    stop: float
    caution: float

    def __post_init__(self) -> None:
        if self.finer % 2 == 0:  # no place of an even grid is the centre of a coarser cell
            raise BadSetting(f"Set finer to an odd number, such as 3, not {self.finer}.")

    @property
    def places(self) -> int:
        """Places along each side that the search may take."""
        return self.grid * self.finer

    @property
    def lattice(self) -> npt.NDArray[np.intp]:
        """(grid * grid,) those of them that are the coarse grid's."""
        line = np.arange(self.grid) * self.finer + self.finer // 2
        return (line[:, None] * self.places + line).ravel()


@dataclass(eq=False)
class Search:
    """A picture being taken apart (``remove``) or put together (``add``), place by place.

    Attributes:
        how: The settings.
        visible: (H, W) in [0, 1], the share of each pixel that is shown.
        score: Score of what is visible.
        first: (grid * grid,) what taking each place of the coarse grid brings at the beginning, in
            the wanted direction; looked at when not given.
        taken: Place -> what it brought, in the order of taking.
    """

    run: Run
    side: Side
    mode: Mode
    how: Settings
    visible: Map
    score: float
    first: Values | None = None
    taken: dict[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.first is None:
            self.first = self.look(self.how.lattice)

    @cached_property
    def _belief(self) -> Belief:
        assert self.first is not None
        return Belief(self.how.places, self.how.width, self.how.lattice, self.first)

    @property
    def _exact(self) -> bool:
        """Whether every place is looked at, so that nothing needs to be believed."""
        return bool(np.isinf(self.how.caution))

    def after(self, places: npt.NDArray[np.intp]) -> Map:
        """What is visible (n, H, W) after taking each place."""
        taken = spots(self.run.shape, self.how.places, self.how.width, places)
        if self.mode == "remove":
            return self.visible * (1 - taken)
        return np.minimum(1, self.visible + taken)

    def look(self, places: npt.NDArray[np.intp]) -> Values:
        """The gains of some places as they are now."""
        picture = self.run.picture(self.side)
        changed = Lazy(len(places), lambda which: picture * self.after(places[which])[..., None])
        gains: Values = self.run.scores(changed, self.side) - np.float32(self.score)
        return -gains if self.mode == "remove" else gains

    def step(self, least: float) -> bool:
        """Take the best place, unless it brings less than ``least``; whether one was taken."""
        gains = self._gains()
        best = int(gains.argmax())
        gain = float(gains[best])
        if gain < max(least, NOISE):
            return False
        self.visible = self.after(np.array([best]))[0]
        self.score += gain if self.mode == "add" else -gain
        self.taken[best] = gain
        if not self._exact:
            self._belief.took(best, gain)
        return True

    def _gains(self) -> Values:
        """(places,) the gains of those that could win, -inf where nobody looked."""
        free = np.ones(self.how.places**2, bool)
        free[list(self.taken)] = False
        gains = np.full(len(free), -np.inf, np.float32)
        if not self.taken:
            gains[self.how.lattice] = self.first
        while len(places := self._next(free & np.isinf(gains), gains)):
            gains[places] = self.look(places)
            if not self._exact:
                self._belief.learn(places, gains[places])
        return gains

    def _next(self, unseen: npt.NDArray[np.bool_], gains: Values) -> npt.NDArray[np.intp]:
        if self._exact:
            return np.flatnonzero(unseen)
        places = self._belief.promising(unseen, gains.max(), self.how.caution, BATCH)
        return places if len(places) else self._around_hills(gains, unseen)

    def _around_hills(self, gains: Values, unseen: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
        """Places nobody looked at next to the tops of the highest hills seen.

        Hills can be steeper than the belief has it, in black surroundings above all.
        """
        size = self.how.places
        seen = gains.reshape(size, size)
        square = np.ones((3, 3), np.uint8)
        tops = (seen == cv2.dilate(seen, square)) & (seen > HILLS * seen.max())
        beside = cv2.dilate(tops.astype(np.uint8), square).astype(bool)
        return np.flatnonzero(beside.ravel() & unseen)

    def go(self, until: float | None = None) -> None:
        """Take places until the score has got to ``until``, or there is little more to win."""
        for _ in self.run.steps(range(self.how.steps)):
            if not self.step(self.how.stop * max(self.taken.values(), default=0.0)):
                break
            if until is not None and (self.score >= until) == (self.mode == "add"):
                break

    def turned(self, mode: Mode) -> Search:
        """A search in the other direction, from what is visible now."""
        return replace(self, mode=mode, first=None, taken={})

    def values(self) -> Values:
        """What each place brought, (places, places); 0 where none was taken."""
        values = np.zeros(self.how.places**2, np.float32)
        values[list(self.taken)] = list(self.taken.values())
        return values.reshape(self.how.places, self.how.places)


def begun(run: Run, side: Side, mode: Mode, settings: Settings) -> Search:
    """A search from the whole picture, or from black, that begins with what S0 found."""
    whole = mode == "remove"
    return Search(
        run,
        side,
        mode,
        settings,
        # S0 first: nearly all of the passes are its own, and progress is told of each.
        first=run.once(single, side, mode, settings.grid, settings.width).ravel(),
        visible=np.full(run.shape, float(whole), np.float32),
        score=run.reference if whole else run.once(black_score, side),
    )


def greedy(run: Run, side: Side, mode: Mode, settings: Settings) -> Values:
    """Evidence (places, places) of a greedy search: S1- or S1+ (IFV eq. 2.14, 2.16).

    Removing starts from the whole picture and the value of a place is the decrease it brings;
    aggregation starts from black and it is the increase.
    """
    first_look = settings.grid**2 / expected(settings)
    with run.part(0, first_look):
        search = begun(run, side, mode, settings)
    with run.part(first_look, 1):
        search.go()
    return search.values()


def expected(settings: Settings) -> int:
    """About how many pictures one search of one side embeds, S0's included.

    A step of a search of 30 x 30 places looks at about 64 of them on dlib-resnet29 and
    face-reidentification-retail-0095 with the default settings. It is fewer when the search stops
    early.
    """
    return settings.grid**2 + settings.steps * settings.places**2 // 14


def greedy_map(run: Run, side: Side, mode: Mode, settings: Settings) -> Map:
    """:func:`greedy` in pixels, (H, W), not smoothed yet."""
    return painted(run.once(greedy, side, mode, settings), run.shape, settings)


def painted(values: Values, shape: tuple[int, int], settings: Settings) -> Map:
    """Each taken place as the spot it is, (H, W).

    A search leaves single points. S0's maps have the spot in them already, as every place near a
    pixel hides it too; painted like this both kinds have the same resolution. A place counts for
    the cell of the coarse grid it stands in, so that a finer search does not weigh less.
    """
    return smooth(to_pixels(values, shape), settings.width) * np.float32(settings.finer**2)


def four(run: Run, side: Side, settings: Settings) -> list[Map]:
    """S0-, S1-, S0+ and S1+ of one side, (H, W) each, not smoothed; each computed once."""
    maps = []
    for mode in run.steps(MODES):
        searched = greedy_map(run, side, mode, settings)  # S0's passes are made in it
        maps += [single_map(run, side, mode, settings.grid, settings.width), searched]
    return maps
