from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from chat import Answer
from chat.confidence import Evidence, Thresholds, load_thresholds
from chat.evaluation import questions as files
from chat.evaluation.cases import random_case
from chat.evaluation.questions import QuestionType
from chat.evaluation.report import as_json, as_markdown
from chat.evaluation.rules import VALUES, Slots, is_right
from chat.evaluation.run import Models, ask_all, questions
from chat.evaluation.xquad import evaluate_xquad, f1, normalised
from chat.tune import Read, choose
from tests.chat.fakes import BY_SCORE, FakeEncoder, FakeReader
from training.reader import phrasing
from training.reader.examples import ExampleMaker

DECISION = QuestionType("decision", ("Is it a match?",), ("decision",), "decision")
WEATHER = QuestionType("weather", ("What is the weather?",))


def test_questions_measure_what_they_should() -> None:
    kinds = files.load(files.EVALUATION)
    paper = [kind for kind in kinds if kind.paper]
    further = [kind for kind in kinds if kind.answerable and not kind.paper]
    unanswerable = [
        question for kind in kinds if not kind.answerable for question in kind.questions
    ]
    assert len(paper) == 7 and all(len(kind.questions) == 16 for kind in paper)
    assert all(kind.follow_up for kind in paper)
    assert len(further) >= 12
    assert len(unanswerable) >= 60
    for kind in kinds:
        assert kind.value in VALUES
        assert len(set(kind.questions)) == len(kind.questions)


def test_files_share_no_question() -> None:
    asked = [
        {phrasing.plain(question) for kind in files.load(path) for question in kind.questions}
        for path in (files.EVALUATION, files.DEVELOPMENT)
    ]
    assert not asked[0] & asked[1]


def test_training_never_asks_a_held_out_question() -> None:
    maker = ExampleMaker(3)
    context = maker.context()
    drawn = {phrasing.plain(maker.question_on(context)[0]) for _ in range(400)}
    drawn |= {phrasing.plain(maker.stray_question(["who"])) for _ in range(200)}
    assert not drawn & phrasing.held_out()


def test_training_answers_stand_where_they_are_said_to() -> None:
    for example in ExampleMaker(4).examples(150, ["who"]):
        stop = example.start + len(example.answer)
        assert example.start < 0 or example.text[example.start : stop] == example.answer


def _answer(context, topic: str, text: str | None = None) -> Answer:
    sentence = context[topic]
    return Answer(text or sentence.text, 0.9, sentence, route="context", answered=True)


def test_rules_want_the_right_topic_and_the_right_value(case, context) -> None:
    slots = Slots({})
    assert is_right(_answer(context, "decision"), DECISION, case, slots)
    assert not is_right(_answer(context, "decision", "Perhaps."), DECISION, case, slots)
    assert not is_right(_answer(context, "meaning of match"), DECISION, case, slots)
    assert not is_right(Answer("I don't know.", 0.1), DECISION, case, slots)
    assert is_right(Answer("I don't know.", 0.1), WEATHER, case, slots)
    assert not is_right(_answer(context, "decision"), WEATHER, case, slots)


@pytest.mark.parametrize("seed", range(3))
def test_every_question_can_be_answered_rightly(seed: int) -> None:
    """The sentence that a rule wants would pass that rule."""
    cases = [random_case(np.random.default_rng(seed * 10 + number)) for number in range(6)]
    for asked in questions(files.load(files.EVALUATION), cases, seed):
        topics = [asked.slots.fill(topic) for topic in asked.kind.topics]
        for topic in topics:
            if topic in asked.context:
                answer = _answer(asked.context, topic)
                assert is_right(answer, asked.kind, asked.case, asked.slots), asked.question


