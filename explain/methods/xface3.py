"""xFace, method 3: hide the same square in both pictures."""

from __future__ import annotations

from explain import xface
from explain.base import Explainer
from explain.run import Maps, Run, Side
from recognition.model import Embeddings


def distances(
    changed: dict[Side, Embeddings], _original: dict[Side, Embeddings]
) -> tuple[xface.Distances, xface.Distances]:
    """``d1_i = d2_i = d(A_i, B_i)``: one map for both pictures."""
    both = 1 - (changed["a"] * changed["b"]).sum(1)
    return both, both


def explain_both(run: Run, stride: int, smallest: int) -> Maps:
    """``S = mean_p blur[(1/N) sum_i M_i (d_i - d_orig) / p^2]``."""
    return xface.explain_both(run, stride, smallest, distances)


EXPLAINER = Explainer(
    name="xface3",
    title="xFace 3",
    sentence="Hides the same square in both faces and marks those that keep the two alike, and "
    "those that keep them apart; one map for both.",
    citation="Knoche et al., Explainable Model-Agnostic Similarity and Confidence in Face "
    "Verification, WACV 2023 workshops, method 3",
    cost="slow",
    function=explain_both,
    parameters=(xface.STRIDE, xface.SMALLEST),
    work=xface.work,
)
