"""xFace, method 1: hide a square here, and average over the squares hidden there."""

from __future__ import annotations

from explain import xface
from explain.base import Explainer
from explain.run import Maps, Run, Side
from recognition.model import Embeddings


def distances(
    changed: dict[Side, Embeddings], _original: dict[Side, Embeddings]
) -> tuple[xface.Distances, xface.Distances]:
    """``d1_i = mean_j d(A_i, B_j)``, ``d2_j = mean_i d(A_i, B_j)``."""
    a, b = changed["a"], changed["b"]
    # Hundreds of rows added up in single precision would miss by more than rounding may.
    return 1 - a @ b.mean(0, dtype=float), 1 - b @ a.mean(0, dtype=float)


def explain_both(run: Run, stride: int, smallest: int) -> Maps:
    """``S = mean_p blur[(1/N) sum_i M_i (d_i - d_orig) / p^2]``."""
    return xface.explain_both(run, stride, smallest, distances)


EXPLAINER = Explainer(
    name="xface1",
    title="xFace 1",
    sentence="Hides a square of one face at a time, while the other face is partly hidden in every "
    "possible way, and marks the squares that keep the two alike or apart.",
    citation="Knoche et al., Explainable Model-Agnostic Similarity and Confidence in Face "
    "Verification, WACV 2023 workshops, method 1",
    cost="slow",
    function=explain_both,
    parameters=(xface.STRIDE, xface.SMALLEST),
    work=xface.work,
)
