"""The models this program knows, installed or not."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from recognition.errors import ModelNotInstalled, UnknownName
from recognition.model import FaceModel
from recognition.models import dlib_resnet29
from recognition.own import load_own

DEFAULT_MODEL = dlib_resnet29.NAME


@dataclass(frozen=True)
class ModelEntry:
    """What is known of a model before it is loaded.

    Attributes:
        name: The name to load it by.
        title: Its name for people.
        licence: Of the weights.
        load: Reads the weights; raises ModelNotInstalled with the command that fetches them.
        installed: Whether the weights are on this machine.
    """

    name: str
    title: str
    licence: str
    load: Callable[[], FaceModel]
    installed: Callable[[], bool]


def _is_there(find: Callable[[], object]) -> Callable[[], bool]:
    def installed() -> bool:
        try:
            find()
        except ModelNotInstalled:
            return False
        return True

    return installed


MODELS: Mapping[str, ModelEntry] = MappingProxyType(
    {
        entry.name: entry
        for entry in (
            ModelEntry(
                dlib_resnet29.NAME,
                dlib_resnet29.TITLE,
                dlib_resnet29.LICENCE,
                dlib_resnet29.load,
                _is_there(dlib_resnet29.weights_file),
            ),
        )
    }
)


def load_model(name: str = DEFAULT_MODEL) -> FaceModel:
    """Load a model by name, or one of your own by its settings file.

    Args:
        name: One of ``MODELS``, or the path of a ``.toml`` as :mod:`recognition.own` describes.

    Raises:
        UnknownName: There is no such model.
        ModelNotInstalled: Its weights are not on this machine; the message says how to fetch them.
    """
    if name.endswith(".toml"):
        return load_own(name)
    if name not in MODELS:
        near = difflib.get_close_matches(name, MODELS, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise UnknownName(f"There is no model “{name}”; there are {', '.join(MODELS)}.{hint}")
    return MODELS[name].load()
