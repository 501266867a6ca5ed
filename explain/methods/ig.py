"""Integrated gradients: the score's growth on the way from black to the face, pixel by pixel."""

from __future__ import annotations

import math
from typing import Any

import torch

from explain.base import Explainer, Parameter
from explain.gradients import as_maps, cosines, leaves, others
from explain.run import Maps, Run


def explain_both(run: Run, steps: int) -> Maps:
    """``sum_c A_c * integral_0^1 ds(t A, B) / dA_c dt``; sums to ``s(A, B) - s(black, B)``."""
    # Imported here: captum takes half a second, and only this method needs it.
    from captum.attr import IntegratedGradients

    pictures = leaves(run).detach()
    batch = max(2, run.pair.model.batch_size // 2)
    ticks = run.steps(range(math.ceil(steps / (batch // 2))))

    def counted(
        forward_fn: Any, inputs: tuple[torch.Tensor], additional_forward_args: Any, **_: Any
    ) -> tuple[torch.Tensor]:
        next(ticks, None)
        return (run.gradients(forward_fn(*inputs, *additional_forward_args), inputs[0]),)

    method = IntegratedGradients(lambda pixels, fixed: cosines(run, pixels, fixed))
    method.gradient_func = counted  # captum's own, but counted, stoppable and with progress
    shares = method.attribute(
        pictures,
        additional_forward_args=(others(run),),
        n_steps=steps,
        internal_batch_size=batch,
    )
    return as_maps(shares.sum(1))


EXPLAINER = Explainer(
    name="ig",
    title="Integrated gradients",
    sentence="Fades the face in from black and adds up what each pixel brings to the score on the "
    "way; the parts sum to the whole score gained.",
    citation="Sundararajan, Taly & Yan, Axiomatic Attribution for Deep Networks, ICML 2017, eq. 1",
    cost="fast",
    function=explain_both,
    parameters=(
        Parameter(
            "steps", 32, "Points on the way from black to the face (published: 20 to 300).", 8, 300
        ),
    ),
    needs_gradients=True,
    work=lambda _pair, steps: 2 + 6 * steps,
)
