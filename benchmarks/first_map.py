"""How soon each explainer shows a first map, and how long it takes to the last.

    python -m benchmarks.first_map --lfw ../shared/data/lfw --out benchmarks

The first map is the first preview that shows something, or the result where it is sooner. Passes
until then do not depend on what else the machine does; seconds do, and are the median of some runs.
Writes ``first-map-<model>.json`` and ``.md``.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import torch

from explain import EXPLAINERS
from explain.base import Explainer, carry_out
from explain.run import Maps, Run
from recognition import Comparison, FaceModel, compare, load_model
from recognition.errors import FacewhyError
from recognition.measure import lfw

WANTED = 10.0


@dataclass(frozen=True)
class Timing:
    """One explainer with its default settings, both maps; medians.

    Attributes:
        name: Of the explainer.
        first_seconds: Until the first map.
        first_passes: Pictures embedded until then.
        seconds: Until the last.
        passes: Pictures embedded until then.
        backward_passes: Pictures that gradients were computed for.
        expected: What :meth:`~explain.base.Explainer.expected_work` said before; None where
            nobody can tell.
    """

    name: str
    first_seconds: float
    first_passes: int
    seconds: float
    passes: int
    backward_passes: int
    expected: int | None


def timing(entry: Explainer, pair: Comparison, repeats: int) -> Timing:
    """Run it a few times, after one that warms up."""
    rows = []
    for _ in range(repeats + 1):
        firsts: list[tuple[float, int]] = []
        run = Run(pair)

        def preview(maps: Maps, run: Run = run, firsts: list[tuple[float, int]] = firsts) -> None:
            if any(values.any() for values in maps):
                firsts.append((time.perf_counter(), run.passes))

        run.watch(preview)
        began = time.perf_counter()
        result = carry_out(entry, run, {})
        firsts.append((time.perf_counter(), run.passes))
        rows.append((firsts[0][0] - began, firsts[0][1], result.seconds, result))
    first, passes, seconds, results = zip(*rows[1:], strict=True)
    return Timing(
        name=entry.name,
        first_seconds=round(median(first), 2),
        first_passes=round(median(passes)),
        seconds=round(median(seconds), 2),
        passes=results[0].passes,
        backward_passes=results[0].backward_passes,
        expected=entry.expected_work(pair, {}),
    )


def markdown(model: FaceModel, rows: Sequence[Timing], notes: Sequence[str]) -> str:
    """The table."""
    head = ("Explainer", "First map, s", "Passes until then", "Seconds", "Passes", "Backward")
    lines = [f"# Time to the first map: {model.title}", "", *(f"- {note}" for note in notes), ""]
    lines += ["| " + " | ".join((*head, "Expected")) + " |", "|" + " --- |" * (len(head) + 1)]
    for row in rows:
        expected = "" if row.expected is None else f"{row.expected:,}"
        lines.append(
            f"| {EXPLAINERS[row.name].title} | {row.first_seconds:.2f} | {row.first_passes:,} | "
            f"{row.seconds:.2f} | {row.passes:,} | {row.backward_passes:,} | {expected} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lfw", type=Path, required=True, help="folder that holds LFW")
    parser.add_argument("--model", default="dlib-resnet29")
    parser.add_argument("--explainers", default="", help="names, with commas; all when left out")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--out", type=Path, required=True, help="folder for the table")
    options = parser.parse_args()
    first = lfw.read_pairs(options.lfw, lfw.VIEW_2)[0]
    model = load_model(options.model)
    pair = compare(options.lfw / first.a, options.lfw / first.b, model=model)
    rows, left_out = [], []
    for name in options.explainers.split(",") if options.explainers else EXPLAINERS:
        try:
            rows.append(timing(EXPLAINERS[name], pair, options.repeats))
            print(rows[-1], flush=True)
        except FacewhyError as error:
            left_out.append(f"{name}: {error}")
    late = [row.name for row in rows if row.first_seconds > WANTED]
    notes = [
        f"First pair of LFW view 2, both maps, default settings, after a run to warm up; "
        f"median of {options.repeats}.",
        f"{torch.get_num_threads()} threads; load of the machine {os.getloadavg()[0]:.1f}.",
        f"Later than {WANTED:g} s: {', '.join(late) or 'none'}.",
        *(f"Left out: {reason}" for reason in left_out),
    ]
    path = options.out / f"first-map-{model.name}.json"
    content = {"notes": notes, "explainers": [asdict(row) for row in rows]}
    path.write_text(json.dumps(content, indent=1) + "\n")
    path.with_suffix(".md").write_text(markdown(model, rows, notes))
    print(*notes, sep="\n")


if __name__ == "__main__":
    main()
