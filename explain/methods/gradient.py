"""Gradient: how much a small change of each pixel would change the score."""

from __future__ import annotations

from explain.base import Explainer
from explain.gradients import as_maps, cosines, leaves, others
from explain.run import Maps, Run


def explain_both(run: Run) -> Maps:
    """``max_c |ds(A, B) / dA_c|``, the other picture's embedding held fixed."""
    pixels = leaves(run)
    gradient = run.gradients(cosines(run, pixels, others(run)), pixels)
    return as_maps(gradient.abs().amax(1))


EXPLAINER = Explainer(
    name="gradient",
    title="Gradient",
    sentence="Marks the pixels where the smallest change would move the score most, up or down.",
    citation="Simonyan, Vedaldi & Zisserman, Deep Inside Convolutional Networks, ICLR workshop "
    "2014, sec. 3.1",
    cost="instant",
    function=explain_both,
    signed=False,
    needs_gradients=True,
    work=lambda _pair: 8,
)
