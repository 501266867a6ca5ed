"""The contract every face recognition model meets."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import torch

Batch = npt.NDArray[np.float32]
Embeddings = npt.NDArray[np.float32]

# dlib's alignment targets as fractions of its 150-pixel crop, for models that state none.
DEFAULT_TEMPLATE = (
    (41.9 / 150, 35.7 / 150),
    (101.4 / 150, 35.2 / 150),
    (71.8 / 150, 71.9 / 150),
    (45.6 / 150, 102.7 / 150),
    (97.8 / 150, 103.0 / 150),
)


@dataclass(frozen=True, eq=False)
class FaceModel:
    """A function from aligned faces to embeddings, and what is known about it.

    Attributes:
        name: The registry name, or one made up for a function.
        input_size: (H, W) of the aligned crop in pixels.
        function: (N, H, W, 3) float32 RGB in [0, 1] -> (N, D) float32. The model's own
            normalisation happens inside.
        network: The same function as a torch module, (N, 3, H, W) RGB in [0, 1] -> (N, D), for
            explainers that need gradients; None for a black box.
        template: Five (x, y) alignment targets in pixels: eye on the left of the picture, eye on
            the right, nose tip, mouth corners left and right.
        title: Its name for people.
        licence: Licence of the weights, in words.
        weights_sha256: Hash of the weights file, empty when there is none.
        mirror: Whether a comparison averages the embeddings of the crop and its mirror image.
        batch_size: Faces a pass that this model is fastest with on a CPU.
    """

    name: str
    input_size: tuple[int, int]
    function: Callable[[Batch], Embeddings]
    network: torch.nn.Module | None = None
    template: tuple[tuple[float, float], ...] = ()
    title: str = ""
    licence: str = ""
    citation: str = ""
    weights_sha256: str = ""
    mirror: bool = False
    batch_size: int = 32
    settings: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.template:
            height, width = self.input_size
            scaled = tuple((x * width, y * height) for x, y in DEFAULT_TEMPLATE)
            object.__setattr__(self, "template", scaled)
        if not self.title:
            object.__setattr__(self, "title", self.name)

    @property
    def differentiable(self) -> bool:
        """Whether gradient explainers work on this model."""
        return self.network is not None

    def embed(self, batch: Batch) -> Embeddings:
        """Embed aligned faces.

        Args:
            batch: (N, H, W, 3) float32 RGB in [0, 1], aligned to ``input_size``.

        Returns:
            (N, D) float32, not normalised.

        Raises:
            ValueError: When the shape is not (N, H, W, 3) with this model's H and W, or when the
                model answers with something else than one vector of finite numbers a face.
        """
        batch = np.ascontiguousarray(batch, dtype=np.float32)
        expected = (*self.input_size, 3)
        if batch.ndim != 4 or batch.shape[1:] != expected:
            raise ValueError(f"{self.name} takes (N, {expected}) pictures, not {batch.shape}.")
        embeddings = np.asarray(self.function(batch), dtype=np.float32)
        if embeddings.ndim != 2 or len(embeddings) != len(batch):
            raise ValueError(
                f"{self.name} returned shape {embeddings.shape} for {len(batch)} faces."
            )
        return embeddings

    @classmethod
    def from_function(
        cls,
        function: Callable[[Batch], Embeddings],
        input_size: tuple[int, int],
        *,
        name: str = "function",
        network: torch.nn.Module | None = None,
        template: tuple[tuple[float, float], ...] = (),
    ) -> FaceModel:
        """Make a model of any function ``(N, H, W, 3) in [0, 1] -> (N, D)``.

        Args:
            function: The embedder.
            input_size: (H, W) of the pictures it takes.
            name: What to call it.
            network: The same as a torch module, if gradient explainers are to work.
            template: Five alignment targets in pixels; dlib's, scaled, when empty.
        """
        return cls(name, tuple(input_size), function, network=network, template=template)  # type: ignore[arg-type]

    @classmethod
    def from_network(
        cls,
        network: torch.nn.Module,
        input_size: tuple[int, int],
        *,
        name: str = "network",
        **about: object,
    ) -> FaceModel:
        """Make a differentiable model of a torch module ``(N, 3, H, W) in [0, 1] -> (N, D)``."""
        network = copy.copy(network).eval().requires_grad_(False)

        def function(batch: Batch) -> Embeddings:
            with torch.inference_mode():
                pixels = torch.from_numpy(batch).permute(0, 3, 1, 2)
                embeddings: Embeddings = network(pixels).float().numpy()
                return embeddings

        return cls(name, tuple(input_size), function, network=network, **about)  # type: ignore[arg-type]
