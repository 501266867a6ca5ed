"""Measure how good explainers are.

    python -m explain.evaluate --lfw DIR --model dlib-resnet29 --pairs 200 \
        --explainers s0-,xssab,corrrise:50 --out DIR

Writes ``<model>.json``, ``<model>.md`` and ``<model>.png``. A number behind a name measures that
explainer on so many pairs only, the first of them. Results are kept pair by pair below ``--cache``:
an interrupted run goes on where it stopped, and more pairs or explainers can be added later. Delete
an explainer's folder there after changing its code.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from explain.benchmark.curves import BLUR
from explain.benchmark.earlier import join, read_report
from explain.benchmark.floors import FLOORS
from explain.benchmark.measures import Cost, Measures, cost, entry, explain_all, measure, place
from explain.benchmark.pairs import Trial, choose, donor, trial
from explain.benchmark.report import Report, Row, best_first
from explain.benchmark.sanity import forgetful, likeness, same_pair
from explain.benchmark.summary import agreement, areas
from explain.registry import EXPLAINERS
from recognition import FaceModel, calibration, load_model
from recognition.errors import BadSetting, FacewhyError
from recognition.measure import lfw
from recognition.measure.command import add_data_options, faces_of
from recognition.measure.metrics import equal_error_rate
from recognition.score import describe, similarity
from recognition.types import Face

TIMED, SHUFFLED = 3, 5  # pairs
FEW = 2  # pairs, for both, of a dear explainer: one that is measured on MANY or fewer
MANY = 50


def load_trials(options: argparse.Namespace, model: FaceModel) -> tuple[list[Trial], list[str]]:
    """The pairs, found, aligned and patched, and sentences on where they come from.

    Raises:
        BadSetting: No pair of one of the two kinds has a face in all its pictures.
    """
    everything = lfw.read_pairs(options.lfw, lfw.VIEW_2)
    pairs = choose(everything, options.pairs, options.seed)
    donors = [donor(at, pairs, lfw.pictures_of(everything)) for at in range(len(pairs))]
    pictures = sorted({*lfw.pictures_of(pairs), *donors})
    faces = faces_of(options, pictures, model)
    usable = [at for at, pair in enumerate(pairs) if {pair.a, pair.b, donors[at]} <= faces.keys()]
    if len({pairs[at].genuine for at in usable}) < 2:
        raise BadSetting(
            f"Of the {len(pairs)} pairs drawn too few show a face in all their pictures: no pair "
            "of one person is left, or none of two. Ask for more with --pairs, or try --seed."
        )
    threshold, source = operating_threshold(model, [pairs[at] for at in usable], faces)
    trials = [trial(at, pairs[at], donors[at], faces, model, threshold) for at in usable]
    wrong = np.mean([each.clean.is_match != each.genuine for each in trials])
    spoiled = np.mean([each.patched.is_match != each.genuine for each in trials])
    return trials, [
        f"{len(trials)} pairs of LFW view 2, drawn at random (seed {options.seed}), half of them "
        f"of the same person; {len(pairs) - len(trials)} left out because no face was found.",
        f"Threshold {threshold:.4f}, the equal error rate of {source}.",
        f"At this threshold {wrong:.1%} of the pairs are decided wrong as they are and "
        f"{spoiled:.1%} with 27 patches on the first picture (Patch-LFW).",
    ]


def operating_threshold(
    model: FaceModel, pairs: Sequence[lfw.Pair], faces: Mapping[str, Face]
) -> tuple[float, str]:
    """The threshold at the equal error rate: calibrated, or measured on these very pairs."""
    calibrated = calibration.of(model)
    if calibrated is not None:
        return calibrated.operating_point("eer").threshold, calibrated.source
    rows = [
        describe(model, np.stack([faces[pair.a].pixels, faces[pair.b].pixels])) for pair in pairs
    ]
    scores = np.array([similarity(a, b) for a, b in rows])
    genuine = np.array([pair.genuine for pair in pairs])
    return equal_error_rate(scores[genuine], scores[~genuine])[1], "these pairs, unchanged"


def measure_all(
    trials: Sequence[Trial], folders: Mapping[str, Path], limits: Mapping[str, int]
) -> dict[str, list[Measures]]:
    """Measure every explainer on its pairs, taking from the folders what is there already."""
    for done, each in enumerate(trials, 1):
        paths = {
            name: folder / f"{each.index:05d}.npz"
            for name, folder in folders.items()
            if done <= limits[name]
        }
        missing = [name for name, path in paths.items() if not path.is_file()]
        if missing:
            for name, result in measure(each, missing).items():
                result.save(paths[name])
        print(f"\r  {done} of {len(trials)} pairs", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return {
        name: [Measures.load(folder / f"{each.index:05d}.npz") for each in trials[: limits[name]]]
        for name, folder in folders.items()
    }


def kept(path: Path, make: Callable[[], object]) -> object:
    """What the JSON file holds; made and written when it is not there."""
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(make()))
    return json.loads(path.read_text())


def cost_of(name: str, folder: Path, trials: Sequence[Trial]) -> Cost:
    """Seconds and passes of an explainer run by itself."""
    pairs = [each.clean for each in trials]
    values = kept(folder / f"cost-{len(trials)}.json", lambda: asdict(cost(name, pairs)))
    return Cost(**values)  # type: ignore[arg-type]


def sanity_of(name: str, folder: Path, trials: Sequence[Trial], model: FaceModel) -> float | None:
    """Likeness of the maps to those of a recogniser whose weights were shuffled."""
    if not model.differentiable:
        return None

    def check() -> float:
        shuffled, values = forgetful(model), []
        for each in trials:
            before = explain_all([name], each.clean, 0)[name].maps
            after = explain_all([name], same_pair(each.clean, shuffled), 0)[name].maps
            values.append(likeness(before, after))
        return float(np.mean(values))

    return kept(folder / f"sanity-{len(trials)}.json", check)  # type: ignore[return-value]


def trained(name: str, model: FaceModel) -> bool:
    """Whether what an explainer needs was trained for the model."""
    needed = entry(name).trained
    return needed is None or needed.ready(model)


def asked_for(explainers: str, pairs: int) -> dict[str, int]:
    """How many pairs each explainer is measured on, the floors first.

    Args:
        explainers: Names with commas, a number of pairs behind some (``corrrise:50``); empty for
            all.
        pairs: For those without a number, and the most for any.

    Raises:
        BadSetting: Fewer than 2 pairs, or what stands behind a colon is no number of pairs.
    """
    if pairs < 2:
        raise BadSetting(f"Give --pairs as 2 or more, for one of each kind, not {pairs}.")
    limits = dict.fromkeys(FLOORS, pairs)
    for each in explainers.split(",") if explainers else EXPLAINERS:
        name, _, number = each.partition(":")
        if number and not (number.isdecimal() and int(number) > 1):
            raise BadSetting(f"Write a number of pairs, 2 or more, behind {name}:, not {number!r}.")
        limits[name] = min(int(number or pairs), pairs)
    return limits


def evaluate(options: argparse.Namespace) -> Report:
    """Measure what is missing and sum everything up."""
    model = load_model(options.model)
    limits = asked_for(options.explainers, options.pairs)
    names = list(limits)
    opaque = [name for name in names if entry(name).needs_gradients and not model.differentiable]
    names = [name for name in names if name not in opaque]
    untrained = [name for name in names if not trained(name, model)]
    names = [name for name in names if name not in untrained]
    trials, drawn = load_trials(options, model)
    threshold = trials[0].clean.threshold
    cache = options.cache / "explain" / f"pairs-{options.seed}"
    folders = {name: place(cache, model, name, threshold) for name in names}
    measured = measure_all(trials, folders, limits)
    rows = best_first(
        Row(
            name=name,
            pairs=len(measured[name]),
            areas=areas(measured[name], threshold),
            cost=cost_of(name, folder, trials[: TIMED if limits[name] > MANY else FEW]),
            sanity=sanity_of(
                name, folder, trials[: SHUFFLED if limits[name] > MANY else FEW], model
            ),
        )
        for name, folder in folders.items()
    )
    notes = [
        "One picture of a pair is changed at a time, by its own map; the other stays. Hidden "
        f"pixels are black; the hiding game blurs (Gaussian, sigma {BLUR:g} of the crop).",
        "Most important are the highest values where the pair is called a match, the lowest of a "
        "signed map where it is not. Ties are broken by a fixed random order.",
        "Agreement: mean rank correlation with the other explainers over the nine regions of the "
        "region table, by a map's mean in each.",
        "Brackets: 95 % bootstrap interval over the pairs.",
        f"Seconds and passes: median and mean of {TIMED} pairs, both maps, each explainer by "
        f"itself; on {FEW} pairs for explainers measured on {MANY} or fewer.",
        "Sanity: rank correlation with the maps of a recogniser whose weights were shuffled, "
        f"{SHUFFLED} pairs; near 0 is right; on {FEW} pairs for explainers measured on {MANY} or "
        "fewer.",
    ]
    if opaque:
        notes.append(f"Not possible on this model, which is a black box: {', '.join(opaque)}.")
    if untrained:
        notes.append(f"Not trained for this model: {', '.join(untrained)}.")
    order = [row.name for row in rows]
    table = agreement({name: measured[name] for name in order})
    return Report(model.name, threshold, drawn, notes, rows, table)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m explain.evaluate", description=__doc__)
    add_data_options(parser)
    parser.add_argument("--pairs", type=int, default=50, help="how many, half of them genuine")
    parser.add_argument("--seed", type=int, default=1, help="which pairs are drawn")
    parser.add_argument("--explainers", default="", help="names, with commas; all if none")
    parser.add_argument("--out", type=Path, required=True, help="folder for the table")
    parser.add_argument(
        "--add",
        action="store_true",
        help="keep the rows of the table that is there, drawn with the same seed, but for those "
        "now measured on more pairs",
    )
    options = parser.parse_args(arguments)
    try:
        report = evaluate(options)
        earlier = options.out / f"{report.model}.json"
        if options.add and earlier.is_file():
            report = join(report, read_report(earlier))
        paths = report.write(options.out)
    except FacewhyError as error:
        parser.exit(2, f"{error}\n")
    print(report.markdown())
    print("Written:", *paths)


if __name__ == "__main__":
    main()
