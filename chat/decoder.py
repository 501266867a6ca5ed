"""From start and end logits to answers: windows over a long text, and the spans within them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Logits = npt.NDArray[np.float32]
NO_ANSWER = 0
"""Position of the classification token, where readers of SQuAD 2 put "no answer here"."""


@dataclass(frozen=True)
class Window:
    """A stretch of a tokenised text, in tokens.

    Attributes:
        start: First token.
        stop: One past the last token.
    """

    start: int
    stop: int


@dataclass(frozen=True)
class Span:
    """A stretch of tokens that may be the answer.

    Attributes:
        start: First token of the text.
        end: Last token of the text, inclusive.
        score: Log-odds of this span against "no answer" within its window.
    """

    start: int
    end: int
    score: float


def plan_windows(tokens: int, capacity: int, stride: int, cuts: Sequence[int] = ()) -> list[Window]:
    """Cover a text by windows.

    Args:
        tokens: Length of the text.
        capacity: Most tokens a window holds.
        stride: Tokens that neighbouring windows share where no cut is used.
        cuts: Tokens at which sentences begin. A window ends before the sentence that does not fit
            and the next one begins with it, so that a sentence is cut only when it is longer than
            a window.

    Raises:
        ValueError: When a window would not get further than the one before it.
    """
    if capacity <= 0 or not 0 <= stride < capacity:
        raise ValueError(f"windows of {capacity} tokens cannot overlap by {stride}")
    windows: list[Window] = []
    start = 0
    while start < tokens:
        stop = min(start + capacity, tokens)
        if stop == tokens:
            windows.append(Window(start, stop))
            break
        cut = max((each for each in cuts if start < each <= stop), default=None)
        windows.append(Window(start, cut if cut is not None else stop))
        start = cut if cut is not None else stop - stride
    return windows


def best_spans(
    start_logits: Logits,
    end_logits: Logits,
    first: int,
    window: Window,
    *,
    top_k: int = 1,
    longest: int = 64,
    sentence_of: npt.NDArray[np.int64] | None = None,
) -> list[Span]:
    """The likeliest spans of one window.

    Args:
        start_logits: (L,) of the whole input: no-answer token, question, text.
        end_logits: (L,) likewise.
        first: Position of the window's first token in the input.
        window: Which tokens of the text the input holds.
        top_k: How many spans of each sentence, or of running text.
        longest: Most tokens a span may have.
        sentence_of: (tokens,) number of the sentence each token of the text is in; a span stays
            within one. None for running text.

    Returns:
        Spans, best first.
    """
    nothing = float(start_logits[NO_ANSWER] + end_logits[NO_ANSWER])
    length = window.stop - window.start
    starts = start_logits[first : first + length]
    ends = end_logits[first : first + length]
    borders = [0, length]
    if sentence_of is not None:
        changes = np.flatnonzero(np.diff(sentence_of[window.start : window.stop])) + 1
        borders = [0, *changes.tolist(), length]
    spans = [
        Span(window.start + low + start, window.start + low + end, score - nothing)
        for low, high in pairwise(borders)
        for start, end, score in _top(starts[low:high], ends[low:high], top_k, longest)
    ]
    return sorted(spans, key=lambda span: -span.score)


def _top(starts: Logits, ends: Logits, top_k: int, longest: int) -> list[tuple[int, int, float]]:
    """The ``top_k`` largest ``starts[i] + ends[j]`` with ``i <= j < i + longest``."""
    sums = starts[:, None] + ends[None, :]
    allowed = np.triu(np.tril(np.ones(sums.shape, dtype=bool), longest - 1))
    sums[~allowed] = -np.inf
    number = min(top_k, int(allowed.sum()))
    chosen = np.argpartition(-sums, number - 1, axis=None)[:number]
    rows, columns = np.unravel_index(chosen, sums.shape)
    return [
        (int(row), int(column), float(sums[row, column]))
        for row, column in zip(rows, columns, strict=True)
    ]
