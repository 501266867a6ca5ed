"""What a method works with: the pair, its model, and somebody who waits and may stop it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, Protocol, TypeVar

import numpy as np
import numpy.typing as npt
import torch

from recognition.model import Batch, Embeddings
from recognition.score import describe, similarity
from recognition.types import Comparison, Face

Map = npt.NDArray[np.float32]
Maps = tuple[Map, Map]
Side = Literal["a", "b"]
Progress = Callable[[float], None]
Preview = Callable[[Maps], None]

SIDES: tuple[Side, Side] = ("a", "b")

NOISE = 2e-6
"""Changes of the score below it are rounding of single precision, no evidence."""

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Replaced:
    """A region that was replaced by another person's in both pictures.

    Attributes:
        region: Its name.
        score: Mean score over the fills.
        change: How far that is below the score of the unchanged pair; negative when above.
        spread: Standard deviation over the fills.
        pictures: Both faces with one of the fills, (H, W, 3) uint8.
    """

    region: str
    score: float
    change: float
    spread: float
    pictures: tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]


class Images(Protocol):
    """Pictures that can be had in slices: a (N, H, W, 3) array, or a :class:`Lazy` one."""

    def __len__(self) -> int: ...
    def __getitem__(self, part: slice, /) -> Batch: ...


@dataclass(frozen=True)
class Lazy:
    """N pictures that are made when they are asked for, so that thousands fit in memory.

    Attributes:
        count: How many there are.
        make: Indices (n,) -> pictures (n, H, W, 3) float32.
    """

    count: int
    make: Callable[[npt.NDArray[np.intp]], Batch]

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, part: slice) -> Batch:
        return self.make(np.arange(self.count)[part])


@dataclass(eq=False)
class Run:
    """One pair being explained.

    Attributes:
        pair: The comparison to explain; ``pair.mirror`` decides what an embedding is here, so that
            maps explain the very score that is shown.
        seed: See :meth:`rng`.
        sides: Whose maps are wanted; methods that do one side after the other leave the other map
            empty, all zeros.
        progress: Told the done share, 0 to 1, at least once a batch; may raise
            :class:`~recognition.errors.Cancelled`.
        preview: Given the maps as far as they have come.
        passes: Pictures embedded so far.
        backward_passes: Pictures that gradients were computed for so far.
        replaced: Put by methods that replace regions, for people to see.
        cleanup: Closed when the run ends, however it ends: put the removal of hooks here.
    """

    pair: Comparison
    seed: int = 0
    sides: tuple[Side, ...] = SIDES
    progress: Progress | None = None
    preview: Preview | None = None
    passes: int = 0
    backward_passes: int = 0
    replaced: tuple[Replaced, ...] = ()
    cleanup: ExitStack = field(default_factory=ExitStack)
    _span: tuple[float, float] = (0.0, 1.0)
    _done: float = 0.0
    _shown: dict[Side, Map] = field(default_factory=dict)
    _memo: dict[Any, Any] = field(default_factory=dict)

    # -- the pair ------------------------------------------------------------------------------

    def face(self, side: Side) -> Face:
        """The face of one side."""
        return self.pair.a if side == "a" else self.pair.b

    def picture(self, side: Side) -> npt.NDArray[np.float32]:
        """The aligned crop of one side, (H, W, 3) float32 in [0, 1]; not to be changed."""
        return self.face(side).pixels

    @property
    def a(self) -> npt.NDArray[np.float32]:
        """The probe's aligned crop."""
        return self.picture("a")

    @property
    def b(self) -> npt.NDArray[np.float32]:
        """The gallery face's aligned crop."""
        return self.picture("b")

    @property
    def shape(self) -> tuple[int, int]:
        """(H, W) of the crops and of the maps."""
        return self.pair.model.input_size

    @cached_property
    def embeddings(self) -> dict[Side, Embeddings]:
        """Unit-length embedding (D,) of each unchanged picture, computed once."""
        span, self._span = self._span, (self._done, self._done)  # no step of the method's own
        try:
            both = self.embed(np.stack([self.a, self.b]))
        finally:
            self._span = span
        return {"a": both[0], "b": both[1]}

    @cached_property
    def reference(self) -> float:
        """Score of the unchanged pair, with this run's own arithmetic."""
        return float(similarity(self.embeddings["a"], self.embeddings["b"]))

    def rng(self) -> np.random.Generator:
        """A generator fresh from the seed.

        Ask for one on each side: both then see the same random choices, so that swapping the
        pictures swaps the maps.
        """
        return np.random.default_rng(self.seed)

    # -- the black box -------------------------------------------------------------------------

    def embed(self, images: Images) -> Embeddings:
        """Unit-length embeddings (N, D), in batches; counted, and stoppable between batches."""
        views = 2 if self.pair.mirror else 1
        size = max(1, self.pair.model.batch_size // views)
        parts = []
        for start in self.steps(range(0, len(images), size)):
            batch = images[start : start + size]
            parts.append(describe(self.pair.model, batch, mirror=self.pair.mirror))
            self.passes += views * len(batch)
        return np.concatenate(parts)

    def scores(self, images: Images, side: Side) -> npt.NDArray[np.float32]:
        """Score of each changed version of picture ``side`` with the other, unchanged one.

        Args:
            images: N pictures (H, W, 3) float32 in [0, 1].
            side: Whose changed versions they are.

        Returns:
            (N,) cosine similarities. Those that differ from ``reference`` by less than
            :data:`NOISE` are ``reference``: the unchanged pair's in another batch's rounding.
        """
        other = self.embeddings["b" if side == "a" else "a"]
        return self._without_noise(similarity(self.embed(images), other))

    def pair_scores(self, images_a: Images, images_b: Images) -> npt.NDArray[np.float32]:
        """Scores (N,) where both pictures are changed, the i-th with the i-th.

        As in :meth:`scores`, what is ``reference`` but for rounding is ``reference``.
        """
        embedded = [self.embed(images) for images in self.steps((images_a, images_b))]
        return self._without_noise(similarity(*embedded))

    def _without_noise(self, scores: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        reference = np.float32(self.reference)
        return np.where(np.abs(scores - reference) < NOISE, reference, scores)

    # -- the differentiable model --------------------------------------------------------------

    @property
    def network(self) -> torch.nn.Module:
        """The embedder as a torch module, (N, 3, H, W) in [0, 1] -> (N, D), without mirroring."""
        network = self.pair.model.network
        assert network is not None, "the explainer's check() comes before"
        return network

    def describe(self, pixels: torch.Tensor, *, unit: bool = True) -> torch.Tensor:
        """Differentiable embeddings (N, D) of (N, 3, H, W), as the score has them.

        Args:
            pixels: The pictures.
            unit: Whether to scale them to length 1.
        """
        views = [pixels, pixels.flip(3)] if self.pair.mirror else [pixels]
        self.passes += len(pixels) * len(views)
        embedded = self.network(torch.cat(views)).reshape(len(views), len(pixels), -1).sum(0)
        return torch.nn.functional.normalize(embedded, dim=1) if unit else embedded

    def gradients(
        self,
        outputs: torch.Tensor,
        inputs: torch.Tensor,
        *,
        pictures: int | None = None,
        **options: Any,
    ) -> torch.Tensor:
        """Gradient of the sum of ``outputs`` at ``inputs``, counted.

        Args:
            outputs: What to differentiate.
            inputs: Where; its shape is that of the result.
            pictures: How many pictures :meth:`describe` was given in between; as many as there
                are ``inputs`` when None.
            **options: Of ``torch.autograd.grad``.
        """
        views = 2 if self.pair.mirror else 1
        self.backward_passes += views * (len(inputs) if pictures is None else pictures)
        gradient: torch.Tensor = torch.autograd.grad(outputs.sum(), inputs, **options)[0]
        return gradient

    # -- the person who waits ------------------------------------------------------------------

    def steps(self, items: Sequence[T]) -> Iterator[T]:
        """Walk over a method's steps, reporting progress; loops may be nested.

        Inside step i of n the work goes from i/n to (i+1)/n of what the loop around it stands for.
        A loop left early simply jumps on.
        """
        start, end = self._span
        width = (end - start) / max(1, len(items))
        try:
            for index, item in enumerate(items):
                self._span = (start + index * width, start + (index + 1) * width)
                self._report(self._span[0])
                yield item
        finally:
            self._span = (start, end)
        self._report(end)

    @contextmanager
    def part(self, start: float, end: float) -> Iterator[None]:
        """The work inside goes from ``start`` to ``end`` of what the loop around it stands for.

        Args:
            start: Share of that loop's step, 0 to 1.
            end: Share of that loop's step, 0 to 1.
        """
        outer = self._span
        width = outer[1] - outer[0]
        self._span = (outer[0] + start * width, outer[0] + end * width)
        try:
            yield
            self._report(self._span[1])
        finally:
            self._span = outer

    def part_done(self, share: float) -> None:
        """Report how far the present step of the innermost loop is, 0 to 1."""
        start, end = self._span
        self._report(start + share * (end - start))

    def _report(self, fraction: float) -> None:
        self._done = min(1.0, max(self._done, fraction))
        if self.progress is not None:
            self.progress(self._done)

    def begin(self) -> None:
        """Nothing is done yet: the first chance to stop."""
        self._report(0.0)

    def finish(self) -> None:
        """All is done."""
        self._report(1.0)

    def watch(self, preview: Preview | None) -> None:
        """Whom to show the next maps as they come."""
        self.preview = preview
        self._shown.clear()

    def show(self, side: Side, values: Map) -> None:
        """Hand on a raw map as far as it has come; cheap when nobody looks."""
        if self.preview is not None:
            peak = np.abs(values).max()
            self._shown[side] = np.asarray(values / peak if peak > 0 else values, np.float32)
            self.preview(self.both(self._shown))

    def both(self, maps: Mapping[Side, Map]) -> Maps:
        """The maps as a pair; a missing one is all zeros."""
        blank = np.zeros(self.shape, np.float32)
        return maps.get("a", blank), maps.get("b", blank)

    # -- work that several maps share ----------------------------------------------------------

    def once(self, function: Callable[..., T], *args: Any) -> T:
        """``function(run, *args)``, computed once a pair; the arguments must be hashable."""
        key = (function, args)
        if key not in self._memo:
            self._memo[key] = function(self, *args)
        result: T = self._memo[key]
        return result
