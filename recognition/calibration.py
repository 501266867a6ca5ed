"""What a score means for a model: its measured operating points and its likelihood ratios.

The numbers come from ``assets/calibration/<model>.json``, which ``python -m recognition.calibrate``
writes. A model without such a file has no probability, and none is made up.
"""

from __future__ import annotations

import functools
import json
import math
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from recognition.errors import BadSetting
from recognition.model import FaceModel
from recognition.types import OperatingPoint

FOLDER = Path(__file__).parent.parent / "assets" / "calibration"
DEFAULT_OPERATING_POINT = "fmr-1e-3"
OPERATING_POINTS = {
    "fmr-1e-2": "FMR 1 % (1 in 100)",
    "fmr-1e-3": "FMR 0.1 % (1 in 1,000)",
    "fmr-1e-4": "FMR 0.01 % (1 in 10,000)",
    "eer": "Equal error rate",
}
# For a model without calibration: the middle between identical and unrelated embeddings.
UNCALIBRATED_THRESHOLD = 0.5


@dataclass(frozen=True)
class Evidence:
    """How strongly a score speaks for the same person.

    Attributes:
        pic: L_genuine / (L_genuine + L_impostor), in (0, 1).
        log10_lr: log10 (L_genuine / L_impostor), capped.
    """

    pic: float
    log10_lr: float


@dataclass(frozen=True)
class Calibration:
    """The measured meaning of one model's scores.

    Attributes:
        model: Name of the model.
        weights_sha256: Of the weights it was measured with.
        mirror: Whether embeddings were averaged with the mirrored crop's.
        source: The data, in words.
        genuine: Number of same-person pairs.
        impostor: Number of different-people pairs.
        scores: Ascending scores at which the curve is given.
        log10_lrs: The capped, non-decreasing log10 likelihood ratio at each of them.
        lr_cap: The largest |log10 LR| the data can support.
        points: The operating points measured.
    """

    model: str
    weights_sha256: str
    mirror: bool
    source: str
    genuine: int
    impostor: int
    scores: tuple[float, ...]
    log10_lrs: tuple[float, ...]
    lr_cap: float
    points: tuple[OperatingPoint, ...]

    def evidence(self, score: float) -> Evidence:
        """The likelihood ratio at a score, by linear interpolation of its logarithm.

        Args:
            score: Cosine similarity.
        """
        log10_lr = float(np.interp(score, self.scores, self.log10_lrs))
        return Evidence(pic=1.0 / (1.0 + 10.0**-log10_lr), log10_lr=log10_lr)

    def operating_point(self, name: str) -> OperatingPoint:
        """The operating point of that name.

        Raises:
            BadSetting: It was not measured.
        """
        for point in self.points:
            if point.name == name:
                return point
        raise BadSetting(
            f"There is no operating point “{name}”; there are "
            f"{', '.join(point.name for point in self.points)}."
        )


@functools.cache
def _read(name: str) -> Calibration | None:
    path = FOLDER / f"{name}.json"
    if not path.is_file():
        return None
    data = json.loads(path.read_text())
    points = tuple(OperatingPoint(**point, source=data["source"]) for point in data["points"])
    return Calibration(
        model=data["model"],
        weights_sha256=data["weights_sha256"],
        mirror=data["mirror"],
        source=data["source"],
        genuine=data["genuine"],
        impostor=data["impostor"],
        scores=tuple(data["scores"]),
        log10_lrs=tuple(data["log10_lrs"]),
        lr_cap=data["lr_cap"],
        points=points,
    )


def of(model: FaceModel) -> Calibration | None:
    """A model's calibration; None when there is none for exactly these weights and settings."""
    found = _read(model.name) if model.weights_sha256 else None
    if (
        found is None
        or found.weights_sha256 != model.weights_sha256
        or found.mirror != model.mirror
    ):
        return None
    return found


def uncalibrated_point(name: str) -> OperatingPoint:
    """The threshold of a model whose error rates nobody measured.

    Raises:
        BadSetting: The name is no operating point at all.
    """
    if name not in OPERATING_POINTS:
        raise BadSetting(
            f"There is no operating point “{name}”; there are {', '.join(OPERATING_POINTS)}."
        )
    return OperatingPoint("uncalibrated", UNCALIBRATED_THRESHOLD)


def custom_point(threshold: float, calibrated: Calibration | None) -> OperatingPoint:
    """A free threshold, with the error rates of the nearest stricter point measured, if any."""
    point = OperatingPoint("custom", threshold)
    if calibrated is None:
        return point
    milder = [p for p in calibrated.points if p.threshold <= threshold and p.fmr is not None]
    if not milder:
        return point
    nearest = max(milder, key=lambda p: p.threshold)
    exact = math.isclose(nearest.threshold, threshold, abs_tol=5e-4)
    return replace(nearest, name="custom", threshold=threshold) if exact else point
