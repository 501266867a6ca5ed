"""IFV S0: one region at a time becomes another person's, in both faces."""

from __future__ import annotations

from explain.base import Explainer
from explain.inpainting import FILLS, INPAINTER, SCHEME, at_most, fillings
from explain.parts import paint_both
from explain.regions import SCHEMES
from explain.run import Maps, Run


def explain_both(run: Run, inpainter: str, fills: int, scheme: str) -> Maps:
    """``dS_i = S_ref - S_i`` (eq. 3.3), S_i the mean over the fills; eq. 3.4 is the scaling."""
    filled = run.once(fillings, inpainter, fills, scheme)
    changes = run.reference - filled.alone.mean(1)
    run.replaced = filled.replaced()
    return paint_both(run, scheme, changes)


EXPLAINER = Explainer(
    name="inpaint-s0",
    title="Inpainting, single region",
    sentence="Replaces one region at a time, such as the nose, by another person's in both faces, "
    "and gives it the change of the score.",
    citation="Claro, Interpretable Face Verification Using Visual Explanations, 2025, sec. "
    "3.2.2.1, eq. 3.1-3.4",
    cost="fast",
    function=explain_both,
    parameters=(INPAINTER, FILLS, SCHEME),
    work=lambda _pair, inpainter, fills, scheme: at_most(inpainter, fills, len(SCHEMES[scheme])),
)
