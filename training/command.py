"""What the commands share that train a network for a recogniser which stays as it is."""

from __future__ import annotations

import argparse
from pathlib import Path

from explain.decoder import Decoder
from explain.trained import Trained, save
from explain.xcos import XCos
from recognition import FaceModel
from recognition.measure.command import add_model_options
from training.faces import Crops, crops, pictures


def add_training_options(parser: argparse.ArgumentParser, *, smallest: int, seed: int) -> None:
    """Options for the faces, the recogniser, where to write, and two that all have."""
    parser.add_argument("--faces", type=Path, required=True, help="folder with one folder a person")
    add_model_options(parser)
    parser.add_argument("--out", type=Path, help="where the explainer looks for it, if left out")
    parser.add_argument(
        "--smallest", type=int, default=smallest, help="features with at least so many rows"
    )
    parser.add_argument("--seed", type=int, default=seed)


def crops_for(options: argparse.Namespace, model: FaceModel) -> tuple[list[str], Crops]:
    """The faces to train on, as the recogniser sees them, see :func:`training.faces.crops`."""
    return crops(
        options.faces,
        pictures(options.faces),
        model,
        options.cache / options.faces.name,
        workers=options.workers,
    )


def write(
    options: argparse.Namespace, kind: Trained, network: Decoder | XCos, model: FaceModel
) -> None:
    """Put the network where the explainer looks for it, or where the command was told."""
    out = options.out or kind.place(model)
    save(out, network, model, network.settings)
    print(f"{out.name}: {out.stat().st_size / 1e6:.2f} MB")
