"""Train a recogniser and its decoder together, as DDFV's authors do, on a folder of people.

    python -m training.train_joint --faces DIR --out models/joint.onnx

DIR has one folder of pictures a person. Written are the recogniser (``joint.onnx``), its settings
(``joint.toml``, which load it anywhere as a model of one's own) and the decoder that the explainer
``ddfv`` finds beside them. The recogniser, a small ResNet, ends in global max pooling, so that
each channel of its last features is one element of the embedding; the loss is ArcFace's plus the
mean squared error of the reconstruction (Xu, Lu & Ebrahimi, eq. 2, lambda = 1). A fifth of the
people are held out to measure both. A recogniser that deserves the name takes millions of pictures
and a GPU, which is used when there is one.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from explain.decoder import DECODER, Decoder, doublings
from explain.trained import save
from recognition import FacewhyError
from recognition.errors import BadSetting
from recognition.measure.command import CACHE
from recognition.measure.metrics import equal_error_rate
from recognition.templates import template
from training import faces
from training.features import held_out_people
from training.joint import TEMPLATE, WIDTHS, ArcFace, Recogniser, export
from training.precision import autocast
from training.train_decoder import targets


@dataclass(frozen=True)
class Settings:
    """What shapes the pair of networks.

    Attributes:
        epochs: Times that every face is seen.
        batch: Faces a step.
        rate: Peak learning rate of the recogniser (SGD); the decoder's is Adam's below.
        decoder_rate: Peak learning rate of the decoder.
        weight: Lambda, of the reconstruction's loss.
        scale: Of ArcFace's logits.
        margin: ArcFace's, in radians, reached after the first half of the epochs.
        held_out: Share of the people that it is measured on.
        seed: Every random choice comes from it.
    """

    epochs: int = 10
    batch: int = 64
    rate: float = 0.1
    decoder_rate: float = 2e-3
    weight: float = 1.0
    scale: float = 16.0
    margin: float = 0.3
    held_out: float = 0.2
    seed: int = 0


def people_of(folder: Path, least: int) -> list[str]:
    """Pictures of everybody who has at least so many.

    Raises:
        BadSetting: Fewer than ten people have.
    """
    names = faces.pictures(folder)
    owners, counts = np.unique([name.split("/")[0] for name in names], return_counts=True)
    kept = set(owners[counts >= least])
    if len(kept) < 10:
        raise BadSetting(
            f"{len(kept)} people have {least} pictures or more, at least 10 must; give a larger "
            "folder or a smaller --least. (Of a folder with LFW's pairs.txt its people are left "
            "out.)"
        )
    return [name for name in names if name.split("/")[0] in kept]


def as_input(crops: np.ndarray) -> torch.Tensor:
    """Crops (N, H, W, 3) uint8 as the recogniser takes them, (N, 3, H, W) in [-1, 1]."""
    return torch.from_numpy(crops).permute(0, 3, 1, 2).float() / 127.5 - 1


def train(
    crops: np.ndarray, owners: np.ndarray, recogniser: Recogniser, decoder: Decoder, own: Settings
) -> None:
    """Fit both networks to faces (N, H, W, 3) uint8 of people (N,) numbered from 0."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    head = ArcFace(decoder.settings["channels"], int(owners.max()) + 1, own.scale)
    networks = nn.ModuleList([recogniser, decoder, head])
    networks.to(device, memory_format=torch.channels_last).train()  # type: ignore[call-overload]
    rows, columns = (side // 16 << decoder.settings["layers"] for side in crops.shape[1:3])
    pictures = targets(crops, (rows, columns))
    batch = min(own.batch, len(crops))
    steps = own.epochs * (len(crops) // batch)
    sgd = torch.optim.SGD(
        [*recogniser.parameters(), *head.parameters()], own.rate, momentum=0.9, weight_decay=5e-4
    )
    adam = torch.optim.Adam(decoder.parameters(), own.decoder_rate)
    schedules = [
        torch.optim.lr_scheduler.OneCycleLR(each, rate, total_steps=steps + 1)
        for each, rate in ((sgd, own.rate), (adam, own.decoder_rate))
    ]
    generator = torch.Generator().manual_seed(own.seed)
    people = torch.from_numpy(owners)
    began = time.perf_counter()
    for epoch in range(1, own.epochs + 1):
        margin = own.margin * min(1.0, 2 * (epoch - 1) / own.epochs)
        sums = np.zeros(2)
        # The last faces of an epoch are left out: batch normalisation wants full batches.
        order = torch.randperm(len(crops), generator=generator)
        batches = order[: len(crops) // batch * batch].split(batch)
        for chosen in batches:
            flip = torch.rand(len(chosen), generator=generator) < 0.5
            x, y = as_input(crops[chosen.numpy()]), pictures[chosen].float() / 255
            x, y = (torch.where(flip[:, None, None, None], z.flip(3), z).to(device) for z in (x, y))
            with autocast(device):
                features = recogniser.features(x)
                drawn = decoder(features)
            embeddings = recogniser.pool(features.float()).flatten(1)
            identity = head(embeddings, people[chosen].to(device), margin)
            reconstruction = nn.functional.mse_loss(drawn.float(), y)
            for optimizer in (sgd, adam):
                optimizer.zero_grad(set_to_none=True)
            (identity + own.weight * reconstruction).backward()
            nn.utils.clip_grad_norm_(recogniser.parameters(), 5.0)
            sgd.step()
            adam.step()
            for schedule in schedules:
                schedule.step()
            sums += float(identity.detach()), float(reconstruction.detach())
        minutes = (time.perf_counter() - began) / 60
        print(
            f"epoch {epoch}/{own.epochs}  ArcFace {sums[0] / len(batches):.3f} (margin "
            f"{margin:.2f})  reconstruction {sums[1] / len(batches):.5f}  {minutes:.1f} min",
            flush=True,
        )
    networks.cpu().eval()


def measure(
    crops: np.ndarray,
    owners: np.ndarray,
    seen: np.ndarray,
    recogniser: Recogniser,
    decoder: Decoder,
) -> str:
    """Verification and reconstruction on people (N,) that were held out, in words."""
    with torch.inference_mode():
        parts = [recogniser.features(as_input(part)) for part in np.array_split(crops, 16)]
        features = torch.cat(parts)
        embedded = nn.functional.normalize(recogniser.pool(features).flatten(1)).numpy()
        drawn = torch.cat([decoder(part) for part in features.split(64)])
    scores = embedded @ embedded.T
    first, second = np.triu_indices(len(scores), 1)
    genuine = owners[first] == owners[second]
    scores = scores[first, second]
    rate = equal_error_rate(scores[genuine], scores[~genuine])[0]
    wanted = targets(crops, (drawn.shape[2], drawn.shape[3])).float() / 255
    mean = targets(seen, (drawn.shape[2], drawn.shape[3])).float().mean(0) / 255
    return (
        f"{len(np.unique(owners))} people held out, {genuine.sum():,} genuine and "
        f"{(~genuine).sum():,} impostor pairs: equal error rate {rate:.1%} (chance 50 %); "
        f"reconstruction {float((drawn - wanted).square().mean()):.5f}, "
        f"{float((mean - wanted).square().mean()):.5f} for the mean face"
    )


def make(names: Sequence[str], crops: np.ndarray, own: Settings) -> tuple[Recogniser, Decoder]:
    """Train both networks on aligned faces and say how good they are."""
    torch.manual_seed(own.seed)
    held_out = held_out_people(names, own.held_out, own.seed)
    owners = np.unique([name.split("/")[0] for name in names], return_inverse=True)[1]
    numbers = np.unique(owners[~held_out], return_inverse=True)[1]
    height, width = crops.shape[1:3]
    size = height // 16, width // 16
    recogniser = Recogniser()
    decoder = Decoder(WIDTHS[-1], doublings(size, (height, width)), 64, min(size))
    print(f"{(~held_out).sum()} pictures of {numbers.max() + 1} people", flush=True)
    unseen = crops[held_out], owners[held_out]
    print(f"before: {measure(*unseen, crops[~held_out], recogniser.eval(), decoder)}", flush=True)
    train(crops[~held_out], numbers, recogniser, decoder, own)
    print(f"after: {measure(*unseen, crops[~held_out], recogniser, decoder)}")
    return recogniser, decoder


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m training.train_joint", description=__doc__)
    parser.add_argument("--faces", type=Path, required=True, help="folder with one folder a person")
    parser.add_argument("--out", type=Path, required=True, help="the recogniser, an .onnx file")
    parser.add_argument("--least", type=int, default=10, help="pictures that a person must have")
    parser.add_argument("--size", type=int, default=112, help="of a crop, a multiple of 16")
    parser.add_argument("--epochs", type=int, default=Settings.epochs)
    parser.add_argument("--seed", type=int, default=Settings.seed)
    parser.add_argument("--cache", type=Path, default=CACHE, help="folder for landmarks")
    parser.add_argument("--workers", type=int, default=2, help="processes that find faces")
    options = parser.parse_args(arguments)
    own = Settings(epochs=options.epochs, seed=options.seed)
    size = options.size // 16 * 16, options.size // 16 * 16
    try:
        names, crops = faces.crops(
            options.faces,
            people_of(options.faces, options.least),
            faces.Target(size, template(TEMPLATE, size)),
            options.cache / options.faces.name,
            workers=options.workers,
        )
        recogniser, decoder = make(names, crops, own)
        model = export(recogniser, options.out, size)
    except FacewhyError as problem:
        parser.exit(2, f"{problem}\n")
    path = DECODER.place(model)
    save(path, decoder, model, decoder.settings)
    print("Written:", options.out, options.out.with_suffix(".toml"), path)


if __name__ == "__main__":
    main()
