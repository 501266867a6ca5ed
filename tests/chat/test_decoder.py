from __future__ import annotations

import numpy as np
import pytest

from chat.decoder import Window, best_spans, plan_windows


@pytest.mark.parametrize(
    ("tokens", "capacity", "stride", "cuts", "expected"),
    [
        (5, 10, 2, (), [(0, 5)]),
        (10, 10, 2, (), [(0, 10)]),
        (20, 10, 4, (), [(0, 10), (6, 16), (12, 20)]),
        (20, 10, 0, (), [(0, 10), (10, 20)]),
        (20, 10, 4, (0, 7, 13), [(0, 7), (7, 13), (13, 20)]),
        (20, 10, 4, (0, 4, 9, 10, 12), [(0, 10), (10, 20)]),
        # The middle sentence is longer than a window: it is cut with an overlap.
        (30, 10, 3, (0, 4, 25), [(0, 4), (4, 14), (11, 21), (18, 25), (25, 30)]),
        (0, 10, 2, (), []),
    ],
)
def test_windows_cover_the_text(tokens, capacity, stride, cuts, expected) -> None:
    assert plan_windows(tokens, capacity, stride, cuts) == [Window(*pair) for pair in expected]


@pytest.mark.parametrize(("capacity", "stride"), [(0, 0), (5, 5), (5, -1)])
def test_windows_that_would_not_move_are_refused(capacity, stride) -> None:
    with pytest.raises(ValueError, match="overlap"):
        plan_windows(20, capacity, stride)


def _logits(length: int, planted: dict[int, float]) -> np.ndarray:
    logits = np.full(length, -5.0, np.float32)
    for place, value in planted.items():
        logits[place] = value
    return logits


def test_planted_span_is_found_at_its_place_in_the_text() -> None:
    # Input: no-answer token, question of 2, separator, then tokens 100..109 of the text.
    starts, ends = _logits(15, {0: 1.0, 6: 4.0}), _logits(15, {0: 2.0, 8: 5.0})
    span = best_spans(starts, ends, 4, Window(100, 110))[0]
    assert (span.start, span.end) == (102, 104)
    assert span.score == pytest.approx(4.0 + 5.0 - (1.0 + 2.0))


def test_question_tokens_are_never_an_answer() -> None:
    starts, ends = _logits(15, {1: 9.0, 6: 1.0}), _logits(15, {2: 9.0, 6: 1.0})
    span = best_spans(starts, ends, 4, Window(0, 10))[0]
    assert (span.start, span.end) == (2, 2)


def test_score_is_negative_where_no_answer_wins() -> None:
    starts, ends = _logits(15, {0: 6.0, 6: 2.0}), _logits(15, {0: 6.0, 6: 2.0})
    assert best_spans(starts, ends, 4, Window(0, 10))[0].score == pytest.approx(-8.0)


def test_end_before_start_and_overlong_spans_are_skipped() -> None:
    starts, ends = _logits(16, {10: 5.0}), _logits(16, {6: 5.0, 12: 3.0, 15: 4.0})
    spans = best_spans(starts, ends, 4, Window(0, 12), longest=3)
    assert (spans[0].start, spans[0].end) == (6, 8)


def test_top_k_equals_exhaustive_search(rng: np.random.Generator) -> None:
    starts, ends = (rng.normal(size=24).astype(np.float32) for _ in range(2))
    spans = best_spans(starts, ends, 4, Window(0, 20), top_k=7, longest=6)
    every = sorted(
        (
            float(starts[4 + i] + ends[4 + j] - starts[0] - ends[0])
            for i in range(20)
            for j in range(i, min(i + 6, 20))
        ),
        reverse=True,
    )
    assert [span.score for span in spans] == pytest.approx(every[:7], abs=1e-5)


def test_spans_stay_within_one_sentence_each() -> None:
    sentence_of = np.array([0, 0, 0, 1, 1, 1, 2, 2])
    starts, ends = _logits(12, {4 + 2: 6.0, 4 + 6: 1.0}), _logits(12, {4 + 3: 6.0, 4 + 7: 1.0})
    spans = best_spans(starts, ends, 4, Window(0, 8), sentence_of=sentence_of)
    assert sorted(int(sentence_of[span.start]) for span in spans) == [0, 1, 2]
    assert all(sentence_of[span.start] == sentence_of[span.end] for span in spans)
    assert (spans[0].start, spans[0].end) == (6, 7)
