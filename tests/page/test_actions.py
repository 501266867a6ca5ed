"""The page's events without a browser: verdicts, bad input, maps, the table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from explain import EXPLAINERS
from page import actions
from page.actions import explaining, stopping
from page.session import Session
from page.status import about_html
from recognition import DEFAULT_MODEL, Comparison, FaceModel, decide, pair_from_aligned

SHOWN = ("aligned", ["s0-", "s0+"], "p2w", "anatomical")


def judged(a: Path | None, b: Path | None, point: str = "fmr-1e-3", threshold: float = 0.9):
    paths = [None if path is None else str(path) for path in (a, b)]
    return actions.compare_photos(*paths, DEFAULT_MODEL, point, threshold)


@pytest.fixture
def session(impostor_pair: Comparison) -> Session:
    return Session(impostor_pair)


def judged_by(embed: Callable[[np.ndarray], np.ndarray]) -> Session:
    """Two pictures of noise and a black box."""
    a, b = np.random.default_rng(0).random((2, 64, 64, 3)).astype(np.float32)
    return Session(pair_from_aligned(a, b, FaceModel.from_function(embed, (64, 64))))


@pytest.fixture
def visit() -> Iterator[Any]:
    request = SimpleNamespace(session_hash="a visit")
    yield request
    actions.leave(request)
    assert request.session_hash not in stopping._VISITS


def test_the_verdict_says_decision_score_and_what_the_threshold_means(astronaut, admiral) -> None:
    session, verdict, *_ = judged(astronaut, admiral)
    assert "Different people" in verdict
    assert f"{session.pair.score:.3f}" in verdict
    assert "1 in 1,000 pairs of different people" in verdict
    assert "equal numbers of both assumed" in verdict


@pytest.mark.parametrize(
    ("a", "b", "sentence"),
    [
        (None, None, "Add both photographs"),
        ("astronaut.png", None, "Add the other photograph"),
        ("text.txt", "astronaut.png", "cannot be read as a picture"),
        ("astronaut.png", "gray.png", "No face was found"),
        ("gone.png", "astronaut.png", "no readable file"),
    ],
)
def test_bad_input_gets_a_sentence(
    a: str | None, b: str | None, sentence: str, astronaut: Path, tmp_path: Path
) -> None:
    from PIL import Image

    (tmp_path / "text.txt").write_text("no picture")
    Image.new("L", (200, 200), 128).save(tmp_path / "gray.png")
    places = {"astronaut.png": astronaut, None: None}
    session, verdict, *_ = judged(*(places.get(name, tmp_path / str(name)) for name in (a, b)))
    assert session is None
    assert "alert" in verdict and sentence in verdict


def test_a_free_threshold_is_used_and_named(astronaut, admiral) -> None:
    session, *_ = judged(astronaut, admiral, "custom", 0.5)
    assert session.pair.is_match and session.pair.operating_point.name == "custom"


def test_another_operating_point_needs_no_new_comparison(session: Session) -> None:
    stricter, verdict, _ = actions.judge_again(session, "fmr-1e-4", 0.0)
    assert stricter.pair.score == session.pair.score
    assert stricter.pair.threshold > session.pair.threshold
    assert "1 in 10,000" in verdict


def test_a_threshold_of_ones_own_begins_at_the_last_one(session: Session) -> None:
    own, verdict, slider = actions.choose_point(session, "custom", 0.5)
    assert own.pair.threshold == slider["value"] == pytest.approx(session.pair.threshold, abs=5e-4)
    assert slider["visible"]
    assert f"{own.pair.threshold:.3f}" in verdict
    back, _, slider = actions.choose_point(own, "fmr-1e-3", 0.5)
    assert back.pair.threshold == session.pair.threshold
    assert not slider["visible"]


def test_without_calibration_no_probability_is_shown(impostor_pair: Comparison) -> None:
    from page.verdict import verdict_html

    unknown = replace(impostor_pair, pic=None, log10_lr=None, lr_cap=None)
    html = verdict_html(unknown)
    assert "nobody has calibrated" in html and "%</b>" not in html


def test_score_against_evidence_is_too_close_to_call(impostor_pair: Comparison) -> None:
    between = decide(impostor_pair, threshold=impostor_pair.score + 0.01)
    assert between.decision == "different people"
    for_it = replace(between, log10_lr=1.5)
    assert for_it.decision == "too close to call"


def test_maps_come_before_the_table(session: Session) -> None:
    steps = list(actions.explain_pair(session, 0, {}, "s0-", *SHOWN))
    with_map = next(n for n, step in enumerate(steps) if isinstance(step[1], np.ndarray))
    status, *_, table = steps[-1]
    assert with_map < len(steps) - 1
    assert set(session.explanations) == {"s0-", "s0+"}
    assert table.count("<tr") == 10 and "1 = most important" in table
    assert "passes through the model" in status and "seed 0" in status


def test_a_setting_out_of_range_is_a_sentence_and_the_table_still_comes(session: Session) -> None:
    *_, last = actions.explain_pair(session, 0, {"grid": 10_000}, "s0-", *SHOWN)
    assert "Set grid to" in last[0]
    assert "<table>" in last[4]


def test_maps_are_shown_before_they_are_finished(
    session: Session, visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explaining, "REDRAW_EVERY", 0.0)
    run = actions.explain_pair(session, 0, {}, "rise", *SHOWN, visit)
    unfinished = next(step for step in run if isinstance(step[1], np.ndarray))
    assert "the maps so far" in unfinished[0]
    actions.stop(visit)
    *_, last = run
    assert "Stopped" in last[0]
    assert last[1] is None and last[2] is None, "a map that is not finished is no result"


@pytest.mark.parametrize(("end", "said"), [("stop", "Stopped"), ("give_way", "")])
@pytest.mark.parametrize("at", ["the maps", "the table"])
def test_the_run_itself_has_the_last_word_when_it_is_stopped(
    session: Session, visit: Any, end: str, said: str, at: str
) -> None:
    run = actions.explain_pair(session, 0, {}, "s0-", *SHOWN, visit)
    for step in run:
        if at == "the maps" or isinstance(step[1], np.ndarray):
            break
    getattr(actions, end)(visit)
    *_, last = run
    assert said in last[0] and bool(said) == bool(last[0])
    assert stopping._VISITS["a visit"].run is None


def test_a_run_that_had_to_wait_gives_way_to_what_was_started_since(
    session: Session, visit: Any
) -> None:
    old, new = actions.give_way(visit), actions.give_way(visit)
    assert list(actions.explain_pair(session, old, {}, "s0-", *SHOWN, visit)) == []
    assert not session.explanations
    list(actions.explain_pair(session, new, {}, "s0-", *SHOWN, visit))
    assert "s0-" in session.explanations


def test_a_run_that_was_stopped_while_it_had_to_wait_says_so(session: Session, visit: Any) -> None:
    ticket = actions.give_way(visit)
    actions.stop(visit)
    *_, last = actions.explain_pair(session, ticket, {}, "rise", *SHOWN, visit)
    assert "Stopped" in last[0]
    assert not session.explanations


def test_what_was_finished_before_the_stop_is_kept(session: Session, visit: Any) -> None:
    techniques = ["s0-", "rise"]
    shown = ("aligned", techniques, "p2w", "anatomical")
    for _ in actions.explain_pair(session, 0, {}, "s0-", *shown, visit):
        if "s0-" in session.explanations:
            actions.stop(visit)
    assert set(session.explanations) == {"s0-"}
    *_, table = actions.show_again(session, "s0-", "aligned", techniques, "p2w", "anatomical")
    assert table.count('<th scope="col"') == 4


def test_a_technique_that_cannot_work_does_not_take_the_others_with_it() -> None:
    def embed(batch: np.ndarray) -> np.ndarray:
        return batch.mean(axis=(1, 2)) - 0.4

    opaque = judged_by(embed)
    shown = ("aligned", ["gradient", "s0-"], "p2w", "anatomical")
    *_, last = actions.explain_pair(opaque, 0, {}, "s0+", *shown)
    assert "Not in the table: Gradient" in last[0] and "black box" in last[0]
    assert last[4].count('<th scope="col"') == 4
    assert "about 202 passes" in actions.reckon(opaque, "s0-", {})


def test_a_model_that_breaks_is_a_sentence() -> None:
    def embed(batch: np.ndarray) -> np.ndarray:
        if len(batch) > 2:
            raise RuntimeError("out of memory")
        return batch.mean(axis=(1, 2)) - 0.4

    broken = judged_by(embed)
    *_, last = actions.explain_pair(broken, 0, {}, "s0+", *SHOWN)
    assert last[0].count("this failed inside the program or the model") == 2


def test_showing_the_same_maps_another_way_computes_nothing(session: Session) -> None:
    list(actions.explain_pair(session, 0, {}, "s0-", *SHOWN))
    before = dict(session.made)
    map_a, *_, table = actions.show_again(session, "s0-", "photo", ["s0-"], "p2w", "importance")
    assert session.made == before
    assert map_a.shape[:2] == session.pair.a.photo.shape[:2]
    assert table.count('<th scope="col"') == 4


def test_maps_that_explain_the_decision_are_dropped_with_it(session: Session) -> None:
    shown = ("aligned", ["s0-", "xssab"], "p2w", "anatomical")
    list(actions.explain_pair(session, 0, {}, "s0-", *shown))
    assert set(session.explanations) == {"s0-", "xssab"}
    stricter, *_ = actions.judge_again(session, "fmr-1e-4", 0.0)
    assert set(stricter.explanations) == {"s0-"}
    before = stricter.explanations["s0-"].maps
    *_, last = actions.explain_pair(stricter, 0, {}, "s0-", *shown)
    assert set(stricter.explanations) == {"s0-", "xssab"}
    assert stricter.explanations["s0-"].maps is before
    assert last[4].count('<th scope="col"') == 5, "the table is of both"
    assert stricter.explanations["xssab"].pair.threshold == stricter.pair.threshold


def test_other_photographs_leave_nothing_of_the_ones_before() -> None:
    session, verdict, results, face_a, *_, chat = actions.new_photographs()
    assert session is None and chat == []
    assert "press Compare" in verdict
    assert not results["visible"] and face_a["value"] is None and not face_a["visible"]


def test_the_conversation_goes_on_and_says_that_the_operating_point_is_another(
    session: Session,
) -> None:
    talk = actions.make_chat(session, None, "plain", [], "p2w")
    _, history = actions.ask(talk, "What is the decision?", [])
    judged, *_ = actions.judge_again(session, "fmr-1e-4", 0.0)
    history = actions.note(judged, actions.note(judged, history))
    assert len(history) == 3 and "1 in 10,000" in history[-1]["content"]
    talk = actions.make_chat(judged, talk, "plain", [], "p2w")
    _, history = actions.ask(talk, "What does that mean?", history)
    assert "The term match means" in history[-1]["content"]
    assert actions.note(session, []) == []


def test_the_cost_follows_the_settings(session: Session) -> None:
    assert "about 404 passes" in actions.reckon(session, "s0-", {})
    assert "about 104 passes" in actions.reckon(session, "s0-", {"grid": 5})
    assert "Set grid to a whole number from 4 to 40" in actions.reckon(session, "s0-", {"grid": 99})


def test_every_explainer_has_words_for_the_menu() -> None:
    for name in EXPLAINERS:
        assert EXPLAINERS[name].sentence[:20] in about_html(name)
