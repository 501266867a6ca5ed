"""SEQ: greedy aggregation and greedy removal in turns."""

from __future__ import annotations

from typing import Any

from explain.base import Explainer, Parameter, per_side
from explain.greedy import SETTINGS, Settings, begun, expected, painted
from explain.grid import SMOOTHING, smooth
from explain.run import Map, Run, Side
from recognition.types import Comparison

ROUNDS = Parameter("rounds", 2, "How often to build the face up and take it apart.", 1, 5, 1)
UPPER = Parameter(
    "upper",
    0.9,
    "Add spots until this share of the way from black to the whole face's score.",
    *(0.1, 1.0, 0.05),
)
LOWER = Parameter(
    "lower",
    0.5,
    "Then remove spots until the score is down to this share of the way.",
    *(0.0, 0.9, 0.05),
)


def explain_side(
    run: Run,
    side: Side,
    rounds: int,
    upper: float,
    lower: float,
    smoothing: float,
    **settings: Any,
) -> Map:
    """What each place brought when it came and cost when it went, in the last round.

    The score passes ``upper`` by aggregation and falls under ``lower`` by removal, from what the
    aggregation has built; the next round goes on from what is left (IFV sec. 2.4.1, SEQ).
    """
    how, turns = Settings(**settings), 2 * rounds
    first_look = how.grid**2 / a_turn(how)
    with run.part(0, first_look / turns):
        search = begun(run, side, "add", how)
    black, values = search.score, search.values()
    way = run.reference - black
    for turn in run.steps(range(turns)):
        adding = turn % 2 == 0
        if turn:
            with run.part(0, first_look):
                search = search.turned("add" if adding else "remove")
        with run.part(first_look, 1):
            search.go(until=black + (upper if adding else lower) * way)
        values = search.values() + (0 if adding else values)
    return smooth(painted(values, run.shape, how), smoothing)


def a_turn(settings: Settings) -> float:
    """About how many pictures one turn of one side embeds.

    Each turn ends when it reaches its share of the score, after about half of a whole search: 244
    a turn on dlib-resnet29 with the default settings, up to 700 on planted pictures.
    """
    return (expected(settings) + settings.grid**2) / 2


def about(
    _pair: Comparison, rounds: int, upper: float, lower: float, smoothing: float, **settings: Any
) -> int:
    """About how many pictures are embedded."""
    return 4 + int(2 * 2 * rounds * a_turn(Settings(**settings)))


EXPLAINER = Explainer(
    name="seq",
    title="SEQ: aggregation and removal in turns",
    sentence="Builds the face up from the spots that matter most, takes it apart again, and "
    "repeats, so that only what the likeness rests on stays marked.",
    citation="Mery & Morris, On Black-Box Explanation for Face Verification, WACV 2022 (SEQ)",
    cost="slow",
    function=per_side(explain_side),
    parameters=(*SETTINGS, ROUNDS, UPPER, LOWER, SMOOTHING),
    signed=False,
    work=about,
)
