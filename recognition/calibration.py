"""What a score means for a model: its measured operating points and its likelihood ratios.

The numbers come from ``assets/calibration/<model>.json``, which ``python -m recognition.calibrate``
writes. A model without such a file has no probability, and none is made up.
"""

from __future__ import annotations

import functools
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from recognition.errors import BadSetting
from recognition.evidence import Evidence
from recognition.model import FaceModel
from recognition.types import OperatingPoint
from recognition.xface_confidence import Logistic

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
class Calibration:
    """The measured meaning of one model's scores.

    Attributes:
        model: Name of the model.
        fingerprint: Of the weights and settings it was measured with.
        source: The data, in words.
        genuine: Number of same-person pairs.
        impostor: Number of different-people pairs.
        scores: Ascending scores at which the curves are given.
        log10_lrs: The capped, non-decreasing log10 likelihood ratio at each of them.
        fmrs: Share of impostor pairs at or above each of them.
        fnmrs: Share of genuine pairs below each of them.
        lr_cap: The largest |log10 LR| the data can support.
        points: The operating points measured.
        xface: xFace's logistic, fitted to the same pairs.
    """

    model: str
    fingerprint: str
    source: str
    genuine: int
    impostor: int
    scores: tuple[float, ...]
    log10_lrs: tuple[float, ...]
    fmrs: tuple[float, ...]
    fnmrs: tuple[float, ...]
    lr_cap: float
    points: tuple[OperatingPoint, ...]
    xface: Logistic

    def evidence(self, score: float) -> Evidence:
        """The likelihood ratio at a score, by linear interpolation of its logarithm.

        Args:
            score: Cosine similarity.
        """
        return Evidence(float(np.interp(score, self.scores, self.log10_lrs)))

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

    def free_point(self, threshold: float) -> OperatingPoint:
        """Any threshold, with the error rates measured for it.

        Args:
            threshold: Cosine, -1 to 1.
        """
        fmr = float(np.interp(threshold, self.scores, self.fmrs))
        fnmr = float(np.interp(threshold, self.scores, self.fnmrs))
        return OperatingPoint("custom", threshold, fmr, fnmr, self.source)


def write(calibration: Calibration, path: Path) -> None:
    """Write a calibration as JSON."""
    data = asdict(calibration)
    for point in data["points"]:
        del point["source"]
    path.write_text(json.dumps(data, indent=1) + "\n")


def read(path: Path) -> Calibration:
    """Read what :func:`write` wrote."""
    data = json.loads(path.read_text())
    points = tuple(OperatingPoint(**point, source=data["source"]) for point in data["points"])
    curves = {name: tuple(data[name]) for name in ("scores", "log10_lrs", "fmrs", "fnmrs")}
    return Calibration(**{**data, **curves, "points": points, "xface": Logistic(**data["xface"])})


def path_of(model: FaceModel) -> Path:
    """Where a model's calibration is kept: shipped, or beside the settings of one's own model."""
    shipped = FOLDER / f"{model.name}.json"
    return Path(model.calibration_file) if model.calibration_file else shipped


def of(model: FaceModel) -> Calibration | None:
    """A model's calibration; None when there is none for exactly these weights and settings."""
    if not model.weights_sha256:
        return None
    for path in (path_of(model), FOLDER / f"{model.name}.json"):
        found = _read_once(path) if path.is_file() else None
        if found and found.fingerprint == model.fingerprint:
            return found
    return None


@functools.cache
def _read_once(path: Path) -> Calibration:
    return read(path)


def operating_point(
    model: FaceModel, name: str = DEFAULT_OPERATING_POINT, threshold: float | None = None
) -> OperatingPoint:
    """The threshold a model decides by, and what was measured of it.

    Args:
        model: The model.
        name: One of ``OPERATING_POINTS``.
        threshold: A free threshold instead, -1 to 1.

    Returns:
        The point; for a model without calibration a plain threshold without error rates.

    Raises:
        BadSetting: When the threshold is no cosine or the operating point is not known.
    """
    calibrated = of(model)
    if threshold is not None:
        if not -1.0 <= threshold <= 1.0:
            raise BadSetting(f"A threshold is a cosine between -1 and 1, not {threshold:g}.")
        return (
            calibrated.free_point(threshold) if calibrated else OperatingPoint("custom", threshold)
        )
    if calibrated:
        return calibrated.operating_point(name)
    if name not in OPERATING_POINTS:
        raise BadSetting(
            f"There is no operating point “{name}”; there are {', '.join(OPERATING_POINTS)}."
        )
    return OperatingPoint("uncalibrated", UNCALIBRATED_THRESHOLD)
