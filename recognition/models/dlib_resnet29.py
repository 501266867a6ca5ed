"""dlib's ResNet-29 (King 2017) as a torch network, its weights read from dlib's own file.

The file comes with the pip package ``face_recognition_models`` (CC0). It holds, the layer nearest
the input first, 29 blocks ``con_4`` (convolution: weights, bias), each followed by ``affine_``
(scale, shift), and last ``fc_2``.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from recognition.accelerate import accelerate
from recognition.errors import ModelNotInstalled
from recognition.model import FaceModel
from recognition.models.dlib_file import DlibFile
from recognition.models.entry import ModelEntry
from recognition.templates import template

NAME = "dlib-resnet29"
TITLE = "dlib ResNet-29"
LICENCE = "CC0 1.0 (public domain)"
SIZE = 150
MEAN_RGB = (122.782, 117.001, 104.298)
# (channels, whether the first convolution goes down by two), one entry a residual block.
BLOCKS = (
    *[(32, False)] * 3,
    *[(64, True), (64, False), (64, False), (64, False)],
    *[(128, True), (128, False), (128, False)],
    *[(256, True), (256, False), (256, False)],
    (256, True),
)


def weights_file() -> Path:
    """Where the weights are.

    Raises:
        ModelNotInstalled: When the package that brings them is not there.
    """
    # Not imported: its __init__ needs pkg_resources, which new setuptools lacks.
    spec = importlib.util.find_spec("face_recognition_models")
    folders = spec.submodule_search_locations if spec else None
    path = Path(folders[0], "models/dlib_face_recognition_resnet_model_v1.dat") if folders else None
    if path is None or not path.is_file():
        raise ModelNotInstalled(
            "The dlib model is not installed; fetch it with: pip install face_recognition_models"
        )
    return path


class _Conv(nn.Module):
    """A convolution with dlib's ``affine_`` folded into its weights."""

    def __init__(self, reader: DlibFile, inputs: int, outputs: int, size: int, stride: int) -> None:
        super().__init__()
        reader.skip_past(b"con_4")
        values = reader.tensor().ravel()
        weight, bias = values[:-outputs].reshape(outputs, inputs, size, size), values[-outputs:]
        reader.skip_past(b"affine_")
        gamma, beta = reader.tensor().reshape(2, outputs)
        self.weight = nn.Parameter(torch.from_numpy(weight * gamma[:, None, None, None]))
        self.bias = nn.Parameter(torch.from_numpy(bias * gamma + beta))
        self.stride = stride
        self.padding = 0 if stride == 2 else size // 2

    def forward(self, x: Tensor) -> Tensor:
        return functional.conv2d(x, self.weight, self.bias, self.stride, self.padding)


class _Block(nn.Module):
    """A residual block; going down, its shortcut is a 2 x 2 average pool."""

    def __init__(self, reader: DlibFile, inputs: int, outputs: int, down: bool) -> None:
        super().__init__()
        self.first = _Conv(reader, inputs, outputs, 3, stride=2 if down else 1)
        self.second = _Conv(reader, outputs, outputs, 3, stride=1)
        self.down = down

    def forward(self, x: Tensor) -> Tensor:
        y = self.second(torch.relu(self.first(x)))
        if self.down:
            x = functional.avg_pool2d(x, 2)
        if x.shape != y.shape:
            # dlib adds tensors of unlike shapes by padding the smaller with zeros at the far end.
            channels, rows, columns = (
                max(p, q) for p, q in zip(x.shape[1:], y.shape[1:], strict=True)
            )
            x, y = (
                functional.pad(
                    t,
                    (0, columns - t.shape[3], 0, rows - t.shape[2], 0, channels - t.shape[1]),
                )
                for t in (x, y)
            )
        return torch.relu(x + y)


class DlibResNet29(nn.Module):
    """(N, 3, 150, 150) RGB in [0, 1] -> (N, 128).

    ``features`` are the last convolutional features (N, 256, h, w); global average pooling and
    the linear ``head`` without bias follow, so the embedding splits exactly over places and
    channels.

    Args:
        data: The bytes of dlib's ``.dat`` file.
    """

    mean: Tensor

    def __init__(self, data: bytes) -> None:
        super().__init__()
        reader = DlibFile(data)
        self.stem = _Conv(reader, 3, 32, 7, stride=2)
        blocks, inputs = [], 32
        for outputs, down in BLOCKS:
            blocks.append(_Block(reader, inputs, outputs, down))
            inputs = outputs
        self.blocks = nn.Sequential(*blocks)
        reader.skip_past(b"fc_2")
        reader.integer(), reader.integer()
        self.head = nn.Linear(256, 128, bias=False)
        self.head.weight = nn.Parameter(
            torch.from_numpy(reader.tensor().reshape(256, 128).T.copy())
        )
        self.register_buffer("mean", torch.tensor(MEAN_RGB).view(1, 3, 1, 1) / 255)

    def features(self, x: Tensor) -> Tensor:
        """Last convolutional features, (N, 256, h, w), non-negative."""
        x = (x - self.mean) * (255 / 256)
        x = functional.max_pool2d(torch.relu(self.stem(x)), 3, 2)
        features: Tensor = self.blocks(x)
        return features

    def forward(self, x: Tensor) -> Tensor:
        """Embeddings, (N, 128)."""
        embeddings: Tensor = self.head(self.features(x).mean(dim=(2, 3)))
        return embeddings


@functools.cache
def load() -> FaceModel:
    """The model, read once a process.

    Raises:
        ModelNotInstalled: When the weights' package is not there.
    """
    data = weights_file().read_bytes()
    network = DlibResNet29(data)
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    model = FaceModel.from_network(
        network,
        (SIZE, SIZE),
        name=NAME,
        template=template("dlib-lower", (SIZE, SIZE)),
        title=TITLE,
        licence=LICENCE,
        citation="D. E. King, dlib_face_recognition_resnet_model_v1, 2017",
        weights_sha256=hashlib.sha256(data).hexdigest(),
        mirror=True,
        batch_size=16,
    )
    return accelerate(model)


ENTRY = ModelEntry(NAME, TITLE, LICENCE, load, weights_file)
