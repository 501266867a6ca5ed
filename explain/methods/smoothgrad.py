"""SmoothGrad: the gradient, averaged over noisy copies of the picture."""

from __future__ import annotations

import numpy as np
import torch

from explain.base import Explainer, Parameter
from explain.gradients import as_maps, cosines, leaves, others, show_both
from explain.run import Maps, Run


def explain_both(run: Run, samples: int, noise: float) -> Maps:
    """``max_c |1/n sum_i ds(A + N(0, sigma^2), B) / dA_c|``; both sides see the same noise."""
    pictures, fixed, rng = leaves(run).detach(), others(run), run.rng()
    spread = noise * (pictures.amax((1, 2, 3), keepdim=True) - pictures.amin((1, 2, 3), True))
    total = torch.zeros_like(pictures)
    chunk = max(1, run.pair.model.batch_size // 4)
    for start in run.steps(range(0, samples, chunk)):
        count = min(chunk, samples - start)
        drawn = rng.standard_normal((count, *pictures.shape[1:]), dtype=np.float32)
        noisy = (pictures + spread * torch.from_numpy(drawn)[:, None]).flatten(0, 1)
        noisy.requires_grad_()
        gradient = run.gradients(cosines(run, noisy, fixed.repeat(count, 1)), noisy)
        total += gradient.unflatten(0, (count, 2)).sum(0)
        show_both(run, total.abs().amax(1))
    return as_maps(total.abs().amax(1) / samples)


EXPLAINER = Explainer(
    name="smoothgrad",
    title="SmoothGrad",
    sentence="Averages the gradient over noisy copies of the face, which leaves what does not "
    "depend on single pixels.",
    citation="Smilkov et al., SmoothGrad: removing noise by adding noise, 2017, sec. 2",
    cost="fast",
    function=explain_both,
    parameters=(
        Parameter("samples", 32, "Noisy copies of each face (published: 50).", 4, 200, 4),
        Parameter(
            "noise",
            0.15,
            "Standard deviation of the noise, as a share of the picture's range of values "
            "(published: 0.1 to 0.2).",
            0.01,
            0.5,
            0.01,
        ),
    ),
    signed=False,
    needs_gradients=True,
    work=lambda _pair, samples, **_: 2 + 6 * samples,
)
