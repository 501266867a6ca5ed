"""The small network that was trained for this: another person's part in every hole."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file

from explain.inpainters.base import Inpainter, Masks, Told, nobody
from explain.inpainters.canvas import lay
from explain.inpainters.face_space import CODE
from explain.inpainters.network import Filler
from recognition.model import Batch
from recognition.types import Face

WEIGHTS = Path(__file__).resolve().parents[2] / "assets" / "inpainter" / "lfw.safetensors"
"""Made by ``training/train_inpainter.py``."""

BATCH = 16
"""Faces a pass; larger ones leave a CPU's caches."""


@cache
def load(weights: Path = WEIGHTS) -> Filler:
    """The network with its weights, on the fastest device there is."""
    filler = Filler()
    filler.load_state_dict({name: value.float() for name, value in load_file(weights).items()})
    device = "cuda" if torch.cuda.is_available() else "cpu"
    return filler.to(device).eval().requires_grad_(False)


def noise(seed: int) -> torch.Tensor:
    """(CODE,) standard normal numbers."""
    return torch.from_numpy(np.random.default_rng(seed).standard_normal(CODE)).float()


def fill(
    face: Face,
    masks: Masks,
    seeds: Sequence[int],
    told: Told = nobody,
    *,
    weights: Path = WEIGHTS,
) -> Batch:
    """Fill each hole with what its seed draws."""
    filler, canvas = load(weights), lay(face)
    device = filler.space.mean.device
    holes = torch.from_numpy(canvas.holes(masks)).float()[:, None].to(device)
    picture = torch.from_numpy(canvas.picture).permute(2, 0, 1)[None].to(device) * 2 - 1
    filled = []
    with torch.inference_mode():
        draws = torch.stack([noise(seed) for seed in seeds]).to(device)
        coarse = filler.space.draw(picture.expand(len(masks), -1, -1, -1), holes, draws)
        for start in range(0, len(masks), BATCH):
            part = slice(start, start + BATCH)
            faces = picture.expand(len(coarse[part]), -1, -1, -1)
            filled.append(filler.sharpen(faces, holes[part], coarse[part]).cpu())
            told(min(1.0, (start + BATCH) / len(masks)))
    pictures = (torch.cat(filled).permute(0, 2, 3, 1).numpy() + 1) / 2
    return canvas.back(np.ascontiguousarray(pictures), (face.pixels.shape[0], face.pixels.shape[1]))


def missing() -> str:
    """What to do when the weights are not there."""
    if WEIGHTS.is_file():
        return ""
    return (
        f"The weights of the inpainter, {WEIGHTS.name}, are not in assets; make them with: "
        "python -m training.train_inpainter --faces DIR"
    )


INPAINTER = Inpainter(
    name="learned",
    title="Learned (facewhy)",
    sentence="Draws another person's part into the hole, with a small network trained on faces.",
    citation="Draws from probabilistic principal components (Tipping & Bishop, 1999), made "
    "sharp by a U-Net with a patch critic (Isola et al., CVPR 2017); trained for facewhy",
    function=fill,
    work=1.2,
    missing=missing,
)
