"""Train the small network that fills holes in faces.

    python -m training.train_inpainter --faces ../shared/data/lfw

makes ``assets/inpainter`` anew from LFW without the people of its view 2; one tenth of the
people is held out. First comes the space of coarse faces, in closed form. Then the network learns
to make them sharp: in half of each batch the coarse face is the face's own, and the result is
to become that face; in the other half it is drawn for the hole, as it will be later, and the result
is to convince a critic that sees only patches.
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import save_file
from torch import Tensor
from torch.nn import functional as F

from explain.inpainters.canvas import SIDE
from explain.inpainters.face_space import CODE, FaceSpace, shrink
from explain.inpainters.learned import WEIGHTS
from explain.inpainters.network import Critic, Filler
from training.face_parts import Parts, face_parts


@dataclass(frozen=True)
class Settings:
    """What shapes the network.

    Attributes:
        minutes: How long to train.
        batch: Faces a step.
        rate: Peak learning rate.
        critic_rate: The critic's own.
        likeness: Weight of the absolute error of a face sharpened from its own coarse one.
        features: Weight of the error of the critic's features there.
        patches: Weight of the critic's verdict.
        faithful: Weight of the difference to the coarse face, where that was drawn.
        background: How much a pixel at the edge counts in the space of faces; 1 in the middle.
        alone: Share of holes that are one region.
        blobs: Share of holes with a random blob.
        tight: Share of faces of which only a tight crop is known.
        average: Of the weights' moving average, which is what is shipped.
        held_out: Share of the people.
        seed: Every random choice comes from it.
    """

    minutes: float = 25.0
    batch: int = 16
    rate: float = 8e-4
    critic_rate: float = 1.6e-3
    likeness: float = 10.0
    features: float = 2.0
    patches: float = 0.3
    faithful: float = 8.0
    background: float = 0.35
    alone: float = 0.4
    blobs: float = 0.25
    tight: float = 0.2
    average: float = 0.995
    held_out: float = 0.1
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Step:
    """One batch: faces (N, 3, SIDE, SIDE) in [-1, 1], holes (N, 1, SIDE, SIDE), what counts."""

    faces: Tensor
    holes: Tensor
    counts: Tensor


class Batches:
    """Faces with holes, turned, shifted, mirrored and in other colours each time."""

    def __init__(self, parts: Parts, settings: Settings, device: torch.device) -> None:
        """Keep the faces ready as tensors on the device."""
        self.crops = torch.from_numpy(parts.crops).permute(0, 3, 1, 2).contiguous().to(device)
        self.masks = torch.from_numpy(parts.masks).to(device)
        self.known = torch.from_numpy(parts.known).to(device)[:, None]
        self.settings, self.device = settings, device
        self.rng = np.random.default_rng(settings.seed)

    def __iter__(self) -> Iterator[Step]:
        """Endless."""
        while True:
            order = self.rng.permutation(len(self.crops))
            for start in range(0, len(order) - self.settings.batch + 1, self.settings.batch):
                yield self.step(order[start : start + self.settings.batch])

    def space(self) -> FaceSpace:
        """The space of these faces, their mirror images and both in other colours."""
        faces = self.crops.float() / 127.5 - 1
        inner = self.masks[:, 1:].any(1).float().mean(0)[None, None]
        inner = F.avg_pool2d(torch.maximum(inner, inner.flip(3)), 9, 1, 4)[0, 0]
        weight = self.settings.background + (1 - self.settings.background) * inner.clamp(0, 1)
        both = torch.cat([faces, faces.flip(3)])
        return FaceSpace.of(torch.cat([both, self.recoloured(both)]), weight).to(self.device)

    def step(self, which: npt.NDArray[np.intp]) -> Step:
        """The faces of some numbers, each with a random hole."""
        at = torch.from_numpy(which).to(self.device)
        faces = self.crops[at].float() / 127.5 - 1
        holes = torch.stack([self.hole(number) for number in which])
        faces, holes, known = self.moved(faces, holes, self.known[at].float())
        faces = self.recoloured(faces)
        width = int(self.rng.integers(1, 5))  # a rim of the old part would tell what it was
        holes = F.max_pool2d(holes, 2 * width + 1, 1, width)
        holes = torch.maximum(holes, 1 - known)
        for row in np.flatnonzero(self.rng.random(len(which)) < self.settings.tight):
            top, bottom, left, right = (self.rng.uniform(0.02, 0.22, 4) * SIDE).astype(int)
            outside = torch.ones_like(holes[row])
            outside[:, top : SIDE - bottom, left : SIDE - right] = 0
            holes[row] = torch.maximum(holes[row], outside)
        return Step(faces, holes, holes * known)

    def hole(self, number: int) -> Tensor:
        """One region or several, and perhaps a blob, (1, SIDE, SIDE)."""
        rng, regions = self.rng, self.masks[number]
        alone = rng.random() < self.settings.alone
        count = 1 if alone else int(rng.integers(2, len(regions) + 1))
        hole = regions[rng.permutation(len(regions))[:count]].any(0, keepdim=True).float()
        if rng.random() < self.settings.blobs or hole.sum() < 20:
            hole = torch.maximum(hole, self.blob())
        return hole

    def blob(self) -> Tensor:
        """A few overlapping ellipses, (1, SIDE, SIDE)."""
        line = torch.arange(SIDE, device=self.device)
        blob = torch.zeros(1, SIDE, SIDE, device=self.device)
        middle = self.rng.uniform(0.25, 0.8, 2) * SIDE
        for _ in range(int(self.rng.integers(1, 4))):
            y, x = middle + self.rng.normal(0, 0.08, 2) * SIDE
            high, wide = self.rng.uniform(0.06, 0.18, 2) * SIDE
            inside = ((line[:, None] - y) / high) ** 2 + ((line - x) / wide) ** 2 < 1
            blob = torch.maximum(blob, inside.float())
        return blob

    def moved(self, faces: Tensor, holes: Tensor, known: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The same small turn, shift and change of size, and perhaps mirroring, for all three."""
        count = len(faces)
        angle = self.rng.normal(0, 0.04, count)
        scale = np.exp(self.rng.normal(0, 0.03, count))
        mirror = np.where(self.rng.random(count) < 0.5, -1, 1)
        shift = self.rng.normal(0, 0.015, (2, count))
        rows = [
            [scale * mirror * np.cos(angle), -scale * np.sin(angle), shift[0]],
            [scale * mirror * np.sin(angle), scale * np.cos(angle), shift[1]],
        ]
        matrices = torch.tensor(np.array(rows).transpose(2, 0, 1)).float()
        size = [count, 1, SIDE, SIDE]
        grid = F.affine_grid(matrices, size, align_corners=False).to(self.device)
        turned = F.grid_sample(faces, grid, padding_mode="border", align_corners=False)
        rest = F.grid_sample(torch.cat([holes, known], 1), grid, align_corners=False)
        return turned, (rest[:, :1] > 0.3).float(), (rest[:, 1:] > 0.99).float()

    def recoloured(self, faces: Tensor) -> Tensor:
        """Another brightness, contrast and tint."""

        def factor(spread: float, channels: int) -> Tensor:
            drawn = np.exp(self.rng.normal(0, spread, (len(faces), channels, 1, 1)))
            return torch.from_numpy(drawn).float().to(self.device)

        light = ((faces + 1) / 2).clamp(1e-4, 1) ** factor(0.12, 1)
        return (light * factor(0.12, 1) * factor(0.04, 3)).clamp(0, 1) * 2 - 1


