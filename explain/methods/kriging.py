"""Kriging: the smooth map that explains some fifty scores best.

CorrRISE correlates each pixel by itself, and what all the other pixels do is noise to it: hundreds
of masks average it away. A joint model of all pixels has no such noise, and as it takes neighbours
to be alike it needs a tenth of the masks.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from explain.base import Explainer, Parameter, per_side
from explain.run import Map, Run, Side
from explain.sampling import Masks, Scores, explain_by, random_patches

PLACES = 20  # the map is solved for on 20 x 20 places
REACHES = (0.08, 0.12, 0.18, 0.27)  # how far neighbours are alike, as shares of the crop
SQUARES = (5, 12)  # least and most squares hidden at a time
NOISES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)  # what the sum misses, as a share of the variance

Values = npt.NDArray[np.float64]


def krige(masks: Values, scores: Values) -> Values:
    """Posterior mean of h in ``s_i = c + sum_x h(x) M_i(x) + noise``, h a Gaussian process.

    Reach of the process and noise are those under which the scores are most likely.

    Args:
        masks: (N, P, P), 1 = visible.
        scores: (N,).

    Returns:
        (P, P).
    """
    place = (np.arange(masks.shape[1]) + 0.5) / masks.shape[1]
    apart = (place[:, None] - place) ** 2
    seen = masks - masks.mean(0)
    centred = scores - scores.mean()
    best, found = -np.inf, np.zeros(masks.shape[1:])
    for reach in REACHES:
        near = np.exp(-apart / (2 * reach**2))
        spread = near @ seen @ near  # the covariance of h with each score
        joint = np.tensordot(seen, spread, ([1, 2], [1, 2]))
        joint /= np.trace(joint) / len(joint)
        variances, directions = np.linalg.eigh(joint)
        along = directions.T @ centred
        for noise in NOISES:
            total = np.maximum(variances, 0) + noise
            scale = np.mean(along**2 / total)
            likelihood = -0.5 * (len(along) * np.log(scale + 1e-30) + np.log(total).sum())
            if likelihood > best:
                best = likelihood
                found = np.tensordot(directions @ (along / total), spread, 1)
    return found


def explain_side(run: Run, side: Side, masks: int, patch: float) -> Map:
    """Kriging of the scores under random masks of a few squares each."""
    height, width = run.shape

    def read(drawn: Masks, scores: Scores) -> Map:
        seen = np.stack(
            [
                cv2.resize(each, (PLACES, PLACES), interpolation=cv2.INTER_AREA)
                for each in drawn[: len(scores)]
            ]
        )
        found = krige(seen.astype(float), scores.astype(float)).astype(np.float32)
        return np.asarray(cv2.resize(found, (width, height), interpolation=cv2.INTER_CUBIC))

    return explain_by(run, side, random_patches(run, masks, patch, *SQUARES), read)


EXPLAINER = Explainer(
    name="kriging",
    title="Kriging",
    sentence="Hides a few random squares in only fifty different ways and works out the smooth map "
    "whose visible parts add up to the scores seen.",
    citation="This program; kriging after Matheron, Principles of Geostatistics, 1963; masks as in "
    "CorrRISE, Lu, Xu & Ebrahimi, WACV 2024",
    cost="instant",
    function=per_side(explain_side),
    parameters=(
        Parameter("masks", 50, "Random masks for each face.", 10, 500, 5),
        Parameter("patch", 0.2, "Edge of a square, as a share of the crop.", 0.05, 0.5, 0.01),
    ),
    work=lambda _pair, masks, **_: 2 + 2 * masks,
)
