"""How fast the five techniques of the table are, against the plain loop of the papers.

    python -m benchmarks.explain_speed --lfw ../shared/data/lfw --pairs 4

prints seconds and passes of both ways for the first pair, and for every pair how well the maps of
the lazy search agree with those of exact greedy search. The plain loop embeds one picture at a
time, looks at every place in every greedy step, and computes AVG's four parts anew.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from scipy.stats import spearmanr

from explain import EXPLAINERS, TABLE_TECHNIQUES, explain_many
from explain.greedy import MODES, Settings, greedy, greedy_map
from explain.grid import SMOOTHING, Mode, smooth, spots
from explain.run import SIDES, Run, Side
from recognition import Comparison, compare, load_model

DEFAULTS = {each.name: each.default for each in EXPLAINERS["s1-"].parameters}
SETTINGS = Settings(**{k: v for k, v in DEFAULTS.items() if k != SMOOTHING.name})  # type: ignore[arg-type]
EXACT = Settings(**{**vars(SETTINGS), "caution": float("inf")})

Images = npt.NDArray[np.float32]


def plain_single(run: Run, side: Side, mode: Mode) -> None:
    """S0- or S0+, one picture at a time."""
    for mask in spots(run.shape, SETTINGS.grid, SETTINGS.width):
        shown = 1 - mask if mode == "remove" else mask
        run.scores((run.picture(side) * shown[..., None])[None], side)


def plain_greedy(run: Run, side: Side, mode: Mode) -> None:
    """S1- or S1+, every place in every step, one picture at a time."""
    masks = spots(run.shape, SETTINGS.places, SETTINGS.width)
    visible = np.full(run.shape, 1.0 if mode == "remove" else 0.0, np.float32)
    sign = -1 if mode == "remove" else 1
    take: Callable[[Images, Images], Images] = (
        (lambda seen, mask: seen * (1 - mask))
        if mode == "remove"
        else (lambda seen, mask: np.minimum(1, seen + mask))
    )
    now = float(run.scores((run.picture(side) * visible[..., None])[None], side)[0])
    free, largest = list(range(len(masks))), 0.0
    for _ in range(SETTINGS.steps):
        gains = []
        for place in free:
            changed = run.picture(side) * take(visible, masks[place])[..., None]
            gains.append(sign * (float(run.scores(changed[None], side)[0]) - now))
        gain = max(gains)
        if gain <= SETTINGS.stop * largest:
            return
        best = free.pop(int(np.argmax(gains)))
        visible, now, largest = take(visible, masks[best]), now + sign * gain, max(largest, gain)


def plain_table(pair: Comparison) -> Run:
    """All five techniques for both pictures, the way the papers describe them."""
    run = Run(pair)
    for side in SIDES:
        for _ in ("the four", "the four again, for AVG"):
            for mode in ("remove", "add"):
                plain_single(run, side, mode)
                plain_greedy(run, side, mode)
    return run


def plain_pair(pair: Comparison) -> Run:
    """S1- and S1+ for both pictures, the way the papers describe them."""
    run = Run(pair)
    for side in SIDES:
        for mode in MODES:
            plain_greedy(run, side, mode)
    return run


def agreement(pair: Comparison, mode: Mode, smoothing: float) -> tuple[float, float, float]:
    """Rank correlation of lazy and exact map, share of the exact gain, share of its passes."""
    lazy, exact = Run(pair), Run(pair)
    maps = [
        smooth(greedy_map(run, "a", mode, how), smoothing).ravel()
        for run, how in ((lazy, SETTINGS), (exact, EXACT))
    ]
    gained = greedy(lazy, "a", mode, SETTINGS).sum() / greedy(exact, "a", mode, EXACT).sum()
    return float(spearmanr(*maps)[0]), float(gained), lazy.passes / exact.passes


def pairs_of(folder: Path, count: int) -> list[tuple[Path, Path]]:
    """Genuine and impostor pairs of LFW's view 2 in turns."""
    found = []
    for line in (folder / "pairs.txt").read_text().splitlines()[1:]:
        parts = line.split()
        first, second = (parts[0], parts[0]) if len(parts) == 3 else (parts[0], parts[2])
        one, other = parts[1], parts[-1]
        found.append(
            tuple(
                folder / person / f"{person}_{int(number):04d}.jpg"
                for person, number in ((first, one), (second, other))
            )
        )
    return [found[index * 300 + index] for index in range(count)]  # type: ignore[misc]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lfw", type=Path, required=True)
    parser.add_argument("--pairs", type=int, default=4)
    parser.add_argument("--model", default="dlib-resnet29")
    parser.add_argument("--skip-plain", action="store_true", help="leave the slow plain loop out")
    options = parser.parse_args()
    model = load_model(options.model)
    pairs = [compare(*paths, model=model) for paths in pairs_of(options.lfw, options.pairs)]
    explain_many(TABLE_TECHNIQUES, pairs[0], grid=4)
    # Wall time is only worth something on an idle machine; CPU time is spread over the threads.
    print(f"{torch.get_num_threads()} threads, {options.model}, settings {DEFAULTS}")
    for pair in pairs:
        began, worked = time.perf_counter(), time.process_time()
        results = explain_many(TABLE_TECHNIQUES, pair)
        ours, worked = time.perf_counter() - began, time.process_time() - worked
        passes = sum(result.passes for result in results.values())
        print(f"five techniques, both pictures: {ours:.2f} s ({worked:.1f} CPU s), {passes} passes")
    for number, pair in enumerate(pairs):
        for mode in ("remove", "add"):
            rank, gained, share = agreement(pair, mode, float(DEFAULTS["smoothing"]))
            print(
                f"pair {number} {mode}: rank correlation {rank:.3f}, {gained:.1%} of the exact "
                f"gain, {share:.0%} of its passes"
            )
    if options.skip_plain:
        return
    for title, techniques, plain in (
        ("five techniques", TABLE_TECHNIQUES, plain_table),
        ("greedy pair", ("s1-", "s1+"), plain_pair),
    ):
        began = time.perf_counter()
        run = plain(pairs[0])
        slow = time.perf_counter() - began
        began = time.perf_counter()
        results = explain_many(techniques, pairs[0])
        ours = time.perf_counter() - began
        passes = sum(result.passes for result in results.values())
        print(
            f"{title}: plain loop {slow:.1f} s, {run.passes} passes; here {ours:.1f} s, {passes}: "
            f"{slow / ours:.1f} times faster, {run.passes / passes:.1f} times fewer passes, "
            f"{2 * run.passes / passes:.1f} times where the loop embeds both pictures each time"
        )


if __name__ == "__main__":
    main()
