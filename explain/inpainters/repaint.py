"""RePaint with a diffusion network of the user's own, in the folder layout of diffusers.

The folder is ``models/repaint/``, or the one that the environment variable ``FACEWHY_REPAINT``
names: what ``save_pretrained`` writes of an unconditional pipeline (``unet/`` and ``scheduler/``)
or of a ``UNet2DModel`` alone. The network should have been trained on whole heads, as those of
CelebA-HQ. The published schedule asks the network 2,410 times for one batch of pictures;
``repaint.toml`` in the folder may say ``steps``, ``jump_length`` and ``jump_n_sample`` otherwise.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch

from explain.head import head_template
from explain.inpainters.base import Inpainter, Masks, Told, nobody
from explain.inpainters.canvas import lay
from recognition.errors import BadSetting
from recognition.model import Batch
from recognition.types import Face

VARIABLE = "FACEWHY_REPAINT"
FOLDER = Path(__file__).resolve().parents[2] / "models" / "repaint"
SETTINGS = "repaint.toml"
BATCH = 4
"""Faces a pass."""

StepDone = Callable[[int, int], None]


@dataclass(frozen=True)
class Schedule:
    """How the noise is taken away, as in the paper.

    Attributes:
        steps: Steps of the diffusion (T).
        jump_length: Steps that are undone at a time (j).
        jump_n_sample: How often each is done in all (r).
    """

    steps: int = 250
    jump_length: int = 10
    jump_n_sample: int = 10


@dataclass(frozen=True, eq=False)
class Diffusion:
    """A diffusion network and the noise it was trained with.

    Attributes:
        network: A ``UNet2DModel``.
        scheduler: Settings of its scheduler.
        schedule: What to do with it.
    """

    network: Any
    scheduler: dict[str, Any]
    schedule: Schedule

    @property
    def side(self) -> int:
        """Height and width of its pictures, pixels."""
        size = self.network.config.sample_size
        return int(size if isinstance(size, int) else size[0])


def folder() -> Path:
    """Where the network belongs."""
    return Path(os.environ.get(VARIABLE) or FOLDER)


def missing() -> str:
    """What to do when the network is not there."""
    if find_spec("diffusers") is None:
        return "RePaint needs the package diffusers; install it with: pip install diffusers"
    if (folder() / "unet" / "config.json").is_file() or (folder() / "config.json").is_file():
        return ""
    return (
        f"There is no diffusion network in {folder()}; put one there that save_pretrained of "
        f"diffusers wrote, or name its folder in the environment variable {VARIABLE}."
    )


@lru_cache(maxsize=1)
def load(path: Path, _changed: int = 0) -> Diffusion:
    """Open the network in a folder, on the fastest device there is.

    Raises:
        BadSetting: It is no ``UNet2DModel``, or the schedule makes no sense.
    """
    from diffusers import RePaintScheduler, UNet2DModel

    inside = path / "unet" if (path / "unet").is_dir() else path
    schedule = _schedule(path / SETTINGS)
    places = path / "scheduler", path
    try:
        network = UNet2DModel.from_pretrained(inside, local_files_only=True)
        scheduler: dict[str, Any] = {}
        for place in places:
            if (place / "scheduler_config.json").is_file():
                scheduler = dict(RePaintScheduler.load_config(place, local_files_only=True))
                break
    except Exception as error:  # Of several libraries; what to do is the same for all.
        raise BadSetting(f"The diffusion network in {path} cannot be opened: {error}") from error
    if scheduler.get("prediction_type", "epsilon") != "epsilon":
        raise BadSetting(f"The network in {path} does not predict the noise; RePaint needs that.")
    device = "cuda" if torch.cuda.is_available() else "cpu"
    return Diffusion(network.to(device).eval().requires_grad_(False), scheduler, schedule)


def _schedule(path: Path) -> Schedule:
    given = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    known = Schedule.__dataclass_fields__
    wrong = [key for key, value in given.items() if key not in known or type(value) is not int]
    if wrong or min([1, *given.values()]) < 1:
        raise BadSetting(f"{path.name} may set {', '.join(known)}, each to a number from 1 on.")
    return Schedule(**given)


def fill(face: Face, masks: Masks, seeds: Sequence[int], told: Told = nobody) -> Batch:
    """Fill each hole with the noise that its seed draws."""
    diffusion = load(folder(), _changed(folder()))
    canvas = lay(face, head_template(diffusion.side), diffusion.side)
    holes = canvas.holes(masks)
    filled = []
    for at in range(0, len(masks), BATCH):
        part = slice(at, min(at + BATCH, len(masks)))

        def step_done(done: int, steps: int, part: slice = part) -> None:
            told((part.start + (part.stop - part.start) * done / steps) / len(masks))

        # What lies beyond the photograph is drawn too, so that no black rim misleads the network.
        filled.append(repaint(diffusion, canvas.picture, holes[part], seeds[part], step_done))
    back = canvas.back(np.concatenate(filled), (face.pixels.shape[0], face.pixels.shape[1]))
    empty = ~masks.any((1, 2))
    back[empty] = face.pixels
    return back


def repaint(
    diffusion: Diffusion,
    picture: Batch,
    holes: Masks,
    seeds: Sequence[int],
    step_done: StepDone | None = None,
) -> Batch:
    """RePaint's algorithm 1: denoise the hole, renew the rest from the picture, go back, repeat.

    Args:
        diffusion: The network.
        picture: (S, S, 3) float32 in [0, 1].
        holes: (N, S, S), True where to draw.
        seeds: N numbers.
        step_done: Told (done, all) after each step; what it raises stops the work.

    Returns:
        (N, S, S, 3) float32 in [0, 1].
    """
    from diffusers import RePaintScheduler

    scheduler = RePaintScheduler.from_config(diffusion.scheduler, eta=1.0)
    schedule, network = diffusion.schedule, diffusion.network
    steps = min(schedule.steps, scheduler.config.num_train_timesteps)
    scheduler.set_timesteps(steps, min(schedule.jump_length, steps), schedule.jump_n_sample)
    device = network.device
    known = torch.from_numpy(~holes).float()[:, None].to(device)
    original = torch.from_numpy(np.ascontiguousarray(picture)).permute(2, 0, 1)[None].to(device)
    original = (original * 2 - 1).expand(len(holes), -1, -1, -1)
    # One for each hole: its fill does not depend on what else is in the batch.
    noises = [torch.Generator().manual_seed(int(seed)) for seed in seeds]
    start = [torch.randn(original.shape[1:], generator=noise) for noise in noises]
    drawn = torch.stack(start).to(device)
    times = scheduler.timesteps.tolist()
    with torch.inference_mode():
        for done, (before, time) in enumerate(zip([times[0] + 1, *times], times, strict=False), 1):
            if time < before:
                guess = network(drawn, time).sample[:, :3]  # some predict a variance too
                drawn = scheduler.step(guess, time, drawn, original, known, noises).prev_sample
            else:
                drawn = scheduler.undo_step(drawn, before, noises)
            if step_done:
                step_done(done, len(times))
    pictures: Batch = ((drawn + 1) / 2).clamp(0, 1).permute(0, 2, 3, 1).cpu().numpy()
    return np.ascontiguousarray(pictures, np.float32)


def _changed(path: Path) -> int:
    """When a file of the folder was last written, so that another network is read anew."""
    return max(file.stat().st_mtime_ns for file in path.rglob("*") if file.is_file())


INPAINTER = Inpainter(
    name="repaint",
    title="RePaint (own weights)",
    sentence="Draws into the hole with a diffusion network of your own, slowly.",
    citation="Lugmayr et al., RePaint: Inpainting using Denoising Diffusion Probabilistic Models, "
    "CVPR 2022, algorithm 1",
    function=fill,
    work=None,
    missing=missing,
)
