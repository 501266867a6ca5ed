"""Small networks that some explainers need: one kind for an explainer, one file for a recogniser.

A file is looked for beside the settings of a model of one's own, then among those that come with
this program. What it was made for is written inside, so that one recogniser's is never used with
another.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors import safe_open
from safetensors.torch import save_file

from recognition.errors import BadSetting, ModelNotInstalled
from recognition.model import FaceModel

Network = TypeVar("Network", bound=torch.nn.Module)

ASSETS = Path(__file__).resolve().parent.parent / "assets"


@dataclass(frozen=True)
class Trained:
    """A kind of network that is trained for a recogniser.

    Attributes:
        kind: Folder below ``assets/`` and part of a file's name.
        title: What it is, with its article.
        command: Module that makes one.
    """

    kind: str
    title: str
    command: str

    def place(self, model: FaceModel) -> Path:
        """Where the file for this recogniser belongs."""
        if model.calibration_file:
            return Path(model.calibration_file).with_name(f"{model.name}.{self.kind}.safetensors")
        return ASSETS / self.kind / f"{model.name}.safetensors"

    def find(self, model: FaceModel) -> Path:
        """The file for this recogniser.

        Raises:
            ModelNotInstalled: There is none; the message says how to make it.
        """
        shipped = ASSETS / self.kind / f"{model.name}.safetensors"
        for path in (self.place(model), shipped):
            if path.is_file() and _made_for(path, model):
                return path
        raise ModelNotInstalled(
            f"This explainer needs {self.title} trained for {model.title}, and there is none; "
            f"make it with: python -m {self.command} --model {_argument(model)} --faces DIR"
        )

    def load(self, model: FaceModel, network: type[Network]) -> Network:
        """The network for this recogniser, ready to be used.

        Args:
            model: The recogniser.
            network: Its class; the file says with what it is built.

        Raises:
            ModelNotInstalled: There is none; the message says how to make it.
        """
        path = self.find(model)
        return _load(network, path, path.stat().st_mtime_ns)  # type: ignore[arg-type, return-value]

    def ready(self, model: FaceModel) -> bool:
        """Whether :meth:`find` finds one."""
        try:
            return self.find(model).is_file()
        except ModelNotInstalled:
            return False


@lru_cache(maxsize=8)
def _load(network: type[torch.nn.Module], path: Path, _changed: int) -> torch.nn.Module:
    loaded = network(**read_about(path)["settings"])
    loaded.load_state_dict(weights_of(path))
    return loaded.eval().requires_grad_(False)


def _argument(model: FaceModel) -> str:
    if not model.calibration_file:
        return model.name
    settings = Path(model.calibration_file).with_name(f"{model.name}.toml")
    return str(settings) if settings.is_file() else "SETTINGS.toml"


def _made_for(path: Path, model: FaceModel) -> bool:
    made_for = read_about(path).get("weights_sha256", "")
    return not made_for or not model.weights_sha256 or made_for == model.weights_sha256


def read_about(path: Path) -> dict[str, Any]:
    """What :func:`save` wrote beside the weights.

    Raises:
        BadSetting: When the file is not one of those.
    """
    try:
        with safe_open(path, framework="pt") as file:
            about: dict[str, Any] = json.loads(file.metadata()["facewhy"])
    except Exception as error:
        raise BadSetting(f"“{path.name}” cannot be read; train it anew.") from error
    return about


def save(
    path: Path, network: torch.nn.Module, model: FaceModel, settings: Mapping[str, Any]
) -> None:
    """Write a network in half precision, with what builds it again and whom it is for.

    Args:
        path: A ``.safetensors`` file.
        network: Its parameters and buffers are written.
        model: The recogniser.
        settings: What its constructor takes.
    """
    about = {
        "model": model.name,
        "weights_sha256": model.weights_sha256,
        "settings": dict(settings),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    halved = {
        name: value.detach().cpu().half().contiguous()
        for name, value in network.state_dict().items()
    }
    save_file(halved, path, metadata={"facewhy": json.dumps(about)})


def weights_of(path: Path) -> dict[str, torch.Tensor]:
    """The tensors of a file in single precision."""
    with safe_open(path, framework="pt") as file:
        return {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
