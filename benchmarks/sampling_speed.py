"""How fast CorrRISE and FV-RISE are, against the plain loop of the papers.

    python -m benchmarks.sampling_speed --lfw ../shared/data/lfw --masks 200

The plain loop masks one picture at a time, embeds it alone, embeds the other picture again each
time, and keeps all masks until the end. Both ways draw the same masks. Two plain runs that draw
other masks agree less with each other than ours does with the plain run of its seed.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import spearmanr

from explain import EXPLAINERS, explain
from explain.base import min_max
from explain.benchmark.pairs import choose
from explain.run import SIDES, Map, Run, Side
from explain.sampling import random_grids, random_patches
from recognition import Comparison, compare, load_model
from recognition.measure import lfw
from recognition.score import describe, similarity

Scores = npt.NDArray[np.float32]


def plain_scores(run: Run, side: Side, masks: Map) -> Scores:
    """Score under each mask, both pictures embedded anew each time, one by one."""
    other = run.picture("b" if side == "a" else "a")
    scores = []
    for mask in masks:
        changed = describe(run.pair.model, (run.picture(side) * mask[..., None])[None])
        again = describe(run.pair.model, other[None])
        scores.append(similarity(changed, again)[0])
    return np.array(scores, np.float32)


def plain_corrrise(run: Run, side: Side, masks: Map) -> Map:
    """Pearson correlation, pixel by pixel."""
    scores = plain_scores(run, side, masks)
    centred, visible = scores - scores.mean(), masks - masks.mean(0)
    below = np.sqrt((centred**2).sum() * (visible**2).sum(0))
    return np.tensordot(centred, visible, 1) / np.where(below > 0, below, 1)


def plain_fvrise(run: Run, side: Side, masks: Map) -> Map:
    """S less D, each stretched to [0, 1]."""
    falls = run.reference - plain_scores(run, side, masks)
    similar, dissimilar = (
        min_max(np.tensordot(np.maximum(each, 0), 1 - masks, 1)) for each in (falls, -falls)
    )
    return similar - dissimilar


def likeness(some: Sequence[Map], others: Sequence[Map]) -> float:
    """Mean rank correlation of two explanations' maps."""
    pairs = zip(some, others, strict=True)
    return float(np.mean([spearmanr(x.ravel(), y.ravel()).statistic for x, y in pairs]))


def measure(name: str, pair: Comparison, count: int, tried: float | None) -> str:
    """One row: seconds and passes of both ways, agreement of the maps, and of another seed's."""
    given = {"masks": count} if tried is None else {"masks": count, "tried": tried}
    settings = EXPLAINERS[name].settle(given)
    run = Run(pair)
    began = time.perf_counter()
    if name == "corrrise":
        edge, fewest, most = settings["patch"], settings["fewest"], settings["most"]
        masks = random_patches(run, count, edge, fewest, most)[:count]  # type: ignore[arg-type]
        plain = [plain_corrrise(run, side, masks) for side in SIDES]
    else:
        masks = random_grids(run, count, settings["cells"], settings["keep"])[:count]  # type: ignore[arg-type]
        plain = [plain_fvrise(run, side, masks) for side in SIDES]
    slow = time.perf_counter() - began
    ours = explain(name, pair, **given)
    again = explain(name, pair, seed=1, masks=count, tried=1.0)
    passes = 2 * 2 * count * (2 if pair.mirror else 1)
    return (
        f"{name}, {count} masks, {settings['tried']:.0%} tried: plain {slow:.1f} s, here "
        f"{ours.seconds:.1f} s, {slow / ours.seconds:.1f} times; passes {passes} and "
        f"{ours.passes}, {passes / ours.passes:.1f} times; rank correlation of the maps "
        f"{likeness(plain, ours.maps):.3f}, of two plain runs {likeness(plain, again.maps):.3f}"
    )


def compare_maps(name: str, pair: Comparison, count: int, tried: float | None) -> str:
    """One row: passes, and agreement with the maps of all masks."""
    whole = explain(name, pair, masks=count, tried=1.0)
    given: dict[str, Any] = {} if tried is None else {"tried": tried}
    ours = explain(name, pair, masks=count, **given)
    each = [likeness([x], [y]) for x, y in zip(whole.maps, ours.maps, strict=True)]
    return (
        f"{name}, {count} masks, {ours.params['tried']:.0%} tried, a match: {pair.is_match}: "
        f"passes {whole.passes} and {ours.passes}, rank correlation of the two maps "
        f"{each[0]:.3f} and {each[1]:.3f}"
    )


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lfw", type=Path, required=True, help="folder that holds LFW")
    parser.add_argument("--model", default="dlib-resnet29")
    parser.add_argument("--masks", type=int, default=500, help="random masks for each picture")
    parser.add_argument(
        "--tried", type=float, help="share that is tried; each method's own if none"
    )
    parser.add_argument("--pairs", type=int, default=1, help="pairs of LFW view 1")
    parser.add_argument("--explainers", default="corrrise,fvrise")
    parser.add_argument("--maps-only", action="store_true", help="no plain loop, no seconds")
    options = parser.parse_args()
    report = compare_maps if options.maps_only else measure
    model = load_model(options.model)
    drawn = choose(lfw.read_pairs(options.lfw, lfw.VIEW_1), 2 * options.pairs)[: options.pairs]
    for each in drawn:
        pair = compare(options.lfw / each.a, options.lfw / each.b, model=model)
        explain("corrrise", pair, masks=50)  # warm-up
        for name in options.explainers.split(","):
            print(report(name, pair, options.masks, options.tried), flush=True)


if __name__ == "__main__":
    main()
