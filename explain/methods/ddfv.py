"""DDFV: what of the face a decoder no longer draws, once one feature is taken away.

Xu, Lu & Ebrahimi, Algorithm 1, for a recogniser that stays as it is. Two things of the paper are
settled: its weights ``FA FB - T`` are all negative when taken literally, so each channel gets its
share of the threshold; and the product of the embeddings' elements, which presupposes one channel
an element, becomes :func:`split_weights`. These are exact in front of global max pooling, and of
average pooling and a linear layer. Where the decoder reads an earlier layer they are of first order
only; there a channel weighs what the score loses by the very change whose residual is shown, see
:func:`removal_weights`. The decoder of dlib-resnet29 reads such a layer, 8 x 8, its terms add up to
about 0 instead of the score: from its last features, 2 x 2, hardly more than the mean face can be
drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import torch

from explain.activations import Activations, read, replaced, to_pixels
from explain.base import Explainer, Parameter
from explain.decoder import DECODER, load_decoder
from explain.gradients import leaves
from explain.run import Map, Maps, Run
from explain.trained import read_about
from recognition.types import Comparison

CHUNK = 64
EXACT = 1e-4
"""A split counts as exact when its terms miss the score by no more."""

SHOWN: Mapping[str, Callable[[Map], Map]] = {
    "both": lambda values: values,
    "similarity": lambda values: np.maximum(values, 0),
    "dissimilarity": lambda values: np.minimum(values, 0),
    "discriminative": np.abs,
}


def split_weights(run: Run, activations: Activations) -> tuple[torch.Tensor, bool]:
    """What each channel brings to the score: ``w_c = sum_p F_cp ds'/dF_cp - T / (V' C)``.

    ``s' = eA . eB / (|eA| |eB|)`` with the lengths held fixed; V' views make a picture's embedding.
    In front of average pooling and a linear layer without bias ``w_c`` is
    ``g_c(A) (W^T eB)_c / (|eA| |eB|) - T/C``, in front of global max pooling the paper's
    ``eA_c eB_c - T/C``: the weights of a picture add up to ``s - T``.

    Returns:
        Weights (V, C), and whether they do add up.
    """
    cosines = activations.terms
    gradient = run.gradients(cosines, activations.maps, pictures=2)
    terms = (activations.maps.detach() * gradient).sum((2, 3))
    missed = terms.unflatten(0, (-1, 2)).sum((0, 2)) - cosines.detach().sum(1)
    exact = float(missed.abs().max()) <= EXACT
    return terms - run.pair.threshold / (terms.numel() / 2), exact


def without_maximum(features: torch.Tensor, channels: torch.Tensor) -> torch.Tensor:
    """Copies (K, C, h, w) of features (C, h, w), the maximum of channel k set to 0 in the k-th."""
    copies = features.repeat(len(channels), 1, 1, 1)
    rows = torch.arange(len(channels))
    flat = copies.flatten(2)
    flat[rows, channels, flat[rows, channels].argmax(1)] = 0
    return copies


def embed(
    network: torch.nn.Module, layer: torch.nn.Module, picture: torch.Tensor, changed: torch.Tensor
) -> torch.Tensor:
    """Embeddings (K, D) of a picture (3, H, W) whose layer answers ``changed`` (K, C, h, w)."""
    with replaced(layer, changed):
        try:  # what is in front of the layer is the same for all
            rows: torch.Tensor = network(picture[None])
        except RuntimeError:  # a network that wants one batch size throughout
            rows = picture.new_empty(0, 0)
        if len(rows) != len(changed):
            rows = network(picture.expand(len(changed), -1, -1, -1).contiguous())
    return rows


def removal_weights(
    run: Run, activations: Activations, view: int, channels: torch.Tensor
) -> torch.Tensor:
    """What the score loses when a channel's maximum is set to 0, (K,): ``w_c = s - s_c``.

    Args:
        run: The run.
        activations: What the layer made of both pictures.
        view: Row of the picture, or of its mirror image, in ``activations.maps``.
        channels: (K,) channels to take one by one.
    """
    with torch.no_grad():
        pixels = leaves(run)
        picture = (pixels if view < 2 else pixels.flip(3))[view % 2]
        features = activations.maps[view].detach()
        embedded = []
        for part in run.steps(channels.split(run.pair.model.batch_size)):
            changed = torch.cat([features[None], without_maximum(features, part)])
            rows = embed(run.network, activations.layer, picture, changed)
            run.passes += len(changed)
            embedded.append(rows[1:] - rows[:1])
        mine, other = activations.embedded.detach()[[view % 2, 1 - view % 2]]
        changed_too = torch.cat([mine[None], mine + torch.cat(embedded)])
        scores = torch.nn.functional.cosine_similarity(changed_too, other[None])
        return scores[0] - scores[1:]


def residuals(
    decoder: Callable[[torch.Tensor], torch.Tensor], features: torch.Tensor, channels: torch.Tensor
) -> torch.Tensor:
    """What the drawn picture loses when a channel's maximum is set to 0, one map a channel.

    Args:
        decoder: Draws faces (N, 3, H, W) from features (N, C, h, w).
        features: (C, h, w) of one picture.
        channels: (K,) channels to take one by one.

    Returns:
        (K, H, W): absolute difference, mean over RGB, each divided by its largest value.
    """
    whole = decoder(features[None])
    maps = torch.cat(
        [
            (decoder(without_maximum(features, part)) - whole).abs().mean(1)
            for part in channels.split(CHUNK)
        ]
    )
    return maps / maps.amax((1, 2), keepdim=True).clamp_min(1e-12)


def explain_both(run: Run, weights: str, channels: float, show: str) -> Maps:
    """``H = sum_c w_c residual_c``; S+ = relu(H), S- = relu(-H), S = |H| (Algorithm 1)."""
    decoder = load_decoder(run.pair.model)
    activations = read(run, decoder.smallest)
    split, exact = split_weights(run, activations)
    features = activations.maps.detach()
    # A channel that is zero everywhere has nothing to take away.
    alive = torch.nonzero(features.amax((0, 2, 3)) > 0)[:, 0]
    kept = max(1, round(channels * len(alive)))
    evidence = []
    for view in run.steps(range(len(features))):
        largest = split[view, alive].abs().argsort(descending=True, stable=True)
        taken = alive[largest[:kept]]
        if weights == "split" or (weights == "exact" and exact):
            own = split[view, taken]
        else:
            own = removal_weights(run, activations, view, taken)
        with torch.inference_mode():
            maps = residuals(decoder, features[view], taken)
            evidence.append((own[:, None, None] * maps).sum(0))
    both = to_pixels(run, torch.stack(evidence))
    return SHOWN[show](both[0]), SHOWN[show](both[1])


def work(pair: Comparison, channels: float, **_: object) -> int:
    """A pass a channel and picture, and a fifth of one to draw it."""
    if not DECODER.ready(pair.model):
        return 6
    count = int(read_about(DECODER.find(pair.model))["settings"]["channels"])
    return 6 + int(2 * 1.2 * channels * count)


EXPLAINER = Explainer(
    name="ddfv",
    title="DDFV: reconstruction",
    sentence="Takes one feature of the recogniser away at a time and marks what a picture drawn "
    "from the others has lost: for the match where that feature makes the two alike, else "
    "against it.",
    citation="Xu, Lu & Ebrahimi, Discriminative Deep Feature Visualization for Explainable Face "
    "Recognition, MMSP 2023, Algorithm 1",
    cost="fast",
    function=explain_both,
    parameters=(
        Parameter(
            "weights",
            "exact",
            "What a feature counts: its term of the score less its share of the threshold (split, "
            "as published), what the score loses without it (removal), or the first where the "
            "terms add up to the score, else the second (exact).",
            choices=("exact", "split", "removal"),
        ),
        Parameter(
            "channels",
            1.0,
            "Share of the features that are taken away, those with the largest terms first.",
            0.05,
            1.0,
            0.05,
        ),
        Parameter(
            "show",
            "both",
            "What to show: what is similar (S+), what is dissimilar (S-, below zero), both in one "
            "map, or what is discriminative either way (S, its absolute value).",
            choices=tuple(SHOWN),
        ),
    ),
    needs_gradients=True,
    uses_threshold=True,
    trained=DECODER,
    work=work,
)
