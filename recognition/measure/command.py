"""What the measuring commands have in common: options, faces, and their progress line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from recognition.measure.faces import central_faces
from recognition.model import FaceModel
from recognition.registry import DEFAULT_MODEL
from recognition.types import Face

CACHE = Path.home() / ".cache" / "facewhy"


def add_data_options(parser: argparse.ArgumentParser) -> None:
    """Options for where LFW, the model and the cache are."""
    parser.add_argument("--lfw", type=Path, required=True, help="folder that holds LFW")
    add_model_options(parser)


def add_model_options(parser: argparse.ArgumentParser, *, several: bool = False) -> None:
    """Options for the model, or several models, and the cache."""
    parser.add_argument(
        "--model",
        nargs="+" if several else None,
        default=[DEFAULT_MODEL] if several else DEFAULT_MODEL,
        help="name of a model, or the TOML file of your own",
    )
    parser.add_argument(
        "--cache",
        type=Path,
        default=CACHE,
        help="folder for landmarks and embeddings, so that a run can be taken up again",
    )
    parser.add_argument("--workers", type=int, default=2, help="processes that find faces")


def faces_of(
    options: argparse.Namespace, pictures: Sequence[str], model: FaceModel
) -> dict[str, Face]:
    """The faces in pictures of LFW for a command with :func:`add_data_options`, by picture."""
    return dict(
        central_faces(
            options.lfw,
            pictures,
            model,
            options.cache / "lfw",
            workers=options.workers,
            progress=progress,
        )
    )


def progress(done: int, total: int) -> None:
    """Rewrite one line on the terminal."""
    end = "\n" if done == total else ""
    print(f"\r  {done:,} of {total:,} pictures", end=end, file=sys.stderr, flush=True)