def test_report_counts_first_tries_and_follow_ups(case, context) -> None:
    kind = replace(DECISION, follow_up="I mean the decision on this pair.", paper=True)
    reader = FakeReader({case.pair.decision: 3.0})
    models = Models(reader, FakeEncoder(), BY_SCORE)
    results = list(ask_all(list(questions([kind, WEATHER], [case], 0)), models))
    # The reader answers everything: right for the decision, wrong for the weather.
    assert [each.right for each in results] == [True, False]
    table = as_markdown(results)
    assert "| decision | 1 | 100.0% | 100.0% | 1 | 0 | 0 |" in table
    assert "recall 0.0% on 1 unanswerable" in table
    assert '- "What is the weather?"' in table
    assert json.loads(json.dumps(as_json(results)))[0]["topic"] == "decision"


@pytest.mark.parametrize(
    ("given", "expected", "value"),
    [
        ("The nose", "nose", 1.0),
        ("left nose", "right nose", 0.5),
        ("chin", "nose", 0.0),
        ("", "nose", 0.0),
    ],
)
def test_f1(given, expected, value) -> None:
    assert f1(given, expected) == pytest.approx(value)


def test_normalised_drops_case_marks_and_articles() -> None:
    assert normalised("The  Nose, a chin!") == "nose chin"


def test_xquad_takes_the_best_of_the_expected_answers(tmp_path) -> None:
    class Nose:
        def answer(self, question: str, text: str) -> tuple[str, float]:
            return "the nose", 1.0

    qas = [
        {"question": "?", "answers": [{"text": "chin"}, {"text": "nose"}]},
        {"question": "?", "answers": [{"text": "left nose"}]},
    ]
    path = tmp_path / "squad.json"
    path.write_text(json.dumps({"data": [{"paragraphs": [{"context": "x", "qas": qas}]}]}))
    quality = evaluate_xquad(Nose(), path)  # type: ignore[arg-type]
    assert (quality.questions, quality.exact_match) == (2, 0.5)
    assert quality.f1 == pytest.approx((1 + 2 / 3) / 2)


def test_confidence_is_a_logistic_of_the_evidence() -> None:
    thresholds = Thresholds(weights=(1.0, 0.0, 2.0, 0.0), bias=-1.0)
    assert thresholds.confidence(Evidence(0.0, 5.0, 0.5, 5.0)) == pytest.approx(0.5)
    assert thresholds.confidence(Evidence(1e9, 0, 0, 0)) == pytest.approx(1.0)


def test_thresholds_survive_writing(tmp_path) -> None:
    thresholds = Thresholds(weights=(1.0, 2.0, 3.0, 4.0), bias=0.5, context=0.4, sub_context=0.3)
    path = tmp_path / "thresholds.json"
    thresholds.write(path)
    assert load_thresholds(path) == thresholds


def test_tuning_separates_right_from_wrong(case, context) -> None:
    from chat.answering import Candidate

    def found(topic: str, score: float) -> list[Candidate]:
        return [Candidate(context[topic], "", Evidence(score, 0, 0, 0), 0.0)]

    asked = list(questions([DECISION, WEATHER], [case], 0))
    done = [
        Read(asked[0], {"context": found("score", -1.0), "sub-context": found("decision", 2.0)}),
        Read(asked[1], {"context": found("score", 0.5), "sub-context": found("score", 0.5)}),
    ]
    chosen = choose(done, BY_SCORE)
    assert chosen.context > BY_SCORE.confidence(Evidence(0.5, 0, 0, 0))
    assert chosen.sub_context > BY_SCORE.confidence(Evidence(0.5, 0, 0, 0))
    assert chosen.sub_context <= BY_SCORE.confidence(Evidence(2.0, 0, 0, 0))


@pytest.mark.slow
def test_real_pairs_can_be_asked_about(shared) -> None:
    from chat.evaluation.lfw import lfw_cases

    cases = lfw_cases(shared / "data" / "lfw", 2, seed=0)
    assert [case.pair.pic is not None for case in cases] == [True, True]
    asked = list(questions(files.load(files.EVALUATION), cases, 0))
    assert len(asked) > 250
