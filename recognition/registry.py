"""The models this program knows, installed or not."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from types import MappingProxyType

from recognition.errors import UnknownName
from recognition.model import FaceModel
from recognition.models import arcface, dlib_resnet29, facenet
from recognition.models.entry import ModelEntry
from recognition.own import load_own

DEFAULT_MODEL = dlib_resnet29.NAME

MODELS: Mapping[str, ModelEntry] = MappingProxyType(
    {entry.name: entry for entry in (dlib_resnet29.ENTRY, *arcface.ENTRIES, *facenet.ENTRIES)}
)


def load_model(name: str = DEFAULT_MODEL) -> FaceModel:
    """Load a model by name, or one of your own by its settings file.

    Args:
        name: One of ``MODELS``, or the path of a ``.toml`` as :mod:`recognition.own` describes.

    Raises:
        UnknownName: There is no such model.
        ModelNotInstalled: Its weights are not on this machine; the message says how to fetch them.
        BadSetting: Something is wrong with the settings of one's own model.
    """
    if name.endswith(".toml"):
        return load_own(name)
    if name not in MODELS:
        near = difflib.get_close_matches(name, MODELS, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise UnknownName(f"There is no model “{name}”; there are {', '.join(MODELS)}.{hint}")
    return MODELS[name].load()
