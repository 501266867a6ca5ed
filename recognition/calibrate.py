"""Measure what a model's scores mean, on LFW's view 1.

    python -m recognition.calibrate --lfw DIR --model dlib-resnet29

Writes the model's operating points, likelihood ratio curve and xFace logistic to
``assets/calibration/<model>.json``, which the app shows beside every score; for a model of one's
own to ``<name>.calibration.json`` beside its settings.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from recognition.calibration import Calibration, path_of, write
from recognition.errors import FacewhyError
from recognition.measure import lfw, metrics
from recognition.measure.command import add_data_options, progress
from recognition.measure.embeddings import Gallery, embed_pictures
from recognition.measure.scores import impostor_scores, pair_scores
from recognition.model import FaceModel
from recognition.pic import fit_pic
from recognition.registry import load_model
from recognition.types import OperatingPoint
from recognition.xface_confidence import fit_xface

TARGETS = {"fmr-1e-2": 1e-2, "fmr-1e-3": 1e-3, "fmr-1e-4": 1e-4}


def calibrate(model: FaceModel, gallery: Gallery, pairs: Sequence[lfw.Pair]) -> Calibration:
    """Compute a model's calibration.

    The likelihood ratio is fitted to the protocol's pairs. The FMR of the operating points is that
    of all pairs of different people among the same pictures: the protocol's own are too few to
    say anything of 1 in 10,000.

    Args:
        model: The model measured.
        gallery: Its embeddings of the pictures.
        pairs: The pairs of view 1.
    """
    scored = pair_scores(gallery, pairs)
    genuine, impostor = scored.scores[scored.genuine], scored.scores[~scored.genuine]
    everyone = impostor_scores(gallery, lfw.pictures_of(list(pairs)))
    curve = fit_pic(genuine, impostor)
    grid = np.union1d(curve.scores, np.linspace(everyone.min(), everyone.max(), 128))
    rates = metrics.error_rates(genuine, everyone, grid)
    source = (
        f"LFW view 1: {len(genuine):,} pairs of the same person, {len(impostor):,} of different "
        f"people; FMR from all {len(everyone) / 1e6:.1f} million pairs of different people"
    )
    return Calibration(
        model=model.name,
        fingerprint=model.fingerprint,
        source=source,
        genuine=len(genuine),
        impostor=len(impostor),
        scores=_rounded(grid),
        log10_lrs=_rounded(curve.log10_lr(grid)),
        fmrs=tuple(float(f"{value:.3g}") for value in rates.fmr),
        fnmrs=_rounded(rates.fnmr),
        lr_cap=round(curve.cap, 4),
        points=_points(genuine, everyone),
        xface=fit_xface(genuine, impostor),
    )


def _points(
    genuine: metrics.Scores, impostor: npt.NDArray[np.float32]
) -> tuple[OperatingPoint, ...]:
    thresholds = {
        name: metrics.threshold_at_fmr(impostor, target) for name, target in TARGETS.items()
    }
    thresholds["eer"] = metrics.equal_error_rate(genuine, impostor)[1]
    points = []
    for name, exact in thresholds.items():
        # Rounded upwards, so that the threshold as written keeps what it promises.
        threshold = float(np.ceil(exact * 1e5) / 1e5)
        points.append(
            OperatingPoint(
                name,
                threshold,
                fmr=float(f"{metrics.fmr_at(impostor, threshold):.3g}"),
                fnmr=round(metrics.fnmr_at(genuine, threshold), 5),
            )
        )
    return tuple(points)


def _rounded(values: npt.NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(np.round(values, 6).tolist())


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_data_options(parser)
    parser.add_argument("--out", type=Path, help="file to write; default: the app's own")
    options = parser.parse_args(arguments)
    try:
        model = load_model(options.model)
        pairs = lfw.read_pairs(options.lfw, lfw.VIEW_1)
        gallery = embed_pictures(
            options.lfw,
            lfw.pictures_of(pairs),
            model,
            options.cache / "lfw",
            workers=options.workers,
            progress=progress,
        )
    except FacewhyError as error:
        parser.error(str(error))
    calibration = calibrate(model, gallery, pairs)
    path = options.out or path_of(model)
    path.parent.mkdir(parents=True, exist_ok=True)
    write(calibration, path)
    print(f"{model.title}: {calibration.source}; {len(gallery.failures)} without a face")
    for point in calibration.points:
        print(
            f"  {point.name:9} threshold {point.threshold:.5f}  "
            f"FMR {point.fmr:.4%}  FNMR {point.fnmr:.2%}"
        )
    print(f"Written to {path}")


if __name__ == "__main__":
    main()
