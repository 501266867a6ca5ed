"""Comparisons of crops that are aligned already."""

from __future__ import annotations

import hashlib
from typing import cast

import numpy as np
import numpy.typing as npt

from recognition.model import FaceModel
from recognition.score import describe, similarity
from recognition.types import Comparison, Face, OperatingPoint, Source


def pair_from_aligned(
    a: npt.ArrayLike,
    b: npt.ArrayLike,
    model: FaceModel,
    *,
    threshold: float = 0.0,
) -> Comparison:
    """Make a comparison of two crops that are aligned already; nothing is detected.

    Args:
        a: (H, W, 3) float32 RGB in [0, 1] in the model's input size.
        b: Likewise.
        model: The embedder.
        threshold: Cosine at or above which they count as the same person.

    Returns:
        The comparison, with ``pic`` None.

    Raises:
        ValueError: When a picture has another shape or values outside [0, 1].
    """
    faces = tuple(
        _aligned_face(np.asarray(pixels, dtype=np.float32), model, name)
        for pixels, name in ((a, "a"), (b, "b"))
    )
    ea, eb = describe(model, np.stack([face.pixels for face in faces]))
    return Comparison(
        a=faces[0],
        b=faces[1],
        model=model,
        score=float(similarity(ea, eb)),
        operating_point=OperatingPoint("custom", threshold),
        mirror=model.mirror,
    )


def _aligned_face(pixels: npt.NDArray[np.float32], model: FaceModel, name: str) -> Face:
    height, width = model.input_size
    if pixels.shape != (height, width, 3):
        raise ValueError(f"picture {name} is {pixels.shape}, {model.name} takes {height, width, 3}")
    if not (np.isfinite(pixels).all() and pixels.min() >= 0 and pixels.max() <= 1):
        raise ValueError(f"picture {name} has values outside [0, 1]")
    box = (0.0, 0.0, float(width), float(height))
    return Face(
        pixels=pixels,
        landmarks=np.array(model.template, dtype=np.float32),
        box=box,
        photo=np.rint(pixels * 255).astype(np.uint8),
        matrix=cast(npt.NDArray[np.float32], np.eye(2, 3, dtype=np.float32)),
        detection=1.0,
        detector="none (aligned picture)",
        source=Source(
            name=f"aligned picture {name}",
            sha256=hashlib.sha256(pixels.tobytes()).hexdigest(),
            bytes=0,
            format="memory",
            size=(width, height),
        ),
        boxes=(box,),
    )
