"""Train the module that the explainer xCos needs, for a recogniser that stays as it is.

    python -m explain.train_xcos --faces ../shared/data/lfw

makes ``assets/xcos/dlib-resnet29.safetensors`` anew; with ``--model`` that of another
differentiable recogniser, beside the settings of one's own. The module learns to give the
recogniser's own cosine (L1, as published). The paper's second loss, identification, trains the
recogniser and has nothing to do here. Pairs of random people say little about places, so that every
face also takes part in copies: blurred and brightened, and with a part of another face pasted in.
A tenth of the people are held out to measure it.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch

from explain.xcos import XCOS, XCos
from recognition import FaceModel, FacewhyError, load_model
from recognition.measure import lfw
from recognition.measure.metrics import equal_error_rate
from recognition.score import unit
from training import faces
from training.command import add_training_options, crops_for, write
from training.features import features, held_out_people

USUAL = 400
"""Faces whose pairs say what is usual at a place."""


@dataclass(frozen=True)
class Settings:
    """What shapes the module.

    Attributes:
        smallest: Which features: the last with at least this many rows and columns.
        depth: Length of a place's vector.
        steps: Groups of faces, one a step.
        people: Faces in a group; each comes with its copies, and all pairs of a group are used.
        rate: Peak learning rate.
        held_out: Share of the people that it is measured on.
        seed: Every random choice comes from it.
    """

    smallest: int = 4
    depth: int = 32
    steps: int = 2000
    people: int = 12
    rate: float = 3e-3
    held_out: float = 0.1
    seed: int = 0


def worn(crop: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The same face in worse light and focus, a little out of place; (H, W, 3) uint8."""
    height, width = crop.shape[:2]
    angle, grown = rng.uniform(-6, 6), rng.uniform(0.95, 1.08)
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, grown)
    matrix[:, 2] = matrix[:, 2] + rng.uniform(-0.03, 0.03, 2) * np.array([width, height])
    moved = cv2.warpAffine(crop, matrix, (width, height), borderMode=cv2.BORDER_REFLECT_101)
    blurred = cv2.GaussianBlur(moved, (0, 0), rng.uniform(0.3, 0.015 * height)).astype(np.float32)
    lit = rng.uniform(0.6, 1.3) * blurred + rng.uniform(-20, 20)
    return np.clip(lit, 0, 255).astype(np.uint8)


