"""How fast the greedy searches and the table are, against the plain loop of the papers.

    python -m benchmarks.explain_speed --lfw ../shared/data/lfw --pairs 4

prints seconds and passes of the five techniques of the table, for every pair how well the greedy
maps agree with those of exact search over the same places, and for the first pair what the plain
loop takes: one picture at a time, every place in every step.
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
from explain.run import Run, Side
from recognition import Comparison, compare, load_model

DEFAULTS = {each.name: each.default for each in EXPLAINERS["s1-"].parameters}
SETTINGS = Settings(**{k: v for k, v in DEFAULTS.items() if k != SMOOTHING.name})  # type: ignore[arg-type]
EXACT = Settings(**{**vars(SETTINGS), "caution": float("inf")})

Images = npt.NDArray[np.float32]


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


def greedy_of(run: Run, side: Side, mode: Mode) -> None:
    """S1- or S1+, as the product does it."""
    greedy(run, side, mode, SETTINGS)


def agreement(pair: Comparison, mode: Mode, smoothing: float) -> tuple[float, float, float]:
    """Rank correlation with the exact map, share of the exact gain, share of its passes."""
    ours, exact = Run(pair), Run(pair)
    maps = [
        smooth(greedy_map(run, "a", mode, how), smoothing).ravel()
        for run, how in ((ours, SETTINGS), (exact, EXACT))
    ]
    gained = [
        run.once(greedy, "a", mode, how).sum() for run, how in ((ours, SETTINGS), (exact, EXACT))
    ]
    return float(spearmanr(*maps)[0]), gained[0] / gained[1], ours.passes / exact.passes


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
    found = []
    for number, pair in enumerate(pairs):
        for mode in MODES:
            found.append(agreement(pair, mode, float(DEFAULTS["smoothing"])))
            rank, gained, share = found[-1]
            print(
                f"pair {number} {mode}: rank correlation {rank:.3f}, {gained:.1%} of the exact "
                f"gain, {share:.1%} of its passes"
            )
    rank, gained, share = np.mean(found, axis=0)
    print(
        f"all: mean rank correlation {rank:.3f}, median {np.median(found, axis=0)[0]:.3f}, "
        f"{gained:.1%} of the exact gain, {1 / share:.1f} times fewer passes"
    )
    if options.skip_plain:
        return
    taken = {}
    for title, search in (("plain loop", plain_greedy), ("here", greedy_of)):
        run = Run(pairs[0])
        began = time.perf_counter()
        for mode in MODES:
            search(run, "a", mode)
        taken[title] = time.perf_counter() - began, run.passes
    (slow, many), (fast, few) = taken.values()
    print(
        f"greedy pair, one picture: plain loop {slow:.1f} s, {many:,} passes; here {fast:.1f} s, "
        f"{few:,}: {slow / fast:.1f} times faster, {many / few:.1f} times fewer passes, "
        f"{2 * many / few:.1f} times where the loop embeds both pictures each time"
    )


if __name__ == "__main__":
    main()
