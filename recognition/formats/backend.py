"""Open a network by the kind of its file."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from torch import nn

from recognition.errors import BadSetting, ModelNotInstalled

Run = Callable[[npt.NDArray[np.float32]], npt.NDArray[np.float32]]


@dataclass(frozen=True, eq=False)
class Backend:
    """A network ready to run.

    Attributes:
        run: (N, 3, H, W) float32 as the network takes it -> (N, D), by the fastest way there is.
        network: The same as a torch module; None when it has no gradients here.
    """

    run: Run
    network: nn.Module | None = None


def open_weights(path: Path) -> Backend:
    """Open ``.onnx``, ``.pt`` / ``.torchscript`` (TorchScript) or ``.xml`` (OpenVINO IR).

    Raises:
        ModelNotInstalled: There is no such file.
        BadSetting: It is of another kind, or damaged.
    """
    from recognition.formats import onnx, openvino, torchscript

    kinds: dict[str, Callable[[Path], Backend]] = {
        ".onnx": onnx.load,
        ".pt": torchscript.load,
        ".pth": torchscript.load,
        ".torchscript": torchscript.load,
        ".xml": openvino.load,
    }
    load = kinds.get(path.suffix.lower())
    if load is None:
        raise BadSetting(
            f"“{path.name}” is no kind of network that can be opened; use one of "
            f"{', '.join(kinds)}."
        )
    if not path.is_file():
        raise ModelNotInstalled(f"There are no weights at {path}; put the file there.")
    try:
        return load(path)
    except Exception as error:  # Each library has its own; what to do is the same for all.
        reason = str(error).strip().splitlines()
        raise BadSetting(
            f"“{path.name}” cannot be opened as a network: {reason[0] if reason else error!r}"
        ) from error


def sha256_of(path: Path) -> str:
    """Hash of the weights; of an OpenVINO IR both files, the graph first."""
    digest = hashlib.sha256()
    for part in _parts(path):
        with part.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def changed(path: Path) -> tuple[tuple[int, int], ...]:
    """When the weights were last changed, nanoseconds, and their bytes; of every file there is."""
    found = (part.stat() for part in _parts(path) if part.is_file())
    return tuple((each.st_mtime_ns, each.st_size) for each in found)


def _parts(path: Path) -> tuple[Path, ...]:
    return (path, path.with_suffix(".bin")) if path.suffix.lower() == ".xml" else (path,)


def one_by_one(run: Run) -> Run:
    """Feed a network that takes a single picture a pass."""

    def runs(batch: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        return np.concatenate([run(picture[None]) for picture in batch])

    return runs
