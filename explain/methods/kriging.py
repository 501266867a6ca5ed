"""Kriging: the smooth map that explains some fifty scores best.

CorrRISE correlates each pixel by itself, and what all the other pixels do is noise to it: hundreds
of masks average it away. A joint model of all pixels has no such noise, and as it takes neighbours
to be alike it needs a tenth of the masks.
"""

from __future__ import annotations

import cv2
import numpy as np

from explain.base import Explainer, Parameter, per_side
from explain.kriging import coarse, krige
from explain.run import Map, Run, Side
from explain.sampling import Masks, Scores, explain_by, random_patches

SQUARES = (5, 12)  # least and most squares hidden at a time


def explain_side(run: Run, side: Side, masks: int, patch: float) -> Map:
    """Kriging of the scores under random masks of a few squares each."""
    height, width = run.shape

    def read(drawn: Masks, scores: Scores) -> Map:
        seen = coarse(drawn[: len(scores)])
        found = krige(seen, scores.astype(float)).astype(np.float32)
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
