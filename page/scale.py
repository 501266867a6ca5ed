"""A picture of where a score lies between pairs of strangers and pairs of the same person."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from recognition import Comparison, calibration

BASE = 80  # height of the score line, from the top


def scale_svg(pair: Comparison, width: int = 640) -> str:
    """The score on a line with the threshold, over how scores of both kinds of pairs spread."""
    calibrated = calibration.of(pair.model)
    if calibrated is None:
        low, high = min(-0.1, pair.score), 1.0
        hills = ""
    else:
        low = min(
            float(np.interp(0.97, calibrated.fmrs[::-1], calibrated.scores[::-1])), pair.score
        )
        high = 1.0

    def x(score: float) -> float:
        return 14 + (width - 28) * (score - low) / (high - low)

    if calibrated is not None:
        hills = _hill("different", calibrated.scores, 1.0 - np.array(calibrated.fmrs), x)
        hills += _hill("same", calibrated.scores, np.array(calibrated.fnmrs), x)
    cut, here = x(pair.threshold), x(pair.score)
    return f"""
  <svg class="scale" viewBox="0 0 {width} 122" role="img"
    aria-label="Score {pair.score:.3f} on a line with the threshold at {pair.threshold:.3f}">
    {hills}
    <line class="axis" x1="14" x2="{width - 14}" y1="{BASE}" y2="{BASE}"/>
    <line class="cut" x1="{cut:.1f}" x2="{cut:.1f}" y1="24" y2="{BASE + 6}"/>
    <text x="{cut:.1f}" y="{BASE + 19}" text-anchor="middle">threshold</text>
    <text class="different" x="14" y="{BASE + 37}">◀ pairs of different people</text>
    <text class="same" x="{width - 14}" y="{BASE + 37}" text-anchor="end"
      >pairs of the same person ▶</text>
    <line class="here" x1="{here:.1f}" x2="{here:.1f}" y1="20" y2="{BASE}"/>
    <circle class="score" cx="{here:.1f}" cy="{BASE}" r="7"/>
    <text class="here" x="{min(max(here, 40), width - 40):.1f}" y="14"
      text-anchor="middle">this pair</text>
  </svg>"""


def _hill(
    kind: str, scores: Sequence[float], below: npt.NDArray[np.floating], x: Callable[[float], float]
) -> str:
    """The density of one kind of pair as a filled curve, from its cumulative share."""
    grid = np.linspace(scores[0], 1.0, 160)
    steps = np.diff(np.interp(grid, scores, below, left=0.0, right=1.0))
    kernel = np.hanning(9)
    heights = np.convolve(steps, kernel / kernel.sum(), "same")
    heights *= (BASE - 26) / heights.max()
    middles = (grid[1:] + grid[:-1]) / 2
    points = " ".join(
        f"{x(at):.1f},{BASE - height:.1f}"
        for at, height in zip(middles, heights, strict=True)
        if x(at) >= 14
    )
    first, last = points.split(" ")[0].split(",")[0], points.split(" ")[-1].split(",")[0]
    return f'<polygon class="{kind}" points="{first},{BASE} {points} {last},{BASE}"/>'
