"""FaceNet (Schroff et al. 2015) as facenet-pytorch trained it: Inception-ResNet v1."""

from __future__ import annotations

import functools
from pathlib import Path

import torch
from facenet_pytorch import InceptionResnetV1
from facenet_pytorch.models.inception_resnet_v1 import get_torch_home

from recognition.errors import ModelNotInstalled
from recognition.formats import Normalise, sha256_of
from recognition.model import FaceModel
from recognition.models.entry import ModelEntry
from recognition.templates import template

SIZE = (160, 160)
LICENCE = "MIT (facenet-pytorch); the training pictures are for research"
# Name: what facenet-pytorch calls the weights, their file, how many people they were trained on.
VARIANTS = {
    "facenet-vggface2": ("vggface2", "20180402-114759-vggface2.pt", 8631),
    "facenet-casia": ("casia-webface", "20180408-102900-casia-webface.pt", 10575),
}


def weights_file(name: str) -> Path:
    """Where facenet-pytorch keeps the weights.

    Raises:
        ModelNotInstalled: They are not there.
    """
    trained_on, file, _ = VARIANTS[name]
    path = Path(get_torch_home(), "checkpoints", file)
    if not path.is_file():
        raise ModelNotInstalled(
            f"FaceNet ({trained_on}) is not installed; fetch it with: python -c "
            f"\"from facenet_pytorch import InceptionResnetV1 as F; F(pretrained='{trained_on}')\""
        )
    return path


def load(name: str) -> FaceModel:
    """One of ``VARIANTS``, read once a process.

    Raises:
        ModelNotInstalled: Its weights are not there.
    """
    return _load(name, weights_file(name))


@functools.cache
def _load(name: str, path: Path) -> FaceModel:
    trained_on, _, people = VARIANTS[name]
    # The file holds the classifier too, which an embedding does without.
    network = InceptionResnetV1(classify=True, num_classes=people)
    network.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    network.classify = False
    return FaceModel.from_network(
        torch.nn.Sequential(Normalise(255.0, mean=(127.5,) * 3, std=(128.0,) * 3), network),
        SIZE,
        name=name,
        template=template("facenet", SIZE),
        title=f"FaceNet ({trained_on})",
        licence=LICENCE,
        citation="F. Schroff et al., FaceNet, CVPR 2015",
        weights_sha256=sha256_of(path),
        mirror=True,
    )


ENTRIES = tuple(
    ModelEntry(
        name,
        f"FaceNet ({trained_on})",
        LICENCE,
        load=functools.partial(load, name),
        find=functools.partial(weights_file, name),
    )
    for name, (trained_on, _, _) in VARIANTS.items()
)