def edges(pictures: Tensor) -> tuple[Tensor, Tensor]:
    """Differences of neighbours, downwards and to the right."""
    return pictures[..., 1:, :] - pictures[..., :-1, :], pictures[..., 1:] - pictures[..., :-1]


def unlike(filled: Tensor, faces: Tensor, counts: Tensor) -> Tensor:
    """Mean absolute error of colours and of edges, where it counts."""
    everything = 3 * counts.sum() + 1
    error = ((filled - faces).abs() * counts).sum() / everything
    for x, y in zip(edges(filled), edges(faces), strict=True):
        here = counts[..., : x.shape[2], : x.shape[3]]
        error = error + ((x - y).abs() * here).sum() / everything
    return error


def train(parts: Parts, settings: Settings, device: torch.device, out: Path) -> None:
    """Train, and write the weights now and then."""
    torch.manual_seed(settings.seed)
    batches = Batches(parts, settings, device)
    filler, critic = Filler().to(device), Critic().to(device)
    filler.space = batches.space()
    filler.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    shipped = copy.deepcopy(filler).requires_grad_(False)
    maker = torch.optim.Adam(filler.parameters(), settings.rate, (0.5, 0.99))
    judge = torch.optim.Adam(critic.parameters(), settings.critic_rate, (0.0, 0.99))
    began, shown, sums, since = time.perf_counter(), 0.0, np.zeros(4), 0
    half = settings.batch // 2
    for number, step in enumerate(batches, 1):
        done = (time.perf_counter() - began) / (60 * settings.minutes)
        if done >= 1:
            break
        pace = min(1, number / 50) * (0.03 + 0.97 * math.cos(math.pi / 2 * done))
        for optimiser, rate in ((maker, settings.rate), (judge, settings.critic_rate)):
            optimiser.param_groups[0]["lr"] = rate * pace

        with torch.no_grad():
            own = filler.space.project(step.faces[:half])
            noise = torch.randn(settings.batch - half, CODE, device=device)
            drawn = filler.space.draw(step.faces[half:], step.holes[half:], noise)
        filled = filler.sharpen(step.faces, step.holes, torch.cat([own, drawn]))
        whole = torch.where(step.holes > 0, filled, step.faces)

        real, _ = critic(step.faces, step.holes)
        fake, _ = critic(whole.detach(), step.holes)
        judged = F.relu(1 - real).mean() + F.relu(1 + fake).mean()
        judge.zero_grad()
        judged.backward()
        judge.step()

        critic.requires_grad_(False)
        verdict, seen = critic(whole, step.holes)
        with torch.no_grad():
            _, meant = critic(step.faces[:half], step.holes[:half])
        critic.requires_grad_(True)
        distances = [
            (x[:half] - y).abs().mean() / (y.abs().mean() + 1e-3)
            for x, y in zip(seen, meant, strict=True)
        ]
        features = torch.stack(distances).mean()
        likeness = unlike(filled[:half], step.faces[:half], step.counts[:half])
        faithful = ((shrink(filled[half:]) - drawn).abs() * shrink(step.counts[half:])).mean()
        loss = (
            settings.likeness * likeness
            + settings.features * features
            + settings.faithful * faithful
            - settings.patches * min(1.0, 6 * done) * verdict.mean()
        )
        maker.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(filler.parameters(), 5.0)
        maker.step()
        keep = min(settings.average, 1 - 1 / (number + 1))
        for old, new in zip(shipped.parameters(), filler.parameters(), strict=True):
            old.lerp_(new.detach(), 1 - keep)

        sums += [each.item() for each in (likeness, judged, features, faithful)]
        since += 1
        if time.perf_counter() - began > shown + 30:
            shown = time.perf_counter() - began
            error, judgement, feature, drift = sums / since
            print(
                f"{shown / 60:5.1f} min, step {number:,}: error {error:.3f}, critic "
                f"{judgement:.2f}, features {feature:.3f}, drift {drift:.3f}",
                flush=True,
            )
            sums[:], since = 0, 0
            write(out, shipped, settings)
    write(out, shipped, settings)


