"""The contract of inpainters: a face and a hole in, other plausible faces out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from explain.mesh import Mask
from recognition.errors import ModelNotInstalled
from recognition.model import Batch
from recognition.types import Face

Masks = npt.NDArray[np.bool_]
Told = Callable[[float], None]
Fill = Callable[[Face, Masks, Sequence[int], Told], Batch]


def nobody(_share: float) -> None:
    """For fills that nobody waits for."""


def nothing_missing() -> str:
    """For inpainters that need no file: they are always ready."""
    return ""


@dataclass(frozen=True)
class Inpainter:
    """Something that replaces a part of a face by what could be there.

    Attributes:
        name: Short name.
        title: Name for people.
        sentence: What it does, in one plain sentence.
        citation: Author, title, year.
        function: ``(face, masks, seeds, told) -> fills``: a face, N holes (N, H, W) on its aligned
            crop, N seeds, one for each hole, and whom to tell the done share, 0 to 1, which may
            raise to stop the work; N pictures (N, H, W, 3) float32 whose pixels in the hole are
            new. What they have elsewhere does not matter, :meth:`fill_many` restores it.
        work: How many pictures dlib-resnet29 scores, mirrored too, in the time of one fill; None
            when that hangs on a network of the user's own.
        stochastic: Whether another seed gives another fill.
        missing: What is not on this machine and how to get it, in one sentence; empty when it is
            ready.
    """

    name: str
    title: str
    sentence: str
    citation: str
    function: Fill
    work: float | None
    stochastic: bool = True
    missing: Callable[[], str] = nothing_missing

    @property
    def ready(self) -> bool:
        """Whether everything it needs is on this machine."""
        return not self.missing()

    def fill(self, face: Face, mask: Mask, seeds: Sequence[int]) -> Batch:
        """One hole, filled once for each seed.

        Args:
            face: The face; its aligned crop ``face.pixels`` has the shape (H, W, 3).
            mask: (H, W) bool on the aligned crop, True where the face is to be replaced.
            seeds: K numbers; the same one gives the same fill.

        Returns:
            (K, H, W, 3) float32 in [0, 1]; pixels outside the mask are exactly those of the crop.

        Raises:
            ModelNotInstalled: When something it needs is not on this machine.
        """
        return self.fill_many(face, np.broadcast_to(mask, (len(seeds), *mask.shape)), seeds)

    def fill_many(
        self, face: Face, masks: Masks, seeds: Sequence[int], told: Told = nobody
    ) -> Batch:
        """Several holes in one batch, each with its own seed.

        Args:
            face: As for :meth:`fill`.
            masks: (N, H, W) bool.
            seeds: N numbers.
            told: Told the done share, 0 to 1; what it raises stops the work.

        Returns:
            (N, H, W, 3) float32 in [0, 1]; pixels outside its mask are exactly those of the crop.

        Raises:
            ModelNotInstalled: When something it needs is not on this machine.
        """
        if sentence := self.missing():
            raise ModelNotInstalled(sentence)
        if masks.shape[1:] != face.pixels.shape[:2] or len(masks) != len(seeds):
            raise ValueError(
                f"{masks.shape} masks and {len(seeds)} seeds do not go with a crop of "
                f"{face.pixels.shape}."
            )
        filled = np.clip(self.function(face, masks, seeds, told), 0, 1)
        return np.where(masks[..., None], filled, face.pixels).astype(np.float32)
