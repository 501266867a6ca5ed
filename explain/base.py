"""The contract of this room: what an explainer is, what it gets and what it gives.

An explainer is a function ``(run, **params) -> (map_a, map_b)`` and an :class:`Explainer` entry
that describes it. The :class:`~explain.run.Run` it gets does the embedding, the counting, progress,
cancelling and seeding, so that a method's file says only what is its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from explain.run import Map, Maps, Replaced, Run, Side
from explain.trained import Trained
from recognition.errors import BadSetting, NeedsGradients, UnknownName
from recognition.model import FaceModel
from recognition.types import Comparison

Cost = Literal["instant", "fast", "slow", "very slow"]
Value = int | float | str | bool

COSTS: Mapping[Cost, str] = {
    "instant": "under a second",
    "fast": "under ten seconds",
    "slow": "under a minute",
    "very slow": "minutes",
}
"""What each cost class means for both maps of dlib-resnet29 on two CPU cores."""


@dataclass(frozen=True)
class Parameter:
    """One setting of an explainer, enough to draw a control for it.

    Attributes:
        name: Keyword of the method's function.
        default: Its type (int, float, bool or str) is the parameter's type.
        sentence: What it does, for a person.
        minimum: Smallest value, for numbers.
        maximum: Largest value, for numbers.
        step: What a slider moves by, for numbers.
        choices: The values there are, for words.
    """

    name: str
    default: Value
    sentence: str
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    choices: tuple[str, ...] = ()

    def check(self, value: object) -> Value:
        """The value in the parameter's own type.

        Raises:
            BadSetting: When it is of another kind or outside the range.
        """
        if isinstance(self.default, bool):
            if isinstance(value, bool):
                return value
        elif isinstance(self.default, str):
            if value in self.choices:
                return str(value)
        elif isinstance(value, int | float | np.number) and not isinstance(value, bool):
            # The range first: nan and infinity cannot be brought into a whole number's type.
            inside = self.minimum <= value <= self.maximum  # type: ignore[call-overload,operator]
            if inside and (number := type(self.default)(value)) == value:
                return number
        raise BadSetting(f"Set {self.name} to {self.allowed}, not {value!r}.")

    @property
    def allowed(self) -> str:
        """What it may be, in words."""
        if isinstance(self.default, bool):
            return "on or off"
        if isinstance(self.default, str):
            return "one of " + ", ".join(self.choices)
        kind = "a whole number" if isinstance(self.default, int) else "a number"
        return f"{kind} from {self.minimum:g} to {self.maximum:g}"


@dataclass(frozen=True, eq=False)
class Explanation:
    """Two maps that say where a score comes from.

    Attributes:
        name: The explainer's registry name.
        maps: (map_a, map_b), each (H, W) float32 on the aligned crop, in [-1, 1]: + makes the two
            faces more similar, - less, 0 is no evidence. Unsigned explainers stay in [0, 1].
        signed: Whether the maps can be negative.
        peaks: Largest absolute value of each map before scaling, in the method's own unit
            (a change of the score for the perturbation methods); 0 means that there is no evidence.
        passes: Pictures embedded for it (a mirrored crop counts). Passes that
            :func:`~explain.registry.explain_many` shares are counted with the first to need them.
        backward_passes: Pictures that gradients were computed for.
        seconds: Wall time.
        seed: Every random choice came from it.
        params: All settings, also those left at their defaults.
        pair: The comparison it explains.
        replaced: The regions that were replaced and what each did; of inpainting explainers only.
    """

    name: str
    maps: Maps
    signed: bool
    peaks: tuple[float, float]
    passes: int
    backward_passes: int
    seconds: float
    seed: int
    params: Mapping[str, Value]
    pair: Comparison
    replaced: tuple[Replaced, ...] = ()


def by_largest(values: Map) -> Map:
    """Divide by the largest absolute value: zero and the signs stay; all zeros stay zeros."""
    peak = np.abs(values).max()
    return values / peak if peak > 0 else values


def min_max(values: Map) -> Map:
    """Stretch to [0, 1]; a constant map, which holds no evidence, becomes all zeros."""
    low, high = values.min(), values.max()
    return (values - low) / (high - low) if high > low else np.zeros_like(values)


def unchanged(values: Map) -> Map:
    """Keep the values of a method that scales its maps itself."""
    return values


@dataclass(frozen=True)
class Explainer:
    """An entry of the registry.

    Attributes:
        name: Short name, as in ``explain("s0-", pair)``.
        title: Name for people.
        sentence: What the method does, in one plain sentence.
        citation: Author, title, year, and the equation.
        cost: See :data:`COSTS`.
        function: ``(run, **params) -> (map_a, map_b)``, raw; made of a function that does one side
            by :func:`per_side`.
        parameters: Its settings.
        signed: Whether its maps can be negative.
        needs_gradients: Whether it needs a differentiable model.
        uses_threshold: Whether its maps depend on the threshold of the decision.
        trained: The kind of network that must have been trained for the model.
        scale: Brings a raw map into [-1, 1], or [0, 1].
        work: ``(pair, **settings) -> pictures`` to embed for both maps, not mirrored: at most, or,
            for the greedy searches, about what they took on real pairs. Those that gradients run
            through count three times, and what else takes long as pictures that take as long;
            None where nobody can tell.
    """

    name: str
    title: str
    sentence: str
    citation: str
    cost: Cost
    function: Callable[..., Maps]
    parameters: tuple[Parameter, ...] = ()
    signed: bool = True
    needs_gradients: bool = False
    uses_threshold: bool = False
    trained: Trained | None = None
    scale: Callable[[Map], Map] = by_largest
    work: Callable[..., int | None] | None = None

    def check(self, model: FaceModel) -> None:
        """See to it that it works with a recogniser.

        Raises:
            NeedsGradients: The model is a black box and the method needs gradients.
            ModelNotInstalled: The method needs a network that nobody trained for the model.
        """
        if self.needs_gradients and not model.differentiable:
            raise NeedsGradients(
                f"This explainer needs gradients and {model.title} is a black box; "
                "choose one that works with any model, such as S0-."
            )
        if self.trained is not None:
            self.trained.find(model)

    def settle(self, params: Mapping[str, object]) -> dict[str, Value]:
        """All parameters, the given ones checked and the others at their defaults.

        Raises:
            UnknownName: When a parameter does not exist.
            BadSetting: When one is out of range.
        """
        names = [each.name for each in self.parameters]
        for name in params:
            if name not in names:
                known = ", ".join(names) or "none"
                raise UnknownName(f"{self.name} has no setting {name!r}; it has: {known}.")
        return {
            each.name: each.check(params.get(each.name, each.default)) for each in self.parameters
        }

    def expected_work(self, pair: Comparison, params: Mapping[str, object]) -> int | None:
        """How many pictures it will embed with these settings; see ``work``.

        A mirrored score doubles them. Times the seconds a pass takes, it is what a click costs.

        Raises:
            UnknownName: When a parameter does not exist.
            BadSetting: When one is out of range.
        """
        settled = self.settle(params)
        pictures = self.work(pair, **settled) if self.work else None
        return None if pictures is None else pictures * (2 if pair.mirror else 1)

    def finish(self, values: npt.ArrayLike) -> Map:
        """Scale one raw map and see to it that it keeps the contract."""
        scaled = self.scale(np.asarray(values, dtype=np.float32)).astype(np.float32)
        if not np.isfinite(scaled).all():
            raise FloatingPointError(f"{self.name} made a map with values that are no numbers")
        return np.clip(scaled, -1.0 if self.signed else 0.0, 1.0)


def per_side(function: Callable[..., Map]) -> Callable[..., Maps]:
    """Make ``(run, side, **params) -> map`` an explainer of A given B and of B given A.

    Of those two, the ones in ``run.sides``.
    """

    def both(run: Run, **params: Value) -> Maps:
        maps: dict[Side, Map] = {}
        for side in run.steps(run.sides):
            maps[side] = function(run, side, **params)
            run.show(side, maps[side])
        return run.both(maps)

    return both


def carry_out(explainer: Explainer, run: Run, params: Mapping[str, object]) -> Explanation:
    """Run one explainer; counters of ``run`` may already stand at something.

    Raises:
        NeedsGradients: When the model is a black box and the method needs gradients.
        ModelNotInstalled: When the method needs a network that nobody trained for the model.
        UnknownName: When a parameter does not exist.
        BadSetting: When one is out of range.
    """
    settled = explainer.settle(params)
    explainer.check(run.pair.model)
    run.replaced = ()
    passes, backward_passes, began = run.passes, run.backward_passes, time.perf_counter()
    with run.cleanup:
        raw = explainer.function(run, **settled)
    maps = explainer.finish(raw[0]), explainer.finish(raw[1])
    return Explanation(
        name=explainer.name,
        maps=maps,
        signed=explainer.signed,
        peaks=(float(np.abs(raw[0]).max()), float(np.abs(raw[1]).max())),
        passes=run.passes - passes,
        backward_passes=run.backward_passes - backward_passes,
        seconds=time.perf_counter() - began,
        seed=run.seed,
        params=settled,
        pair=run.pair,
        replaced=run.replaced,
    )
