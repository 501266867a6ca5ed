"""Bring your own model: a network in a file and a few settings in a TOML.

    name = "my-model"
    weights = "my-model.onnx"        # .onnx, .pt (TorchScript) or .xml (OpenVINO IR)
    input_size = [112, 112]          # height, width
    template = "arcface"             # or "dlib", "omz", or five [x, y] in pixels of the crop
    colour = "RGB"                   # or "BGR"
    scale = 255                      # pixels are 0 to 255; 1 for 0 to 1
    mean = [127.5, 127.5, 127.5]
    std = [127.5, 127.5, 127.5]
    mirror = false                   # average with the mirrored crop
    licence = "MIT"

Everything but ``name``, ``weights`` and ``input_size`` may be left out.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from recognition.errors import BadSetting, ModelNotInstalled
from recognition.formats import Normalise, changed, open_weights, sha256_of
from recognition.model import FaceModel
from recognition.templates import TEMPLATES, template

KEPT = 4  # models: a network that was opened holds its weights in memory
KINDS: Mapping[str, type | tuple[type, ...]] = {
    "name": str,
    "weights": str,
    "input_size": list,
    "template": (str, list),
    "colour": str,
    "scale": (int, float),
    "mean": list,
    "std": list,
    "mirror": bool,
    "batch_size": int,
    "title": str,
    "licence": str,
    "citation": str,
}
REQUIRED = ("name", "weights", "input_size")
NORMALISATION = ("scale", "colour", "mean", "std")
ABOUT = ("title", "licence", "citation", "mirror", "batch_size")


def load_own(path: str | Path, weights: str | Path | None = None) -> FaceModel:
    """Load a model by its settings file.

    A model in use is kept, and opened anew only when its settings or its weights have changed.

    Args:
        path: The TOML.
        weights: The network, instead of the file the TOML names (which is relative to the TOML).

    Raises:
        ModelNotInstalled: The settings or the weights are not there.
        BadSetting: A setting is missing, unknown or of the wrong kind, or the file is no network.
    """
    path = Path(path).absolute()
    text = _read(path)
    settings = _parsed(text, path.name)
    _check(settings, path.name)
    file = Path(weights).absolute() if weights else path.parent / settings["weights"]
    return _load(path, text, file, changed(file))


@functools.lru_cache(maxsize=KEPT)
def _load(path: Path, text: str, file: Path, _changed: object) -> FaceModel:
    settings = _parsed(text, path.name)
    height, width = (int(side) for side in settings["input_size"])
    given = {key: settings[key] for key in NORMALISATION if key in settings}
    targets = settings.get("template", "dlib")
    return FaceModel.from_backend(
        open_weights(file),
        Normalise(**given),
        (height, width),
        name=settings["name"],
        template=(
            template(targets, (height, width))
            if isinstance(targets, str)
            else tuple((float(x), float(y)) for x, y in targets)
        ),
        weights_sha256=sha256_of(file),
        settings={key: str(value) for key, value in given.items()},
        calibration_file=str(path.with_name(f"{settings['name']}.calibration.json")),
        **{key: settings[key] for key in ABOUT if key in settings},
    )


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ModelNotInstalled(f"There are no model settings at {path}.") from error
    except UnicodeDecodeError as error:
        raise BadSetting(f"“{path.name}” is no valid TOML: {error}.") from error


def _parsed(text: str, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadSetting(f"“{file}” is no valid TOML: {error}.") from error


def _check(settings: Mapping[str, Any], file: str) -> None:
    """Say what is wrong with the settings, in one sentence."""

    def wrong(what: str) -> BadSetting:
        return BadSetting(f"In “{file}”, {what}.")

    for key in REQUIRED:
        if key not in settings:
            raise wrong(f"“{key}” is missing")
    for key, value in settings.items():
        if key not in KINDS:
            raise wrong(f"“{key}” is not known; there are {', '.join(KINDS)}")
        kind = KINDS[key]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise wrong(f"“{key}” cannot be {value!r}")
    if not _numbers(settings["input_size"], 2) or min(settings["input_size"]) < 16:
        raise wrong("“input_size” must be [height, width] in pixels, 16 or more")
    if settings.get("colour", "RGB") not in ("RGB", "BGR"):
        raise wrong("“colour” must be RGB or BGR")
    for key in ("mean", "std"):
        if key in settings and not _numbers(settings[key], 3):
            raise wrong(f"“{key}” must be three numbers, one a channel")
    if settings.get("scale", 1) <= 0 or 0 in settings.get("std", []):
        raise wrong("“scale” must be positive and “std” must not be 0")
    targets = settings.get("template", "dlib")
    if isinstance(targets, str):
        if targets not in TEMPLATES:
            raise wrong(f"“template” must be {', '.join(TEMPLATES)}, or five [x, y] in pixels")
    elif len(targets) != 5 or not all(_numbers(point, 2) for point in targets):
        raise wrong("“template” must be five [x, y]: eyes, nose tip, mouth corners, left first")


def _numbers(value: object, count: int) -> bool:
    return (
        isinstance(value, list)
        and len(value) == count
        and all(isinstance(each, int | float) and not isinstance(each, bool) for each in value)
    )
