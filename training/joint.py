"""The networks of DDFV's joint training, and how the recogniser is written down."""

from __future__ import annotations

import math
import warnings
from itertools import pairwise
from pathlib import Path

import torch
from torch import nn

from recognition import FaceModel, load_model

WIDTHS = (32, 64, 128, 128)
TEMPLATE = "arcface"


class _Residual(nn.Module):
    """Two 3 x 3 convolutions that go down by two, beside a shortcut."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(),
            nn.Conv2d(outputs, outputs, 3, padding=1, bias=False),
            nn.BatchNorm2d(outputs),
        )
        self.shortcut = nn.Sequential(
            nn.Conv2d(inputs, outputs, 1, stride=2, bias=False), nn.BatchNorm2d(outputs)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.body(x) + self.shortcut(x))


class Recogniser(nn.Module):
    """A small ResNet (N, 3, H, W) in [-1, 1] -> (N, 128), the global maxima of its last features.

    There is no layer behind the pooling, so channel c of the features (N, 128, H/16, W/16) is
    element c of the embedding.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, WIDTHS[0], 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(WIDTHS[0]),
            nn.ReLU(),
        )
        self.blocks = nn.Sequential(*(_Residual(*widths) for widths in pairwise(WIDTHS)))
        self.pool = nn.AdaptiveMaxPool2d(1)

    def features(self, x: torch.Tensor) -> torch.Tensor:
        """Last convolutional features (N, 128, H/16, W/16)."""
        features: torch.Tensor = self.blocks(self.stem(x))
        return features

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Embeddings (N, 128)."""
        embeddings: torch.Tensor = self.pool(self.features(x)).flatten(1)
        return embeddings


class ArcFace(nn.Module):
    """Cross-entropy over people with an angular margin (Deng et al., ArcFace, CVPR 2019, eq. 3).

    Args:
        length: D of an embedding.
        people: How many there are.
        scale: Of the logits.
    """

    def __init__(self, length: int, people: int, scale: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(people, length) * 0.05)
        self.scale = scale

    def forward(
        self, embeddings: torch.Tensor, owners: torch.Tensor, margin: float
    ) -> torch.Tensor:
        """The loss of embeddings (N, D) of people (N,), the margin in radians."""
        cosines = nn.functional.normalize(embeddings) @ nn.functional.normalize(self.weight).T
        own = cosines.gather(1, owners[:, None]).clamp(-1 + 1e-6, 1 - 1e-6)
        # Beyond pi - margin the cosine would rise again; the plain one goes on falling.
        moved = torch.where(
            own > -math.cos(margin), (own.acos() + margin).cos(), own - margin * math.sin(margin)
        )
        logits = self.scale * cosines.scatter(1, owners[:, None], moved.to(cosines.dtype))
        return nn.functional.cross_entropy(logits, owners)


def export(recogniser: Recogniser, path: Path, size: tuple[int, int]) -> FaceModel:
    """Write the recogniser as ONNX with its settings beside it, and load it as anybody would.

    Args:
        recogniser: Trained.
        path: A ``.onnx`` file.
        size: (H, W) of its pictures.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's newer exporter needs one more package
        torch.onnx.export(
            recogniser.cpu().eval(),
            (torch.zeros(2, 3, *size),),
            str(path),
            dynamo=False,
            input_names=["faces"],
            output_names=["embeddings"],
            dynamic_axes={"faces": {0: "n"}, "embeddings": {0: "n"}},
        )
    settings = path.with_suffix(".toml")
    settings.write_text(
        f'name = "{path.stem}"\n'
        f'title = "{path.stem} (trained with its decoder)"\n'
        f'weights = "{path.name}"\n'
        f"input_size = [{size[0]}, {size[1]}]\n"
        f'template = "{TEMPLATE}"\n'
        "scale = 255\nmean = [127.5, 127.5, 127.5]\nstd = [127.5, 127.5, 127.5]\n"
        'citation = "Xu, Lu & Ebrahimi, Discriminative Deep Feature Visualization, 2023"\n'
    )
    return load_model(str(settings))