def write(out: Path, filler: Filler, settings: Settings) -> None:
    """Save the network in half precision, with the settings that made it."""
    out.parent.mkdir(parents=True, exist_ok=True)
    halved = {name: value.cpu().half().contiguous() for name, value in filler.state_dict().items()}
    save_file(halved, out, metadata={"facewhy": json.dumps({"settings": asdict(settings)})})


def split(parts: Parts, share: float, seed: int) -> tuple[Parts, Parts]:
    """Faces to train on and faces held out, no person in both."""
    people = np.array([name.split("/")[0] for name in parts.names])
    drawn = np.random.default_rng(seed).permutation(np.unique(people))
    out = np.isin(people, drawn[: round(share * len(drawn))])
    return parts.of(~out), parts.of(out)


def main() -> None:
    """Train with the settings given."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--faces", type=Path, required=True, help="LFW, or a folder of people")
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "facewhy" / "lfw")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--minutes", type=float, default=Settings.minutes)
    parser.add_argument("--seed", type=int, default=Settings.seed)
    options = parser.parse_args()
    settings = Settings(minutes=options.minutes, seed=options.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    everyone = face_parts(options.faces, options.cache)
    parts, held_out = split(everyone, settings.held_out, settings.seed)
    print(f"{len(parts.names):,} faces to train on, {len(held_out.names)} held out, {device}")
    train(parts, settings, device, options.out)


if __name__ == "__main__":
    main()
