"""The page's events without a browser: verdicts, bad input, maps, the table."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from explain import EXPLAINERS
from page import actions
from page.actions import explaining, stopping
from page.session import Session
from page.status import about_html
from recognition import DEFAULT_MODEL, Comparison, decide

SHOWN = ("aligned", ["s0-", "s0+"], "p2w", "anatomical")


def judged(a: Path | None, b: Path | None, point: str = "fmr-1e-3", threshold: float = 0.9):
    paths = [None if path is None else str(path) for path in (a, b)]
    return actions.compare_photos(*paths, DEFAULT_MODEL, point, threshold)


@pytest.fixture(scope="module")
def session(impostor_pair: Comparison) -> Session:
    return Session(impostor_pair)


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
    steps = list(actions.explain_pair(session, {}, "s0-", *SHOWN))
    with_map = next(n for n, step in enumerate(steps) if isinstance(step[2], np.ndarray))
    done, status, *_, table = steps[-1]
    assert with_map < len(steps) - 1
    assert set(done.explanations) == {"s0-", "s0+"}
    assert table.count("<tr") == 10 and "1 = most important" in table
    assert "passes through the model" in status and "seed 0" in status


def test_a_setting_out_of_range_is_a_sentence_and_the_table_still_comes(session: Session) -> None:
    *_, last = actions.explain_pair(session, {"grid": 10_000}, "s0-", *SHOWN)
    assert "Set grid to" in last[1]
    assert "<table>" in last[5]


def test_maps_are_shown_before_they_are_finished(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explaining, "REDRAW_EVERY", 0.0)
    visit = SimpleNamespace(session_hash="a visit")
    run = actions.explain_pair(session, {}, "rise", *SHOWN, visit)
    unfinished = next(step for step in run if isinstance(step[2], np.ndarray))
    assert "the maps so far" in unfinished[1]
    actions.stop(visit)
    *_, last = run
    assert "Stopped" in last[1]
    assert last[2] is None and last[3] is None, "a map that is not finished is no result"


@pytest.mark.parametrize(("end", "said"), [("stop", "Stopped"), ("give_way", "")])
@pytest.mark.parametrize("at", ["the maps", "the table"])
def test_the_run_itself_has_the_last_word_when_it_is_stopped(
    session: Session, end: str, said: str, at: str
) -> None:
    visit = SimpleNamespace(session_hash="a visit")
    run = actions.explain_pair(session, {}, "s0-", *SHOWN, visit)
    for step in run:
        if at == "the maps" or isinstance(step[2], np.ndarray):
            break
    getattr(actions, end)(visit)
    *_, last = run
    assert said in last[1] and bool(said) == bool(last[1])
    assert not stopping._RUNNING


def test_showing_the_same_maps_another_way_computes_nothing(session: Session) -> None:
    *_, last = actions.explain_pair(session, {}, "s0-", *SHOWN)
    done: Session = last[0]
    again, _, map_a, *_, table = actions.show_again(
        done, "s0-", "photo", ["s0-"], "p2w", "importance"
    )
    assert again.explanations == done.explanations
    assert map_a.shape[:2] == session.pair.a.photo.shape[:2]
    assert table.count('<th scope="col"') == 4


def test_the_cost_follows_the_settings(session: Session) -> None:
    assert "about 404 passes" in actions.reckon(session, "s0-", {})
    assert "about 104 passes" in actions.reckon(session, "s0-", {"grid": 5})
    assert "Set grid to a whole number from 4 to 40" in actions.reckon(session, "s0-", {"grid": 99})


def test_every_explainer_has_words_for_the_menu() -> None:
    for name in EXPLAINERS:
        assert EXPLAINERS[name].sentence[:20] in about_html(name)
