"""Measure the inpainters, and inpainting against black masks.

    python -m explain.evaluate_inpainting --lfw DIR --cache DIR --pairs 50 \
        --out benchmarks/inpainting

Writes ``<model>.json`` and ``<model>.md``: whether the recogniser still finds the owner of a
replaced region, how real the fills are, what they cost; and the ablation of Claro (2025), sec.
4.5.1: deletion and insertion with regions ranked by S0, the regions inpainted or black. All people
are of LFW's view 2, of whom the inpainter has seen none. Results are kept pair by pair below
``--cache``: an interrupted run goes on where it stopped.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import pickle
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from explain.benchmark.filling import (
    BLACK,
    ablate,
    area,
    difference,
    looks,
    mean_look,
    seconds_a_fill,
)
from explain.benchmark.pairs import choose
from explain.evaluate import operating_threshold
from explain.inpainters import INPAINTERS, Inpainter
from recognition import FaceModel, compare_faces, load_model
from recognition.errors import FacewhyError
from recognition.measure import lfw
from recognition.measure.command import add_data_options, faces_of
from recognition.types import Comparison

ASSETS = Path(__file__).resolve().parent.parent / "assets"
TIMED = 3


def load_pairs(options: argparse.Namespace, model: FaceModel) -> list[tuple[bool, Comparison]]:
    """The pairs of the explainer benchmark, and whether each shows one person."""
    pairs = choose(lfw.read_pairs(options.lfw, lfw.VIEW_2), options.pairs, options.seed)
    faces = faces_of(options, lfw.pictures_of(pairs), model)
    usable = [pair for pair in pairs if {pair.a, pair.b} <= faces.keys()]
    threshold, _ = operating_threshold(model, usable, faces)
    return [
        (
            pair.genuine,
            compare_faces(faces[pair.a], faces[pair.b], model, threshold=threshold),
        )
        for pair in usable
    ]


def measure(genuine: bool, pair: Comparison, entry: Inpainter, fills: int) -> dict[str, Any]:
    """One inpainter on one pair."""
    found: dict[str, Any] = {"curves": ablate(pair, [entry], fills)[entry.name]}
    if genuine and pair.is_match:
        found["looks"] = looks(pair, entry, fills)
    return found


def measure_all(
    options: argparse.Namespace,
    pairs: Sequence[tuple[bool, Comparison]],
    entries: Sequence[Inpainter],
) -> dict[str, list[dict[str, Any]]]:
    """Every inpainter on every pair, taking from the cache what is there."""
    weights = b"".join(each.read_bytes() for each in sorted((ASSETS / "inpainter").glob("*")))
    about = f"{hashlib.sha256(weights).hexdigest()} {pairs[0][1].model.fingerprint} {options.seed}"
    folder = options.cache / "inpainting" / hashlib.sha256(about.encode()).hexdigest()[:12]
    folder.mkdir(parents=True, exist_ok=True)
    measured: dict[str, list[dict[str, Any]]] = {entry.name: [] for entry in entries}
    for at, (genuine, pair) in enumerate(pairs):
        for entry in entries:
            path = folder / f"{entry.name}-{options.fills}-{at:04d}.pickle"
            if not path.is_file():
                path.write_bytes(pickle.dumps(measure(genuine, pair, entry, options.fills)))
            measured[entry.name].append(pickle.loads(path.read_bytes()))
        print(f"\r  {at + 1} of {len(pairs)} pairs", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return measured


def sum_up(options: argparse.Namespace, pairs: Sequence[tuple[bool, Comparison]]) -> dict[str, Any]:
    """All figures."""
    entries = [BLACK, *(entry for entry in INPAINTERS.values() if entry.ready)]
    measured = measure_all(options, pairs, entries)
    genuine = np.array([kind for kind, _ in pairs])
    threshold = pairs[0][1].threshold
    figures: dict[str, Any] = {
        "model": pairs[0][1].model.name,
        "threshold": threshold,
        "pairs": len(pairs),
        "seed": options.seed,
        "fills": options.fills,
        "genuine pairs matched": sum(kind and pair.is_match for kind, pair in pairs),
        "inpainters": {},
        "ablation": {},
    }
    for entry in entries:
        found = [each["looks"] for each in measured[entry.name] if "looks" in each]
        regions = list(dict.fromkeys(name for each in found for name in each))
        figures["inpainters"][entry.name] = {
            "title": entry.title,
            "seconds a fill": float(
                np.median([seconds_a_fill(pair, entry, options.fills) for _, pair in pairs[:TIMED]])
            ),
            "regions": {
                name: mean_look([one for each in found for one in each.get(name, [])])
                for name in regions
            },
        }
        curves = {
            kind: [each["curves"][kind] for each in measured[entry.name]]
            for kind in ("deletion", "insertion")
        }
        blacks = {kind: [each["curves"][kind] for each in measured[BLACK.name]] for kind in curves}
        figures["ablation"][entry.name] = {
            kind: {
                "area": asdict(area(curves[kind], genuine, threshold)),
                "less black": asdict(difference(curves[kind], blacks[kind], genuine, threshold)),
            }
            for kind in curves
        }
    return figures


def markdown(figures: Mapping[str, Any]) -> str:
    """The tables, what they mean below them."""
    lines = [
        "### Inpainters: one region, or all inner regions, of one face of a genuine pair",
        "",
        "| Filled with | Region | Similarity to itself | Score of the pair | Still matched | "
        "Error | PSNR | Sharpness | Variety | Seconds a fill |",
        "|" + " --- |" * 10,
    ]
    for each in figures["inpainters"].values():
        for name, look in each["regions"].items():
            lines.append(
                f"| {each['title']} | {name} | {look['own']:.4f} | {look['score']:.4f} | "
                f"{look['matched']:.0%} | {look['error']:.3f} | {look['psnr']:.1f} | "
                f"{look['sharpness']:.2f} | {look['variety']:.3f} | {each['seconds a fill']:.3f} |"
            )
    lines += [
        "",
        "### Regions ranked by S0: inpainted or black",
        "",
        "| S0 with | Deletion ↓ | less black | Insertion ↑ | less black |",
        "|" + " --- |" * 5,
    ]
    for name, kinds in figures["ablation"].items():
        cells = [
            "{mean:.1f} [{low:.1f}, {high:.1f}]".format(**kinds[kind][what])
            for kind in ("deletion", "insertion")
            for what in ("area", "less black")
        ]
        lines.append(f"| {figures['inpainters'][name]['title']} | " + " | ".join(cells) + " |")
    lines += [
        "",
        f"- {figures['pairs']} pairs of LFW view 2 (seed {figures['seed']}), half of them of the "
        f"same person; {figures['model']}, threshold {figures['threshold']:.4f}, "
        f"{figures['fills']} fills a region, mean and 95 % bootstrap interval. The first table is "
        f"of the {figures['genuine pairs matched']} genuine pairs that are matched unchanged.",
        "- All inner regions: all but hair and ears. Error and PSNR: against the original, inside "
        "the hole (a plausible other face may be far from it). Sharpness: edges against the "
        "original's, 1 is as sharp. Variety: mean difference of two fills.",
        "- Deletion and insertion: accuracy while the most important pixels turn black, or appear "
        "on black, in percent (IFV sec. 4.3). Published, with RePaint, another recogniser and "
        "other pictures: inpainted 21.99 and 45.90, black 30.04 and 25.45.",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    add_data_options(parser)
    parser.add_argument("--pairs", type=int, default=50, help="how many, half of them genuine")
    parser.add_argument("--seed", type=int, default=1, help="of the choice of pairs")
    parser.add_argument("--fills", type=int, default=4, help="different fills of each region")
    parser.add_argument("--out", type=Path, required=True, help="folder for the tables")
    options = parser.parse_args()
    try:
        figures = sum_up(options, load_pairs(options, load_model(options.model)))
    except FacewhyError as error:
        parser.exit(1, f"{error}\n")
    options.out.mkdir(parents=True, exist_ok=True)
    name = figures["model"]
    (options.out / f"{name}.json").write_text(json.dumps(figures, indent=1) + "\n")
    (options.out / f"{name}.md").write_text(markdown(figures))
    print(markdown(figures))


if __name__ == "__main__":
    main()
