"""What recognition hands to the other rooms: a face, and a comparison of two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from recognition.evidence import is_too_close, two_digits
from recognition.model import FaceModel

Pixels = npt.NDArray[np.uint8]
Points = npt.NDArray[np.float32]
Decision = Literal["same person", "different people", "too close to call"]


@dataclass(frozen=True)
class Source:
    """Where a picture came from: everything a chain of custody asks for.

    Attributes:
        name: File name as given, or a made-up one for pictures in memory.
        sha256: Of the original bytes, hex; of the raw pixels where there were no bytes.
        bytes: Size of the original file, 0 for pictures in memory.
        format: ``JPEG``, ``PNG`` ...; ``memory`` for pictures in memory.
        size: (width, height) in pixels as shown, that is after the EXIF orientation.
        has_gps: Whether the file carries a GPS position.
    """

    name: str
    sha256: str
    bytes: int
    format: str
    size: tuple[int, int]
    has_gps: bool = False


@dataclass(frozen=True, eq=False)
class Face:
    """One face, found in a photograph and aligned for one model.

    Attributes:
        pixels: (H, W, 3) float32 RGB in [0, 1], the aligned crop exactly as the model sees it.
        landmarks: (5, 2) float32, x and y of the person's right eye, left eye, nose tip, right
            and left mouth corner **in the photograph** (the eye on the left side of the picture
            comes first).
        box: (x0, y0, x1, y1) of the face in the photograph, pixels.
        photo: (h, w, 3) uint8 RGB, the photograph upright.
        matrix: (2, 3) float32, carries photograph points onto the aligned crop.
        detection: The detector's confidence, 0 to 1.
        detector: Name of the detector.
        index: Which of the photograph's faces this is (0 = largest and most central).
        boxes: Boxes of all the photograph's faces, in the order they can be asked for.
        warnings: Sentences on what makes this picture hard to compare.
        source: Where the picture came from.
    """

    pixels: npt.NDArray[np.float32]
    landmarks: Points
    box: tuple[float, float, float, float]
    photo: Pixels
    matrix: npt.NDArray[np.float32]
    detection: float
    detector: str
    source: Source
    index: int = 0
    boxes: tuple[tuple[float, float, float, float], ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def aligned(self) -> Pixels:
        """The aligned crop for showing, (H, W, 3) uint8 RGB."""
        return np.rint(self.pixels * 255).astype(np.uint8)


@dataclass(frozen=True)
class OperatingPoint:
    """A threshold and what it means.

    Attributes:
        name: ``eer``, ``fmr-1e-2``, ``fmr-1e-3``, ``fmr-1e-4``, ``custom``, or ``uncalibrated``
            for the one threshold of all models that nobody measured.
        threshold: Scores at or above it count as the same person.
        fmr: Share of impostor pairs at or above it, None when unknown.
        fnmr: Share of genuine pairs below it, None when unknown.
        source: The data both were measured on, in words; empty when unknown.
    """

    name: str
    threshold: float
    fmr: float | None = None
    fnmr: float | None = None
    source: str = ""

    @property
    def words(self) -> str:
        """What this threshold means, for people."""
        if self.fmr is None:
            return self._unmeasured
        sentence = (
            f"{_about(self.fmr)} pairs of different people would score this high"
            if self.fmr > 0
            else "No pair of different people in the calibration set scored this high"
        )
        if self.fnmr is not None:
            sentence += (
                f", and {100 * self.fnmr:.1f} % of pairs of the same person would score lower"
            )
        return sentence + (f" (measured on {self.source})." if self.source else ".")

    @property
    def _unmeasured(self) -> str:
        sentence = (
            f"Scores of {self.threshold:.3f} or more count as the same person; how often that is "
            "wrong was not measured for this "
        )
        if self.name != "uncalibrated":
            return f"{sentence}threshold."
        return (
            f"{sentence}model, so do not rely on it. Set a threshold of your own, or calibrate the "
            "model: python -m recognition.calibrate --lfw DIR --model NAME."
        )


def _about(share: float) -> str:
    """``About 40 % of``; ``About 1 in 1,000`` for a share up to a tenth."""
    return f"About {100 * share:.0f} % of" if share > 0.1 else f"About 1 in {two_digits(1 / share)}"


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two faces, their score and what it means.

    Attributes:
        a: The probe.
        b: The gallery face.
        model: The model that compared them.
        score: Cosine similarity, -1 to 1.
        operating_point: The threshold and its meaning.
        pic: PIC-score, the share of same-person pairs among pairs that score like this, equal
            numbers of both assumed; None when the model has no calibration.
        log10_lr: log10 of the likelihood ratio, capped by the calibration set's size; None when
            there is no calibration.
        lr_cap: The largest log10 likelihood ratio the calibration set can support; None without.
        calibration: The data the calibration was computed on, in words; empty without.
        mirror: Whether each embedding is the mean of the crop's and its mirror image's.
    """

    a: Face
    b: Face
    model: FaceModel
    score: float
    operating_point: OperatingPoint
    pic: float | None = None
    log10_lr: float | None = None
    lr_cap: float | None = None
    calibration: str = ""
    mirror: bool = False

    @property
    def threshold(self) -> float:
        """Scores at or above it count as the same person."""
        return self.operating_point.threshold

    @property
    def is_match(self) -> bool:
        """Whether the score reaches the threshold."""
        return self.score >= self.threshold

    @property
    def confidence(self) -> float | None:
        """PIC for a match, 1 - PIC for a non-match (P2W sec. 2.1); None without calibration."""
        if self.pic is None:
            return None
        return self.pic if self.is_match else 1.0 - self.pic

    @property
    def is_capped(self) -> bool:
        """Whether the likelihood ratio is the largest that the calibration data can support."""
        if self.log10_lr is None or self.lr_cap is None:
            return False
        return abs(self.log10_lr) >= self.lr_cap - 1e-3  # both are kept rounded

    @property
    def decision(self) -> Decision:
        """The verdict in words.

        ``too close to call`` when the evidence is not even twice as likely under one assumption
        as under the other (|log10 LR| < log10 2, "no support" on the verbal scale), and when
        score and evidence disagree: below a strict threshold, yet more like the same person, or
        the other way round.
        """
        if self.log10_lr is not None and (
            is_too_close(self.log10_lr) or (self.log10_lr > 0) != self.is_match
        ):
            return "too close to call"
        return "same person" if self.is_match else "different people"
