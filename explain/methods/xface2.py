"""xFace, method 2: hide a square here and leave the other picture as it is."""

from __future__ import annotations

from explain import xface
from explain.base import Explainer
from explain.run import Maps, Run, Side
from recognition.model import Embeddings


def distances(
    changed: dict[Side, Embeddings], original: dict[Side, Embeddings]
) -> tuple[xface.Distances, xface.Distances]:
    """``d1_i = d(A_i, B)``, ``d2_j = d(A, B_j)``."""
    return 1 - changed["a"] @ original["b"], 1 - changed["b"] @ original["a"]


def explain_both(run: Run, stride: int, smallest: int) -> Maps:
    """``S = mean_p blur[(1/N) sum_i M_i (d_i - d_orig) / p^2]``."""
    return xface.explain_both(run, stride, smallest, distances)


EXPLAINER = Explainer(
    name="xface2",
    title="xFace 2",
    sentence="Hides squares of three sizes in one face at a time and marks those that keep the two "
    "faces alike, and those that keep them apart.",
    citation="Knoche et al., Explainable Model-Agnostic Similarity and Confidence in Face "
    "Verification, WACV 2023 workshops, method 2",
    cost="slow",
    function=explain_both,
    parameters=(xface.STRIDE, xface.SMALLEST),
    work=xface.work,
)
