"""Optimal: the order of places that keeps a match with the least, and destroys it with the least.

A smooth map per picture is found by gradient descent on exactly what makes a map faithful. In the
spirit of meaningful perturbations (Fong & Vedaldi, ICCV 2017) and extremal perturbations (Fong,
Patrick & Vedaldi, ICCV 2019), but for all shares of the picture at once, so that one map ranks
every place, and for both directions, so that it has a sign.
"""

from __future__ import annotations

import cv2
import numpy as np
import torch
from torch.nn import functional

from explain.base import Explainer, Parameter, by_largest
from explain.gradients import as_maps, cosines, leaves, others, show_both
from explain.methods.kriging import explain_side
from explain.run import SIDES, Maps, Run
from recognition.types import Comparison

SHARES = 2  # random shares of each picture that a step looks at
EDGE = 0.1  # how soft a mask's edge is while it is searched, in units of the map
START = 1.5  # largest value of the map that the search starts from
MASKS, PATCH = 50, 0.2  # of the kriging that gives this map
INERTIA = 0.7  # share of the last step that the next one takes along
KEPT = 3.0  # weight of keeping the match against destroying it
SLOPE = 0.25  # softness of the decision, as a share of the way from black to the whole face
NOTHING = 0.02  # changes of the score below this share of that way are no evidence
LEVELS = 20


def explain_both(run: Run, steps: int, cells: int, pace: float) -> Maps:
    """Minimise ``sum_q sigma(s(A hidden by m_q)) - k sigma(s(A kept by m_q))`` over the map z.

    ``m_q`` keeps, softly, the share q of the picture where z is highest; ``sigma`` is a soft
    decision at the threshold. q is drawn anew in each step; the descent starts from kriging.
    """
    pictures, fixed, rng = leaves(run).detach(), others(run), run.rng()
    centre, slope = _decision(run, pictures, fixed)
    walk = run.steps(range(-1, steps))
    next(walk)
    values = _start(run, cells).requires_grad_()
    speed = torch.zeros_like(values)
    for step in walk:
        drawn = (np.arange(SHARES) + rng.random(SHARES)) / SHARES
        kept = _keep(_enlarged(values, run.shape), torch.from_numpy(drawn).float())
        scores = _scores(run, pictures, fixed, torch.cat([kept, 1 - kept], 1))
        decided = ((scores - centre[:, None]) / slope[:, None]).sigmoid()
        keeping, hiding = decided.chunk(2, 1)
        loss = hiding - KEPT * keeping
        uphill = run.gradients(loss, values, pictures=2 * loss.numel())
        uphill = uphill / uphill.abs().amax((1, 2, 3), keepdim=True).clamp_min(1e-30)
        # Not Adam: it would move cells that mean nothing as fast as those that mean most.
        speed = INERTIA * speed + uphill
        with torch.no_grad():
            values -= pace * (1 - step / steps) * speed
        show_both(run, _enlarged(values, run.shape))
    return as_maps(_with_zero(run, _enlarged(values.detach(), run.shape), pictures, fixed))


def _start(run: Run, cells: int) -> torch.Tensor:
    """Where the search starts, (2, 1, cells, cells): kriging, which a hundred pictures pay for."""
    found = [run.once(explain_side, side, MASKS, PATCH) for side in run.steps(SIDES)]
    coarse = [
        cv2.resize(by_largest(each), (cells, cells), interpolation=cv2.INTER_AREA) for each in found
    ]
    return START * torch.from_numpy(np.stack(coarse))[:, None]


def _enlarged(values: torch.Tensor, shape: tuple[int, int]) -> torch.Tensor:
    """A coarse map (2, 1, cells, cells), smoothly enlarged to (2, H, W)."""
    return functional.interpolate(values, shape, mode="bicubic", align_corners=False)[:, 0]


def _keep(values: torch.Tensor, shares: torch.Tensor) -> torch.Tensor:
    """Masks (2, Q, H, W) of the highest share of each map, with soft edges."""
    level = torch.quantile(values.detach().flatten(1), 1 - shares, dim=1).T
    return ((values[:, None] - level[:, :, None, None]) / EDGE).sigmoid()


def _scores(
    run: Run, pictures: torch.Tensor, fixed: torch.Tensor, masks: torch.Tensor
) -> torch.Tensor:
    """Score (2, M) of each picture under each of its masks (2, M, H, W), 1 = visible."""
    count = masks.shape[1]
    shown = (pictures[:, None] * masks[:, :, None]).flatten(0, 1)
    return cosines(run, shown, fixed.repeat_interleave(count, 0)).unflatten(0, (2, count))


def _decision(
    run: Run, pictures: torch.Tensor, fixed: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Centre and slope (2,) of the soft decision of each side.

    The centre is the threshold, drawn in to where masks can reach: between the score of a black
    picture and that of the whole face.
    """
    with torch.no_grad():
        ends = torch.stack([torch.zeros(2, *run.shape), torch.ones(2, *run.shape)], 1)
        low, high = _scores(run, pictures, fixed, ends).sort(1).values.T
    slope = SLOPE * (high - low).clamp_min(1e-6)
    return torch.clamp(torch.tensor(run.pair.threshold), low + slope, high - slope), slope


def _with_zero(
    run: Run, values: torch.Tensor, pictures: torch.Tensor, fixed: torch.Tensor
) -> torch.Tensor:
    """Put zero where showing more of the picture neither raises the score nor lowers it."""
    shares = torch.linspace(0, 1, LEVELS + 1)
    levels = torch.quantile(values.flatten(1), 1 - shares, dim=1).T
    masks = (values[:, None] >= levels[:, :, None, None]).float()
    masks[:, 0] = 0
    with torch.no_grad():
        scores = torch.cat([_scores(run, pictures, fixed, part) for part in masks.split(4, 1)], 1)
    best, whole = scores.max(1).values, (scores[:, -1] - scores[:, 0]).abs()
    enough = scores >= (best - NOTHING * whole)[:, None]
    shifted = []
    for side in range(len(SIDES)):
        reached = levels[side][enough[side]]
        above, below = values[side] - reached[0], values[side] - reached[-1]
        shifted.append(above.clamp_min(0) + below.clamp_max(0))
    return torch.stack(shifted)


def at_most(_pair: Comparison, steps: int, **_: object) -> int:
    """How many pictures are embedded: for kriging, the ends, the search and the zero."""
    return 2 + 2 * MASKS + 2 * 2 + 3 * 4 * SHARES * steps + 2 * (LEVELS + 1)


EXPLAINER = Explainer(
    name="optimal",
    title="Optimal mask",
    sentence="Searches for the places that keep the match when little else is visible, and destroy "
    "it when they alone are hidden.",
    citation="This program; after Fong, Patrick & Vedaldi, Understanding Deep Networks via "
    "Extremal Perturbations and Smooth Masks, ICCV 2019",
    cost="fast",
    function=explain_both,
    parameters=(
        Parameter("steps", 25, "Steps of the search.", 5, 200, 5),
        Parameter("cells", 14, "Cells along each side of the map that is searched.", 4, 32, 1),
        Parameter(
            "pace", 0.3, "How far the first step goes; the last one goes nowhere.", 0.01, 0.5, 0.01
        ),
    ),
    needs_gradients=True,
    uses_threshold=True,
    work=at_most,
)
