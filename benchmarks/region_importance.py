"""How much each region matters to explainers, over many pairs of the same person.

    python -m benchmarks.region_importance --lfw DIR --pairs 100 \
        --explainers inpaint-s0,concepts --out benchmarks/regions

Writes ``importance.json``, ``importance.md`` and ``importance.png``. A value is the mean of a map
in a region, in both pictures, of maps divided by their largest absolute value (IFV eq. 3.4). Values
are kept pair by pair below ``--cache``, by the hash of everything that made them: an interrupted
run goes on where it stopped.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from explain import EXPLAINERS, Explanation, explain
from explain.regions import SCHEMES
from explain.run import SIDES
from explain.table import Masks, masks_of
from recognition import FaceModel, compare_faces, load_model
from recognition.errors import FacewhyError
from recognition.measure import lfw
from recognition.measure.command import add_data_options, faces_of
from recognition.types import Comparison

SCHEME = "ifv"
RESAMPLES = 2000
# The page's green for what speaks for the same person, its brown for what speaks against.
FOR, AGAINST, LINE = "#1b7a4b", "#b3541e", "#5b6470"

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Bar:
    """One region under one explainer.

    Attributes:
        explainer: Its name.
        region: Of the scheme ``ifv``.
        pairs: How many show the region in a picture.
        mean: Mean importance, -1 to 1; + where the region makes the two faces more similar.
        low: Lower end of the 95 % bootstrap interval over the pairs.
        high: Its upper end.
        first: Share of the pairs in which no region matters more.
    """

    explainer: str
    region: str
    pairs: int
    mean: float
    low: float
    high: float
    first: float


def genuine_pairs(options: argparse.Namespace, model: FaceModel) -> Iterator[Comparison]:
    """Pairs of the same person of LFW view 2, drawn at random, in which both faces are found."""
    every = [pair for pair in lfw.read_pairs(options.lfw, lfw.VIEW_2) if pair.genuine]
    order = np.random.default_rng(options.seed).permutation(len(every))[: options.pairs]
    drawn = [every[at] for at in order]
    faces = faces_of(options, lfw.pictures_of(drawn), model)
    for pair in drawn:
        if {pair.a, pair.b} <= faces.keys():
            yield compare_faces(faces[pair.a], faces[pair.b], model)


def importance(result: Explanation, masks: Masks) -> Values:
    """(R,) mean of the maps in each region, both pictures; NaN for one that neither shows."""
    values = []
    for region in masks["a"].names:
        parts = [each[masks[side][region]] for side, each in zip(SIDES, result.maps, strict=True)]
        inside = np.concatenate(parts)
        values.append(float(inside.mean()) if inside.size else np.nan)
    return np.array(values)


def measure(names: Sequence[str], pairs: Iterator[Comparison], cache: Path) -> dict[str, Values]:
    """Explainer -> (N, R) importance, from the cache where it is known there."""
    rows: dict[str, list[Values]] = {name: [] for name in names}
    for done, pair in enumerate(pairs, 1):
        masks: Masks | None = None
        for name in names:
            params = _params(name)
            path = cache / f"{_key(pair, name, params)}.json"
            if not path.is_file():
                result = explain(name, pair, seed=0, **params)
                masks = masks or masks_of(result, SCHEME)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(json.dumps(importance(result, masks).tolist()))
            rows[name].append(np.array(json.loads(path.read_text()), float))
        print(f"\r  {done} pairs", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return {name: np.stack(each) for name, each in rows.items()}


def _params(name: str) -> dict[str, Any]:
    """The regions of the scheme, for explainers that go by regions themselves."""
    known = {each.name for each in EXPLAINERS[name].parameters}
    return {"scheme": SCHEME} if "scheme" in known else {}


def _key(pair: Comparison, name: str, params: Mapping[str, object]) -> str:
    """Everything that shapes a value, except the code."""
    settings = EXPLAINERS[name].settle(params)
    about = (pair.a.source.sha256, pair.b.source.sha256, pair.model.fingerprint, name, settings)
    return hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()[:24]


def bars(name: str, values: Values, seed: int = 0) -> list[Bar]:
    """The regions of one explainer, the most important first.

    Args:
        name: Of the explainer.
        values: (N, R) from :func:`importance`.
        seed: Of the bootstrap.
    """
    rng = np.random.default_rng(seed)
    drawn = rng.integers(0, len(values), (RESAMPLES, len(values)))
    first = np.nan_to_num(values, nan=-np.inf).argmax(1)
    made = []
    for at, region in enumerate(SCHEMES[SCHEME]):
        column = values[:, at]
        seen = ~np.isnan(column)
        if not seen.any():
            continue
        filled, weight = np.where(seen, column, 0), seen.astype(float)
        means = filled[drawn].sum(1) / np.maximum(weight[drawn].sum(1), 1)
        low, high = np.percentile(means, (2.5, 97.5))
        mean, share = float(column[seen].mean()), float((first == at).mean())
        made.append(Bar(name, region, int(seen.sum()), mean, float(low), float(high), share))
    return sorted(made, key=lambda bar: -bar.mean)


def figure(charts: Mapping[str, Sequence[Bar]], pairs: int) -> Figure:
    """One bar chart for each explainer, side by side."""
    drawn = Figure(figsize=(3.6 * len(charts) + 0.6, 3.8), dpi=110, layout="constrained")
    every = drawn.subplots(1, len(charts), squeeze=False, sharex=True)[0]
    for axes, (name, each) in zip(every, charts.items(), strict=True):
        each = each[::-1]
        means = np.array([bar.mean for bar in each])
        reach = np.array([[bar.mean - bar.low, bar.high - bar.mean] for bar in each]).T
        axes.barh(
            [bar.region for bar in each],
            means,
            color=[FOR if mean >= 0 else AGAINST for mean in means],
            xerr=np.maximum(reach, 0),
            error_kw={"ecolor": LINE, "capsize": 2, "linewidth": 1},
        )
        axes.axvline(0, color=LINE, linewidth=0.8)
        axes.set_title(EXPLAINERS[name].title, fontsize=10)
        axes.grid(axis="x", color="0.92")
        axes.set_axisbelow(True)
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.tick_params(left=False)
    drawn.supxlabel(
        f"Mean importance over {pairs} pairs of the same person (bars: 95 % interval)", fontsize=9
    )
    return drawn


def markdown(charts: Mapping[str, Sequence[Bar]], notes: Sequence[str]) -> str:
    """The bars as tables."""
    lines: list[str] = []
    for name, each in charts.items():
        lines += [f"### {EXPLAINERS[name].title} (`{name}`)", ""]
        lines += ["| region | importance | 95 % interval | most important in | pairs |"]
        lines += ["|" + " --- |" * 5]
        lines += [
            f"| {bar.region} | {bar.mean:.2f} | {bar.low:.2f} to {bar.high:.2f} | "
            f"{bar.first:.0%} | {bar.pairs} |"
            for bar in each
        ]
        lines += [""]
    return "\n".join([*lines, *(f"- {note}" for note in notes)]) + "\n"


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.region_importance", description=__doc__
    )
    add_data_options(parser)
    parser.add_argument("--pairs", type=int, default=100, help="of the same person")
    parser.add_argument("--seed", type=int, default=1, help="which pairs are drawn")
    parser.add_argument("--explainers", default="inpaint-s0,concepts", help="names, with commas")
    parser.add_argument("--out", type=Path, required=True, help="folder for table and chart")
    options = parser.parse_args(arguments)
    names = options.explainers.split(",")
    try:
        model = load_model(options.model)
        folder = options.cache / "explain" / "regions"
        values = measure(names, genuine_pairs(options, model), folder)
    except (FacewhyError, KeyError) as error:
        parser.exit(2, f"{error}\n")
    count = len(next(iter(values.values())))
    charts = {name: bars(name, each) for name, each in values.items()}
    notes = [
        f"{count} pairs of the same person of LFW view 2, drawn at random (seed {options.seed}); "
        f"model {model.title}.",
        "Importance: mean of a map in the region over both pictures, after dividing the maps by "
        "their largest absolute value; 1 is the most important place of the pair, below 0 the "
        "region makes the two faces less similar.",
        *(
            f"`{name}`: " + ", ".join(f"{key} {value}" for key, value in settings.items()) + "."
            for name in names
            if (settings := EXPLAINERS[name].settle(_params(name)))
        ),
    ]
    options.out.mkdir(parents=True, exist_ok=True)
    everything = {
        "notes": notes,
        "bars": [
            {key: round(each, 4) if isinstance(each, float) else each for key, each in bar.items()}
            for chart in charts.values()
            for bar in map(asdict, chart)
        ],
    }
    (options.out / "importance.json").write_text(json.dumps(everything, indent=1) + "\n")
    (options.out / "importance.md").write_text(markdown(charts, notes))
    figure(charts, count).savefig(options.out / "importance.png")
    print(markdown(charts, notes))


if __name__ == "__main__":
    main()
