"""Train the decoder that DDFV explains a recogniser with.

    python -m training.train_decoder --faces ../shared/data/lfw

makes ``assets/decoder/dlib-resnet29.safetensors`` anew; with ``--model`` the decoder of another
differentiable recogniser, beside the settings of one's own. The recogniser stays as it is: the
decoder learns to draw the aligned face from its convolutional features, mean squared error, every
face also mirrored. A tenth of the people are held out to measure it.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import torch

from explain.decoder import DECODER, Decoder, doublings
from recognition import FaceModel, FacewhyError, load_model
from training.command import add_training_options, crops_for, write
from training.faces import Crops
from training.features import features, held_out_people
from training.precision import autocast


@dataclass(frozen=True)
class Settings:
    """What shapes the decoder.

    Attributes:
        smallest: Which features: the last with at least this many rows and columns.
        width: Channels behind the decoder's first layer.
        epochs: Times that every face is seen.
        batch: Faces a step.
        rate: Peak learning rate.
        held_out: Share of the people that it is measured on.
        seed: Every random choice comes from it.
    """

    smallest: int = 8
    width: int = 64
    epochs: int = 30
    batch: int = 32
    rate: float = 2e-3
    held_out: float = 0.1
    seed: int = 0


def targets(crops: Crops, size: tuple[int, int]) -> torch.Tensor:
    """What the decoder is to draw, (N, 3, *size) in [0, 1]."""
    small = [cv2.resize(each, size[::-1], interpolation=cv2.INTER_AREA) for each in crops]
    return torch.from_numpy(np.stack(small)).permute(0, 3, 1, 2)


def error(decoder: Decoder, inputs: torch.Tensor, pictures: torch.Tensor) -> float:
    """Mean squared error over all pixels in [0, 1]."""
    device = next(decoder.parameters()).device
    with torch.inference_mode():
        squares = [
            (decoder(x.to(device)) - y.to(device).float() / 255).square().mean((1, 2, 3)).cpu()
            for x, y in zip(inputs.split(64), pictures.split(64), strict=True)
        ]
    return float(torch.cat(squares).mean())


def train(inputs: torch.Tensor, pictures: torch.Tensor, decoder: Decoder, own: Settings) -> None:
    """Fit a decoder to features (N, C, h, w) and the faces they came from, (N, 3, H, W) uint8."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    decoder.to(device, memory_format=torch.channels_last).train()  # type: ignore[call-overload]
    generator = torch.Generator().manual_seed(own.seed)
    steps = own.epochs * -(-len(inputs) // own.batch)
    optimizer = torch.optim.AdamW(decoder.parameters(), own.rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, own.rate, total_steps=steps + 1)
    began = time.perf_counter()
    for epoch in range(1, own.epochs + 1):
        losses = []
        for chosen in torch.randperm(len(inputs), generator=generator).split(own.batch):
            with autocast(device):
                drawn = decoder(inputs[chosen].to(device))
            wanted = pictures[chosen].to(device).float() / 255
            loss = torch.nn.functional.mse_loss(drawn.float(), wanted)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            schedule.step()
            losses.append(float(loss.detach()))
        minutes = (time.perf_counter() - began) / 60
        print(
            f"epoch {epoch}/{own.epochs}  loss {np.mean(losses):.5f}  {minutes:.1f} min", flush=True
        )
    decoder.cpu().eval()


def make(model: FaceModel, names: Sequence[str], crops: Crops, own: Settings) -> Decoder:
    """Train a decoder for a recogniser on aligned faces and say how good it is."""
    torch.manual_seed(own.seed)
    held_out = held_out_people(names, own.held_out, own.seed)
    seen = np.concatenate([crops[~held_out], crops[~held_out][:, :, ::-1]])
    inputs = features(model, seen, own.smallest)
    rows, columns = inputs.shape[2:]
    layers = doublings((rows, columns), model.input_size)
    decoder = Decoder(inputs.shape[1], layers, own.width, own.smallest)
    decoder.scale.copy_(1 / inputs.std((0, 2, 3)).clamp_min(1e-6)[:, None, None])
    size = rows << layers, columns << layers
    pictures = targets(seen, size)
    print(f"{len(seen)} faces; features {tuple(inputs.shape[1:])}, picture {size}", flush=True)
    train(inputs, pictures, decoder, own)
    unseen = targets(crops[held_out], size)
    mean = pictures.float().mean(0) / 255
    floor = float((unseen.float() / 255 - mean).square().mean())
    reached = error(decoder, features(model, crops[held_out], own.smallest), unseen)
    print(
        f"{held_out.sum()} faces of people held out: mean squared error {reached:.5f}, "
        f"{floor:.5f} for the mean face"
    )
    return decoder


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m training.train_decoder", description=__doc__)
    add_training_options(parser, smallest=Settings.smallest, seed=Settings.seed)
    parser.add_argument("--epochs", type=int, default=Settings.epochs)
    options = parser.parse_args(arguments)
    own = Settings(smallest=options.smallest, epochs=options.epochs, seed=options.seed)
    try:
        model = load_model(options.model)
        decoder = make(model, *crops_for(options, model), own)
    except FacewhyError as problem:
        parser.exit(2, f"{problem}\n")
    write(options, DECODER, decoder, model)


if __name__ == "__main__":
    main()
