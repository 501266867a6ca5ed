"""The contract every face recognition model meets."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import torch

from recognition.formats import Backend, Normalise
from recognition.templates import Template, template

Batch = npt.NDArray[np.float32]
Embeddings = npt.NDArray[np.float32]


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
        settings: What else shapes the embeddings, in words.
        calibration_file: Where a model of the user's own keeps its calibration.
    """

    name: str
    input_size: tuple[int, int]
    function: Callable[[Batch], Embeddings]
    network: torch.nn.Module | None = None
    template: Template = ()
    title: str = ""
    licence: str = ""
    citation: str = ""
    weights_sha256: str = ""
    mirror: bool = False
    batch_size: int = 32
    settings: dict[str, str] = field(default_factory=dict)
    calibration_file: str = ""

    def __post_init__(self) -> None:
        if not self.template:
            object.__setattr__(self, "template", template("dlib", self.input_size))
        if not self.title:
            object.__setattr__(self, "title", self.name)

    @property
    def differentiable(self) -> bool:
        """Whether gradient explainers work on this model."""
        return self.network is not None

    @property
    def fingerprint(self) -> str:
        """Everything that changes this model's embeddings, in sixteen hex digits."""
        about = (self.weights_sha256, self.mirror, self.input_size, self.template, self.settings)
        return hashlib.sha256(json.dumps(about).encode()).hexdigest()[:16]

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
        if not np.isfinite(embeddings).all():
            raise ValueError(f"{self.name} returned embeddings that are not finite numbers.")
        return embeddings

    @classmethod
    def from_function(
        cls,
        function: Callable[[Batch], Embeddings],
        input_size: tuple[int, int],
        *,
        name: str = "function",
        network: torch.nn.Module | None = None,
        template: Template = (),
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

    @classmethod
    def from_backend(
        cls,
        backend: Backend,
        normalise: Normalise,
        input_size: tuple[int, int],
        *,
        name: str,
        **about: object,
    ) -> FaceModel:
        """Make a model of a network opened from a file, differentiable when the network is."""

        def function(batch: Batch) -> Embeddings:
            with torch.inference_mode():
                pixels = normalise(torch.from_numpy(batch).permute(0, 3, 1, 2))
            return backend.run(pixels.contiguous().numpy())

        network = (
            torch.nn.Sequential(normalise, backend.network).eval() if backend.network else None
        )
        return cls(name, tuple(input_size), function, network=network, **about)  # type: ignore[arg-type]
