"""How fast CorrRISE and FV-RISE are, against the plain loop of the papers.

    python -m benchmarks.sampling_speed --lfw ../shared/data/lfw --masks 200

The plain loop masks one picture at a time, embeds it alone, embeds the other picture again each
time, and keeps all masks until the end. Both ways see the same masks, so the maps must agree.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.stats import spearmanr

from explain import EXPLAINERS, explain
from explain.base import min_max
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


def measure(name: str, pair: Comparison, count: int) -> str:
    """One row: seconds of both ways, how many times faster, agreement of the maps."""
    settings = EXPLAINERS[name].settle({"masks": count})
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
    ours = explain(name, pair, masks=count)
    agreement = np.mean(
        [spearmanr(x.ravel(), y.ravel()).statistic for x, y in zip(plain, ours.maps, strict=True)]
    )
    return (
        f"{name:10} plain {slow:6.1f} s   ours {ours.seconds:6.1f} s   "
        f"{slow / ours.seconds:4.1f} times   rank correlation {agreement:.4f}"
    )


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lfw", type=Path, required=True, help="folder that holds LFW")
    parser.add_argument("--model", default="dlib-resnet29")
    parser.add_argument("--masks", type=int, default=200, help="random masks for each picture")
    options = parser.parse_args()
    first = lfw.read_pairs(options.lfw, lfw.VIEW_2)[0]
    model = load_model(options.model)
    pair = compare(options.lfw / first.a, options.lfw / first.b, model=model)
    explain("corrrise", pair, masks=50)  # warm-up
    for name in ("corrrise", "fvrise"):
        print(measure(name, pair, options.masks))


if __name__ == "__main__":
    main()