def pasted(crop: np.ndarray, other: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The face with a box of another one, at the same place, (H, W, 3) uint8."""
    height, width = crop.shape[:2]
    rows, columns = (int(side * rng.uniform(0.25, 0.7)) for side in (height, width))
    top, left = rng.integers(0, height - rows + 1), rng.integers(0, width - columns + 1)
    mixed = crop.copy()
    box = slice(top, top + rows), slice(left, left + columns)
    mixed[box] = other[box]
    return mixed


def copies(crops: faces.Crops, seed: int) -> list[faces.Crops]:
    """Four versions of N faces: as they are, worn, and twice with a part of the next face."""
    rng = np.random.default_rng(seed)
    following = np.roll(crops, -1, axis=0)
    mixtures = [
        np.stack([pasted(mine, next_, rng) for mine, next_ in zip(crops, following, strict=True)])
        for _ in range(2)
    ]
    return [crops, np.stack([worn(each, rng) for each in crops]), *mixtures]


def embed(model: FaceModel, crops: faces.Crops) -> torch.Tensor:
    """Unit-length embeddings (N, D) of one view of each face."""
    parts = [
        model.embed(part.astype(np.float32) / 255)
        for part in np.array_split(crops, -(-len(crops) // 64))
    ]
    return torch.from_numpy(unit(np.concatenate(parts)))


def pairs_of(people: int, count: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """All pairs of a group.

    Args:
        people: Faces in the group.
        count: Versions of each, see :func:`copies`; version by version.

    Returns:
        First and second of each pair (P,), and whether they have a face in common (P,).
    """
    first, second = torch.triu_indices(people * count, people * count, 1)
    apart = (first % people - second % people).abs()
    return first, second, apart <= 1


def train(module: XCos, inputs: torch.Tensor, known: torch.Tensor, own: Settings) -> None:
    """Fit a module to the recogniser's cosines.

    Args:
        module: It.
        inputs: Features (4, N, C, h, w) of the versions of N faces.
        known: The recogniser's unit-length embeddings (4, N, D).
        own: Settings.
    """
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    module.to(device).train()
    people = min(own.people, inputs.shape[1])
    first, second, related = (each.to(device) for each in pairs_of(people, len(inputs)))
    generator = torch.Generator().manual_seed(own.seed)
    optimizer = torch.optim.AdamW(module.parameters(), own.rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, own.rate, total_steps=own.steps + 1)
    began, recent = time.perf_counter(), 0.0
    for step in range(1, own.steps + 1):
        start = int(torch.randint(inputs.shape[1] - people + 1, (), generator=generator))
        group = slice(start, start + people)
        local = module.describe(inputs[:, group].flatten(0, 1).to(device).float())
        embedded = known[:, group].flatten(0, 1).to(device)
        cosines, weights = module.compare(local[first], local[second])
        missed = (cosines * weights).sum((1, 2)) - (embedded[first] * embedded[second]).sum(1)
        # Half of the weight on the few pairs that have a face in common: these are about places.
        loss = (missed[related].abs().mean() + missed[~related].abs().mean()) / 2
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        schedule.step()
        recent += (float(loss.detach()) - recent) / min(step, 20)
        if step % 50 == 0 or step == own.steps:
            minutes = (time.perf_counter() - began) / 60
            print(f"step {step}/{own.steps}  off by {recent:.4f}  {minutes:.1f} min", flush=True)
    module.cpu().eval()


def learn_what_is_usual(module: XCos, inputs: torch.Tensor, known: torch.Tensor) -> None:
    """Fit the cosine of each place as a straight line over the recogniser's score.

    Args:
        module: Trained; it keeps the lines.
        inputs: Features (4, N, C, h, w) of the versions of N faces.
        known: The recogniser's unit-length embeddings (4, N, D).
    """
    first, second, related = pairs_of(inputs.shape[1], len(inputs))
    some = torch.randperm(int((~related).sum()))[: int(related.sum())]
    chosen = torch.cat([torch.nonzero(related)[:, 0], torch.nonzero(~related)[some, 0]])
    with torch.inference_mode():
        local = torch.cat(
            [module.describe(each.float()) for each in inputs.flatten(0, 1).split(64)]
        )
        cosines = torch.cat(
            [module.compare(local[first[w]], local[second[w]])[0] for w in chosen.split(256)]
        )
        embedded = known.flatten(0, 1)
        scores = (embedded[first[chosen]] * embedded[second[chosen]]).sum(1)
        off = (scores - scores.mean())[:, None, None]
        slope = (off * cosines).sum(0) / off.square().sum()
        module.slope.copy_(slope)
        module.intercept.copy_(cosines.mean(0) - slope * scores.mean())


def make(model: FaceModel, names: Sequence[str], crops: faces.Crops, own: Settings) -> XCos:
    """Train a module for a recogniser on aligned faces and say how good it is."""
    torch.manual_seed(own.seed)
    held_out = held_out_people(names, own.held_out, own.seed)
    seen = crops[~held_out][np.random.default_rng(own.seed).permutation(np.sum(~held_out))]
    versions = copies(np.concatenate([seen, seen[:, :, ::-1]]), own.seed)
    known = torch.stack([embed(model, each) for each in versions])
    inputs = torch.stack([features(model, each, own.smallest).half() for each in versions])
    rows, columns = inputs.shape[3:]
    module = XCos(inputs.shape[2], (rows, columns), own.depth, own.smallest)
    module.scale.copy_(1 / inputs[0].float().std((0, 2, 3)).clamp_min(1e-6)[:, None, None])
    train(module, inputs, known, own)
    learn_what_is_usual(module, inputs[:, :USUAL], known[:, :USUAL])
    unseen = copies(crops[held_out], own.seed)
    first, second, related = pairs_of(int(held_out.sum()), len(unseen))
    some = torch.randperm(int((~related).sum()))[: int(related.sum())]
    for kind, which in (
        ("with a face in common", torch.nonzero(related)[:, 0]),
        ("of different people", torch.nonzero(~related)[some, 0]),
    ):
        scores = score_pairs(model, module, np.concatenate(unseen), first[which], second[which])
        print(f"people held out, pairs {kind}: {agreement(*scores)}")
    return module


def score_pairs(
    model: FaceModel, module: XCos, crops: faces.Crops, first: torch.Tensor, second: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Scores (P,) of the module and of the recogniser, one view of each face."""
    embedded = embed(model, crops)
    with torch.inference_mode():
        local = module.describe(features(model, crops, module.smallest))
        given = [
            (cosines * weights).sum((1, 2))
            for a, b in zip(first.split(256), second.split(256), strict=True)
            for cosines, weights in [module.compare(local[a], local[b])]
        ]
    return torch.cat(given), (embedded[first] * embedded[second]).sum(1)


def agreement(given: torch.Tensor, wanted: torch.Tensor) -> str:
    """How well one score stands for another, in words."""
    if len(given) < 2:
        return f"{len(given)} pairs, too few to say"
    correlation = float(torch.corrcoef(torch.stack([given, wanted]))[0, 1])
    off = float((given - wanted).abs().mean())
    floor = float((wanted - wanted.mean()).abs().mean())
    return (
        f"{len(given):,} pairs, correlation {correlation:.3f} with the recogniser's cosine, off by "
        f"{off:.4f} on average ({floor:.4f} if it always said the mean)"
    )


def on_view_2(model: FaceModel, module: XCos, folder: Path, cache: Path, count: int) -> None:
    """Say how well the module's score stands for the recogniser's on pairs of LFW's view 2."""
    pairs = lfw.read_pairs(folder, lfw.VIEW_2)
    chosen = [pairs[at] for at in np.random.default_rng(0).permutation(len(pairs))[:count]]
    names, crops = faces.crops(folder, lfw.pictures_of(chosen), model, cache)
    place = {name: at for at, name in enumerate(names)}
    usable = [pair for pair in chosen if pair.a in place and pair.b in place]
    first, second = torch.tensor([[place[pair.a], place[pair.b]] for pair in usable]).T
    given, wanted = score_pairs(model, module, crops, first, second)
    genuine = torch.tensor([pair.genuine for pair in usable])
    for kind, which in (("", genuine | True), (", genuine", genuine), (", impostor", ~genuine)):
        print(f"LFW view 2{kind}: {agreement(given[which], wanted[which])}")
    for whose, scores in (("xCos", given), ("the recogniser", wanted)):
        rate = equal_error_rate(scores[genuine].numpy(), scores[~genuine].numpy())[0]
        print(f"LFW view 2, equal error rate of {whose}, one view a face: {rate:.2%}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m explain.train_xcos", description=__doc__)
    add_training_options(parser, smallest=Settings.smallest, seed=Settings.seed)
    parser.add_argument("--steps", type=int, default=Settings.steps)
    parser.add_argument("--view-2", type=int, default=1000, help="pairs of LFW to measure it on")
    options = parser.parse_args(arguments)
    own = Settings(smallest=options.smallest, steps=options.steps, seed=options.seed)
    try:
        model = load_model(options.model)
        module = make(model, *crops_for(options, model), own)
        if (options.faces / lfw.VIEW_2[0]).is_file() and options.view_2:
            cache = options.cache / options.faces.name
            on_view_2(model, module, options.faces, cache, options.view_2)
    except FacewhyError as problem:
        parser.exit(2, f"{problem}\n")
    write(options, XCOS, module, model)


if __name__ == "__main__":
    main()
