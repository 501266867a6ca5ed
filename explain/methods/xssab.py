"""xSSAB: the score's positive and negative arguments, carried back to the pixels."""

from __future__ import annotations

import cv2
import numpy as np

from explain.base import Explainer, Parameter
from explain.gradients import as_maps, leaves
from explain.run import Map, Maps, Run


def explain_both(run: Run, blur: bool) -> Maps:
    """``map+- = mean_c |d/dA_c sum_n mask+-_n eB_n eA_n(A)|``; the map is ``map+ - map-``.

    The arguments ``a_n = eA_n eB_n`` at or above threshold / D are positive, those below are
    negative (eq. 5 to 12); which is which is held fixed. Costs one forward and two backward passes
    a picture.
    """
    pixels = leaves(run)
    embedded = run.describe(pixels)
    constant = embedded.detach()
    arguments = constant[0] * constant[1]
    positive = (arguments >= run.pair.threshold / len(arguments)).float()
    maps = []
    for side in run.steps((positive, 1 - positive)):
        score = (side * constant.flip(0) * embedded).sum()
        maps.append(run.gradients(score, pixels, retain_graph=True).abs().mean(1))
    map_a, map_b = as_maps(maps[0] - maps[1])
    return (blurred(map_a), blurred(map_b)) if blur else (map_a, map_b)


def blurred(values: Map) -> Map:
    """Gaussian blur of 5 x 5 pixels, sigma 5, as in the paper."""
    return np.asarray(cv2.GaussianBlur(values, (5, 5), 5), np.float32)


EXPLAINER = Explainer(
    name="xssab",
    title="xSSAB",
    sentence="Splits the score into what argues for a match and what argues against it, and traces "
    "each back to the pixels it rests on.",
    citation="Huber et al., Efficient Explainable Face Verification based on Similarity Score "
    "Argument Backpropagation, WACV 2024, eq. 5-12",
    cost="instant",
    function=explain_both,
    parameters=(
        Parameter(
            "blur", True, "Blur the map (5 x 5, sigma 5) as the paper does; its code does not."
        ),
    ),
    needs_gradients=True,
    uses_threshold=True,
    work=lambda _pair, **_: 10,
)
