"""Measure how well models verify faces.

    python -m recognition.evaluate --lfw DIR --model dlib-resnet29 [MODEL ...] --out DIR
    python -m recognition.evaluate --london DIR --model dlib-resnet29

LFW: view 2, ten folds; writes scores by pair, DET curve, reliability diagrams and a summary.
London: scores by sex and ethnicity.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Sequence
from pathlib import Path

from recognition.calibration import operating_point
from recognition.errors import FacewhyError
from recognition.measure import lfw, london
from recognition.measure.command import add_model_options, progress
from recognition.measure.embeddings import embed_pictures
from recognition.measure.figures import det_figure, reliability_figure
from recognition.measure.held_out import HeldOut, held_out
from recognition.measure.verification import Verification, verify
from recognition.model import FaceModel
from recognition.registry import load_model


def evaluate_lfw(
    folder: Path, model: FaceModel, cache: Path, workers: int = 2
) -> tuple[Verification, HeldOut]:
    """Measure a model on view 2, and its probabilities fitted to view 1."""
    view_1, view_2 = (lfw.read_pairs(folder, view) for view in (lfw.VIEW_1, lfw.VIEW_2))
    gallery = embed_pictures(
        folder,
        lfw.pictures_of(view_1 + view_2),
        model,
        cache / "lfw",
        workers=workers,
        progress=progress,
    )
    result = verify(gallery, view_2)
    return result, held_out(gallery, view_1, result.scored)


def summary(model: FaceModel, result: Verification, probabilities: HeldOut) -> dict[str, object]:
    """Everything that was measured, for a file."""
    return {
        "model": model.name,
        "title": model.title,
        "weights_sha256": model.weights_sha256,
        "mirror": model.mirror,
        "licence": model.licence,
        "accuracy": round(result.accuracy, 5),
        "accuracy_sd": round(result.accuracy_sd, 5),
        "eer": round(result.eer, 5),
        "fnmr_at_fmr": {f"{fmr:g}": round(value, 5) for fmr, value in result.fnmr.items()},
        "fnmr_at_fmr_all_impostors": {
            f"{fmr:g}": round(value, 5) for fmr, value in result.fnmr_all.items()
        },
        "all_impostors": result.impostors,
        "pictures_without_a_face": list(result.failures),
        "pairs_not_compared": len(result.scored.failed),
        "pic": probabilities.pic_reliability.rounded(),
        "xface": probabilities.xface_reliability.rounded(),
    }


def _write_pairs(result: Verification, probabilities: HeldOut, path: Path) -> None:
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["fold", "picture_a", "picture_b", "genuine", "score", "pic", "xface"])
        values = zip(
            result.scored.pairs,
            result.scored.scores,
            probabilities.pic,
            probabilities.xface,
            strict=True,
        )
        for pair, score, pic, xface in values:
            numbers = (f"{value:.6f}" for value in (score, pic, xface))
            rows.writerow([pair.fold, pair.a, pair.b, int(pair.genuine), *numbers])
        for pair in result.scored.failed:
            rows.writerow([pair.fold, pair.a, pair.b, int(pair.genuine), "", "", ""])


def _print(model: FaceModel, result: Verification, probabilities: HeldOut) -> None:
    print(f"{model.title} on LFW view 2")
    print(f"  accuracy {result.accuracy:.2%} +- {result.accuracy_sd:.2%} (sd of ten folds)")
    print(f"  EER {result.eer:.2%}")
    for fmr, value in result.fnmr.items():
        print(f"  FNMR {value:.2%} at FMR {fmr:.2%}, the protocol's impostors")
    for fmr, value in result.fnmr_all.items():
        print(
            f"  FNMR {value:.2%} at FMR {fmr:.2%}, {result.impostors / 1e6:.1f} million impostors"
        )
    print(
        f"  {len(result.failures)} pictures without a face, {len(result.scored.failed)} pairs not "
        "compared (counted as decided wrong in the accuracy)"
    )
    for name, quality in (
        ("PIC", probabilities.pic_reliability),
        ("xFace", probabilities.xface_reliability),
    ):
        print(
            f"  {name} held out: ECE {quality.ece:.4f}  MCE {quality.mce:.3f}  "
            f"Brier {quality.brier:.4f}  Cllr {quality.cllr:.4f}"
        )


def _lfw(models: Sequence[FaceModel], options: argparse.Namespace) -> None:
    curves = {}
    options.out.mkdir(parents=True, exist_ok=True)
    for model in models:
        result, probabilities = evaluate_lfw(options.lfw, model, options.cache, options.workers)
        _print(model, result, probabilities)
        _write_pairs(result, probabilities, options.out / f"{model.name}-pairs.csv")
        report = json.dumps(summary(model, result, probabilities), indent=1)
        (options.out / f"{model.name}.json").write_text(report + "\n")
        reliability_figure(
            probabilities, model.title, options.out / f"{model.name}-reliability.png"
        )
        curves[model.title] = result.det
    det_figure(curves, options.det or options.out / "det.png")
    print(f"Written to {options.out}")


def _london(models: Sequence[FaceModel], options: argparse.Namespace) -> None:
    people = london.read_people(options.london)
    for model in models:
        gallery = embed_pictures(
            options.london,
            london.pictures_of(people),
            model,
            options.cache / "london",
            workers=options.workers,
            progress=progress,
        )
        point = operating_point(model)
        print(f"{model.title} on the London Set; {point.words}")
        print(london.table(london.by_group(gallery, people), point.threshold))


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--lfw", type=Path, help="folder that holds LFW")
    what.add_argument("--london", type=Path, help="folder that holds the London Set")
    add_model_options(parser, several=True)
    parser.add_argument("--out", type=Path, default=Path("evaluation"), help="folder for results")
    parser.add_argument("--det", type=Path, help="PNG of the DET curves; default: in that folder")
    options = parser.parse_args(arguments)
    try:
        models = [load_model(name) for name in options.model]
        (_lfw if options.lfw else _london)(models, options)
    except FacewhyError as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
