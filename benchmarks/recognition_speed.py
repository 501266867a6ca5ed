"""Faces a second of each model, by backend and batch, and the time to find and align a face.

    python -m benchmarks.recognition_speed [--models dlib-resnet29 my.toml ...]

Backends are those a differentiable model could run in; the largest difference of unit embeddings to
the torch network stands beside each. Figures are the best of several runs: on a machine that
does other work too, the best is what the work itself takes.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import cv2
import numpy as np
import torch
from torch import nn

from page.examples import package_picture
from recognition import MODELS, FaceModel, load_model
from recognition.align import align
from recognition.detect import detect
from recognition.formats import openvino
from recognition.model import Batch, Embeddings
from recognition.picture import read
from recognition.score import unit

BATCHES = (1, 8, 32)
REPEATS = 7
SIDES = (250, 1000, 3000)
Function = Callable[[Batch], Embeddings]


def best_seconds(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Shortest wall time of some work, after two runs that are not counted."""
    work(), work()
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)


def in_torch(network: nn.Module, layout: torch.memory_format) -> Function:
    """The network in one of torch's memory layouts."""

    def run(batch: Batch) -> Embeddings:
        with torch.inference_mode():
            pixels = torch.from_numpy(batch).permute(0, 3, 1, 2).contiguous(memory_format=layout)
            embeddings: Embeddings = network(pixels).numpy()
            return embeddings

    return run


def in_openvino(network: nn.Module, size: tuple[int, int]) -> Function:
    """The network converted to OpenVINO, in single precision."""
    run = openvino.from_torch(network, size)
    return lambda batch: run(np.ascontiguousarray(batch.transpose(0, 3, 1, 2)))


def backends(model: FaceModel) -> dict[str, Callable[[], Function]]:
    """What the model could run in: name -> how to make it."""
    network = model.network
    ways: dict[str, Callable[[], Function]] = {"as shipped": lambda: model.embed}
    if network is None:
        return ways
    rows, last = torch.contiguous_format, torch.channels_last
    return {
        **ways,
        "torch, contiguous": lambda: in_torch(network.to(memory_format=rows), rows),  # type: ignore[call-overload]
        "torch, channels_last": lambda: in_torch(network.to(memory_format=last), last),  # type: ignore[call-overload]
        "torch.compile": lambda: in_torch(torch.compile(network), last),  # type: ignore[arg-type]
        "OpenVINO": lambda: in_openvino(network, model.input_size),
    }


def print_models(names: list[str]) -> None:
    """Faces a second by model, backend and batch."""
    print(f"| model | backend | {' | '.join(f'batch {n}' for n in BATCHES)} | difference |")
    print(f"|---|---|{'---|' * len(BATCHES)}---|")
    for name in names:
        model = load_model(name)
        rng = np.random.default_rng(0)
        faces = rng.random((max(BATCHES), *model.input_size, 3), dtype=np.float32)
        expected = unit(model.embed(faces))
        for backend, make in backends(model).items():
            try:
                run = make()
                rates = [size / best_seconds(lambda: run(faces[:size])) for size in BATCHES]  # noqa: B023
                difference = f"{np.abs(unit(run(faces)) - expected).max():.0e}"
                cells = " | ".join(f"{rate:.0f}" for rate in rates)
            except Exception as error:  # A backend that this machine lacks is a line, not an end.
                cells, difference = " | ".join("" for _ in BATCHES), type(error).__name__
            print(f"| {model.title} | {backend} | {cells} | {difference} |", flush=True)


def print_detection() -> None:
    """Milliseconds a photograph, by its longest side."""
    photo = read(package_picture("skimage", "data/astronaut.png")).pixels
    model = load_model()
    print("\n| longest side | detect, ms | align, ms |\n|---|---|---|")
    for side in SIDES:
        pixels = np.asarray(cv2.resize(photo, (side, side)), np.uint8)
        (face,) = detect(pixels)
        found = best_seconds(lambda: detect(pixels))  # noqa: B023
        aligned = best_seconds(
            lambda: align(pixels, face.landmarks, model.template, model.input_size)  # noqa: B023
        )
        print(f"| {side} | {1000 * found:.0f} | {1000 * aligned:.1f} |", flush=True)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    there = [name for name, entry in MODELS.items() if entry.installed()]
    parser.add_argument("--models", nargs="+", default=there, help="names or TOML files")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    print(f"{options.threads} threads, torch {torch.__version__}\n")
    print_models(options.models)
    print_detection()


if __name__ == "__main__":
    main()
