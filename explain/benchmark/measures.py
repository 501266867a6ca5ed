"""What is measured of one explainer on one pair, and the files it is kept in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from explain.base import Explainer, Explanation, carry_out
from explain.benchmark.curves import Curve, faithfulness, repair
from explain.benchmark.floors import FLOORS
from explain.benchmark.pairs import Trial
from explain.regions import region_masks
from explain.registry import find
from explain.run import SIDES, Run, Side
from recognition import FaceModel
from recognition.types import Comparison


@dataclass(frozen=True, eq=False)
class Measures:
    """One explainer on one pair.

    Attributes:
        genuine: Whether both pictures show the same person.
        deletion: (2, 11) scores, see :func:`~explain.benchmark.curves.faithfulness`.
        insertion: (2, 11) scores.
        hiding: (2, 11) scores.
        repair: (20,) scores, see :func:`~explain.benchmark.curves.repair`.
        regions: (2, R) mean of each map in each named region.
    """

    genuine: bool
    deletion: Curve
    insertion: Curve
    hiding: Curve
    repair: Curve
    regions: npt.NDArray[np.float32]

    def save(self, path: Path) -> None:
        """Write to a file; a run that is interrupted leaves no half of one."""
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".part.npz")
        np.savez(beside, **asdict(self))
        beside.replace(path)

    @classmethod
    def load(cls, path: Path) -> Measures:
        """Read what :meth:`save` wrote."""
        with np.load(path) as kept:
            values = {name: kept[name] for name in kept.files}
        return cls(**{**values, "genuine": bool(values["genuine"])})


def entry(name: str) -> Explainer:
    """An explainer of the registry, or one of the floors."""
    return FLOORS.get(name) or find(name)


def explain_all(
    names: Sequence[str], pair: Comparison, seed: int, sides: tuple[Side, ...] = SIDES
) -> dict[str, Explanation]:
    """Explain one pair with several explainers, which share what work they can."""
    run = Run(pair, seed=seed, sides=sides)
    return {name: carry_out(entry(name), run, {}) for name in names}


def measure(trial: Trial, names: Sequence[str], seed: int = 0) -> dict[str, Measures]:
    """Explain a pair and its patched version, and measure how good the maps are."""
    clean = explain_all(names, trial.clean, seed)
    changed = explain_all(names, trial.patched, seed, sides=("a",))  # where the patches are
    masks = [region_masks(face).masks for face in (trial.clean.a, trial.clean.b)]
    return {
        name: Measures(
            genuine=trial.genuine,
            **faithfulness(trial.clean, clean[name].maps, signed=clean[name].signed, seed=seed),
            repair=repair(
                trial.patched,
                trial.clean.a.pixels,
                changed[name].maps[0],
                signed=changed[name].signed,
                seed=seed,
            ),
            regions=np.stack(
                [
                    [values[mask].mean() if mask.any() else np.nan for mask in each]
                    for values, each in zip(clean[name].maps, masks, strict=True)
                ]
            ).astype(np.float32),
        )
        for name in names
    }


@dataclass(frozen=True)
class Cost:
    """What one explainer costs, run by itself.

    Attributes:
        seconds: Wall time for both maps, each run's.
        passes: Pictures embedded.
        backward_passes: Pictures that gradients were computed for.
    """

    seconds: tuple[float, ...]
    passes: int
    backward_passes: int


def cost(name: str, pairs: Sequence[Comparison]) -> Cost:
    """Time an explainer on a few pairs, after one run that warms up."""
    runs = [carry_out(entry(name), Run(pair), {}) for pair in (pairs[0], *pairs)][1:]
    return Cost(
        seconds=tuple(round(each.seconds, 4) for each in runs),
        passes=round(float(np.mean([each.passes for each in runs]))),
        backward_passes=round(float(np.mean([each.backward_passes for each in runs]))),
    )


def place(cache: Path, model: FaceModel, name: str, threshold: float) -> Path:
    """Folder of an explainer's results; another one for other settings."""
    about: Mapping[str, object] = {
        "weights": model.weights_sha256,
        "mirror": model.mirror,
        "template": model.template,
        "threshold": round(threshold, 6),
        "settings": entry(name).settle({}),
    }
    digest = hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()[:12]
    return cache / model.name / f"{name}-{digest}"
