"""The door for a face-parsing model of one's own: a network in a file and its settings in a TOML.

    weights = "bisenet.onnx"         # .onnx, .pt (TorchScript) or .xml (OpenVINO IR)
    title = "BiSeNet"                # shown with the regions
    size = 512                       # height and width the network takes, pixels
    scale = 1                        # pixels are 0 to 1; 255 for 0 to 255
    colour = "RGB"                   # or "BGR"
    mean = [0.485, 0.456, 0.406]
    std = [0.229, 0.224, 0.225]
    labels = ["background", "skin", "left eyebrow", ...]

Everything but ``weights`` may be left out; what is above, and the order of labels of the models
trained on CelebAMask-HQ, is the default. The network answers (N, labels, h, w), or a tuple that
starts with that. The settings are ``models/face-parsing/*.toml``, or the file that the environment
variable ``FACEWHY_FACE_PARSING`` names.
"""

from __future__ import annotations

import math
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import torch

from explain.mesh import Mask
from recognition.errors import BadSetting, ModelNotInstalled
from recognition.formats import Normalise, open_weights
from recognition.types import Pixels

VARIABLE = "FACEWHY_FACE_PARSING"
FOLDER = Path(__file__).resolve().parent.parent / "models" / "face-parsing"

LABELS = (
    "background",
    "skin",
    "left eyebrow",
    "right eyebrow",
    "left eye",
    "right eye",
    "glasses",
    "left ear",
    "right ear",
    "earring",
    "nose",
    "mouth",
    "upper lip",
    "lower lip",
    "neck",
    "necklace",
    "cloth",
    "hair",
    "hat",
)
"""The order of the published models; left and right are not used, they confuse the two."""

MEANS: Mapping[str, tuple[str, ...]] = {
    "hair": ("hair",),
    "ears": ("left ear", "right ear", "earring"),
    "skin": ("skin",),
}
KINDS: Mapping[str, type | tuple[type, ...]] = {
    "weights": str,
    "title": str,
    "size": int,
    "scale": (int, float),
    "colour": str,
    "mean": list,
    "std": list,
    "labels": list,
}

LabelMap = npt.NDArray[np.int_]


@dataclass(frozen=True, eq=False)
class Parser:
    """A face-parsing network.

    Attributes:
        title: Its name for people.
        side: Height and width of the picture it takes.
        labels: What its channels stand for.
        run: (1, 3, side, side) float32, normalised -> (1, labels * h * w).
        normalise: What comes before.
    """

    title: str
    side: int
    labels: tuple[str, ...]
    run: Callable[[npt.NDArray[np.float32]], npt.NDArray[np.float32]]
    normalise: Normalise

    def labels_of(self, picture: Pixels) -> LabelMap:
        """The most likely label of every pixel, (side, side).

        Args:
            picture: (side, side, 3) uint8 RGB, the head upright.

        Raises:
            BadSetting: The network answers with something else than a square for each label.
        """
        pixels = torch.from_numpy(picture.astype(np.float32) / 255).permute(2, 0, 1)[None]
        with torch.inference_mode():
            given = self.normalise(pixels).contiguous().numpy()
        answer = self.run(given).reshape(-1)
        small = math.isqrt(answer.size // len(self.labels))
        if small * small * len(self.labels) != answer.size:
            raise BadSetting(
                f"The face-parsing model “{self.title}” answers {answer.size:,} numbers, which are "
                f"no square for each of {len(self.labels)} labels; set “labels” to its own."
            )
        scores = answer.reshape(len(self.labels), small, small).transpose(1, 2, 0)
        # Four channels at a time: more is not resized.
        full = np.dstack(
            [
                cv2.resize(np.ascontiguousarray(scores[..., at : at + 4]), (self.side, self.side))
                for at in range(0, len(self.labels), 4)
            ]
        )
        best: LabelMap = full.argmax(-1)
        return best

    def where(self, labels: LabelMap, region: str) -> Mask:
        """Where a region of :data:`MEANS` is, (side, side)."""
        wanted = [at for at, label in enumerate(self.labels) if label in MEANS[region]]
        return np.isin(labels, wanted)


def installed_parser() -> Parser | None:
    """The user's face-parsing model, None when there is none.

    Raises:
        ModelNotInstalled: The settings that were named, or the weights, are not there.
        BadSetting: A setting is unknown or of the wrong kind, or the file is no network.
    """
    named = os.environ.get(VARIABLE)
    path = Path(named) if named else min(FOLDER.glob("*.toml"), default=None)
    if path is None:
        return None
    if not path.is_file():
        raise ModelNotInstalled(
            f"There are no settings of a face-parsing model at {path}, which {VARIABLE} names; put "
            "them there or unset it."
        )
    return load_parser(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=1)
def load_parser(path: Path, _changed: int = 0) -> Parser:
    """Open a face-parsing model by its settings, once until they change.

    Raises:
        ModelNotInstalled: The weights are not there.
        BadSetting: A setting is unknown or of the wrong kind, or the file is no network.
    """
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSetting(f"“{path.name}” is no valid TOML: {error}.") from error
    _check(settings, path.name)
    weights = path.parent / settings["weights"]
    return Parser(
        title=settings.get("title", weights.stem),
        side=settings.get("size", 512),
        labels=tuple(settings.get("labels", LABELS)),
        run=open_weights(weights).run,
        normalise=Normalise(
            scale=settings.get("scale", 1),
            colour=settings.get("colour", "RGB"),
            mean=settings.get("mean", (0.485, 0.456, 0.406)),
            std=settings.get("std", (0.229, 0.224, 0.225)),
        ),
    )


def _check(settings: Mapping[str, Any], file: str) -> None:
    """Say what is wrong with the settings, in one sentence."""
    if "weights" not in settings:
        raise BadSetting(f"In “{file}”, “weights” is missing.")
    for key, value in settings.items():
        if key not in KINDS:
            raise BadSetting(f"In “{file}”, “{key}” is not known; there are {', '.join(KINDS)}.")
        if not isinstance(value, KINDS[key]) or isinstance(value, bool):
            raise BadSetting(f"In “{file}”, “{key}” cannot be {value!r}.")
    if settings.get("size", 512) < 32:
        raise BadSetting(f"In “{file}”, “size” must be 32 pixels or more.")
    if settings.get("colour", "RGB") not in ("RGB", "BGR"):
        raise BadSetting(f"In “{file}”, “colour” must be RGB or BGR.")
    for key in ("mean", "std"):
        values = settings.get(key, [1.0, 1.0, 1.0])
        if len(values) != 3 or not all(isinstance(each, int | float) for each in values):
            raise BadSetting(f"In “{file}”, “{key}” must be three numbers, one a channel.")
    if settings.get("scale", 1) <= 0 or 0 in settings.get("std", []):
        raise BadSetting(f"In “{file}”, “scale” must be positive and “std” must not be 0.")
    if "hair" not in settings.get("labels", LABELS):
        raise BadSetting(f"In “{file}”, “labels” must name “hair”.")
