"""Greedy removal and aggregation of places, without trying every place in every step.

Plain greedy search looks at every place in every step. Lazy search (Minoux 1978) trusts old gains
as upper bounds, which holds for submodular scores only; a face network's is far from it: taking one
place changes the gains of all. So a step here first looks again at every second row and column of
places, carries the change it finds there over to their neighbours, and then looks at those places
that may still win, the most promising first. "May" is the expected gain plus ``caution`` times the
typical error of such an expectation; with infinite caution the search is the plain one.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from explain.base import Parameter
from explain.grid import (
    GRID,
    NOISE,
    WIDTH,
    Mode,
    black_score,
    single,
    single_map,
    smooth,
    spots,
    to_pixels,
)
from explain.run import Lazy, Map, Run, Side

STEPS = Parameter("steps", 8, "Most spots the search may take.", 1, 100, 1)
STOP = Parameter(
    "stop",
    0.05,
    "Stop when a spot changes the score by less than this share of the largest change so far.",
    *(0.0, 0.5, 0.01),
)
CAUTION = Parameter(
    "caution",
    2.0,
    "How sure to be that a spot cannot win before leaving it out; more is slower and more exact.",
    *(0.0, 10.0, 0.5),
)

SETTINGS = (GRID, WIDTH, STEPS, STOP, CAUTION)

Values = npt.NDArray[np.float32]
BATCH = 8
MODES: tuple[Mode, Mode] = ("remove", "add")


@dataclass(frozen=True)
class Settings:
    """How to search; the fields are the parameters in :data:`SETTINGS`."""

    grid: int
    width: float
    steps: int
    stop: float
    caution: float


@dataclass(eq=False)
class Search:
    """A picture being taken apart (``remove``) or put together (``add``), place by place.

    Attributes:
        visible: (H, W) in [0, 1], the share of each pixel that is shown.
        score: Score of what is visible.
        gains: (places,) what taking each place is believed to bring, in the wanted direction;
            all of them known exactly when the search begins.
        taken: Place -> what it brought, in the order of taking.
    """

    run: Run
    side: Side
    mode: Mode
    masks: Map
    visible: Map
    score: float
    gains: Values
    taken: dict[int, float] = field(default_factory=dict)
    _fresh: bool = True

    @property
    def grid(self) -> int:
        """Places along each side."""
        return round(len(self.masks) ** 0.5)

    @property
    def free(self) -> npt.NDArray[np.bool_]:
        """(places,) those not taken yet."""
        free = np.ones(len(self.masks), bool)
        free[list(self.taken)] = False
        return free

    def after(self, places: npt.NDArray[np.intp]) -> Map:
        """What is visible (n, H, W) after taking each place."""
        if self.mode == "remove":
            return self.visible * (1 - self.masks[places])
        return np.minimum(1, self.visible + self.masks[places])

    def look(self, places: npt.NDArray[np.intp]) -> Values:
        """The gains of some places as they are now."""
        picture = self.run.picture(self.side)
        changed = Lazy(len(places), lambda which: picture * self.after(places[which])[..., None])
        gains: Values = self.run.scores(changed, self.side) - np.float32(self.score)
        return -gains if self.mode == "remove" else gains

    def step(self, least: float, caution: float) -> bool:
        """Take the best place, unless it brings less than ``least``; whether one was taken."""
        if not self.free.any():
            return False
        if not self._fresh:
            self._look_again(caution)
        best = int(np.where(self.free, self.gains, -np.inf).argmax())
        gain = float(self.gains[best])
        if gain < max(least, NOISE):
            return False
        self.visible = self.after(np.array([best]))[0]
        self.score += gain if self.mode == "add" else -gain
        self.taken[best] = gain
        self._fresh = False
        return True

    def _look_again(self, caution: float) -> None:
        free, before = self.free, self.gains
        now = before.copy()
        seen = free & _lattice(self.grid, len(self.taken))
        if not seen.any():
            seen = free.copy()
        now[seen] = self.look(np.flatnonzero(seen))
        near = _nearness(self.grid)
        while True:
            expected = before + _spread(near, now - before, seen)
            # How far off the places looked at would be, were they guessed from the others.
            guessed = _spread(near - np.eye(len(near)), now - before, seen)
            errors = (now - before - guessed)[seen]
            error = max(NOISE, float(np.sqrt(errors @ errors / len(errors))))
            # The first steps change the picture most, and what they miss misleads all later ones.
            hope = expected + caution * (1 + 1 / len(self.taken)) * error
            leader = now[seen].max()
            hopeful = np.flatnonzero(free & ~seen & (hope > leader))
            if not len(hopeful):
                break
            places = hopeful[np.argsort(-expected[hopeful], kind="stable")][:BATCH]
            now[places] = self.look(places)
            seen[places] = True
        # The leader is among the places seen; hope for the others waits for the next step.
        self.gains = np.where(seen, now, np.minimum(expected, leader)).astype(np.float32)

    def go(self, settings: Settings, until: float | None = None) -> None:
        """Take places until the score has got to ``until``, or there is little more to win."""
        for _ in self.run.steps(range(settings.steps)):
            least = settings.stop * max(self.taken.values(), default=0.0)
            if not self.step(least, settings.caution):
                break
            if until is not None and (self.score >= until) == (self.mode == "add"):
                break

    def turned(self, mode: Mode) -> Search:
        """A search in the other direction, from what is visible now."""
        turned = replace(self, mode=mode, taken={}, _fresh=True)
        turned.gains = turned.look(np.arange(len(self.masks)))
        return turned

    def values(self) -> Values:
        """What each place brought, (grid, grid); 0 where none was taken."""
        values = np.zeros(len(self.masks), np.float32)
        values[list(self.taken)] = list(self.taken.values())
        return values.reshape(self.grid, self.grid)


def greedy(run: Run, side: Side, mode: Mode, settings: Settings) -> Values:
    """Evidence (grid, grid) of the places a greedy search takes: S1- or S1+ (IFV eq. 2.14, 2.16).

    Removing starts from the whole picture and the value of a place is the decrease it brings;
    aggregation starts from black and it is the increase. The first step is S0's result.
    """
    whole = mode == "remove"
    search = Search(
        run,
        side,
        mode,
        masks=spots(run.shape, settings.grid, settings.width),
        visible=np.full(run.shape, float(whole), np.float32),
        score=run.reference if whole else run.once(black_score, side),
        gains=run.once(single, side, mode, settings.grid, settings.width).ravel(),
    )
    search.go(settings)
    return search.values()


def expected(settings: Settings) -> int:
    """About how many pictures one search of one side embeds, S0's included.

    A later step looks at somewhat less than half of the places: 47 to 50 of 100 on
    dlib-resnet29 and face-reidentification-retail-0095 with the default settings. It is fewer when
    the search stops early.
    """
    places = settings.grid**2
    return places + (settings.steps - 1) * (places - 1) // 2


def greedy_map(run: Run, side: Side, mode: Mode, settings: Settings) -> Map:
    """:func:`greedy` in pixels, (H, W), not smoothed yet."""
    return painted(run.once(greedy, side, mode, settings), run.shape, settings.width)


def painted(values: Values, shape: tuple[int, int], width: float) -> Map:
    """Each taken place as the spot it is.

    A search leaves single points. S0's maps have the spot in them already, as every place near a
    pixel hides it too; painted like this both kinds have the same resolution.
    """
    return smooth(to_pixels(values, shape), width)


def four(run: Run, side: Side, settings: Settings) -> list[Map]:
    """S0-, S1-, S0+ and S1+ of one side, (H, W) each, not smoothed; each computed once."""
    return [
        part
        for mode in MODES
        for part in (
            single_map(run, side, mode, settings.grid, settings.width),
            greedy_map(run, side, mode, settings),
        )
    ]


def _lattice(grid: int, turn: int) -> npt.NDArray[np.bool_]:
    """Every second row and column, (grid * grid,); after four turns each place had its own."""
    row, column = ((0, 0), (1, 1), (0, 1), (1, 0))[turn % 4]
    chosen = np.zeros((grid, grid), bool)
    chosen[row::2, column::2] = True
    return chosen.ravel()


def _nearness(grid: int) -> npt.NDArray[np.float64]:
    """(places, places) Gaussian weights, one place wide."""
    line = np.exp(-((np.arange(grid)[:, None] - np.arange(grid)) ** 2) / 2)
    return np.kron(line, line)


def _spread(
    near: npt.NDArray[np.float64], change: Values, seen: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float64]:
    """The change at every place, as the weighted mean of those that were seen."""
    weights = near[:, seen]
    spread: npt.NDArray[np.float64] = (weights @ change[seen]) / (weights.sum(1) + 1e-12)
    return spread
