"""The real reader and encoder, as they ship."""

from __future__ import annotations

import re

import numpy as np
import pytest

from chat import Chat, build_context
from chat.chat import UNKNOWN
from chat.evaluation.cases import Case, random_case
from chat.evaluation.questions import EVALUATION, load
from chat.evaluation.rules import Slots, is_right

PAPER = [kind for kind in load(EVALUATION) if kind.paper]
PRECISE = [kind for kind in PAPER if kind.name.startswith(("What is the decision", "How did you"))]

UNANSWERABLE = (
    "Who is this person?",
    "How old is she?",
    "What is the weather?",
    "What is the capital of France?",
    "Is she married?",
    "Tell me a joke.",
)


@pytest.fixture(scope="module", params=(1, 2, 3))
def three_cases(request) -> Case:
    return random_case(np.random.default_rng(request.param))


def _chat(case: Case, audience="plain") -> Chat:
    return Chat(build_context(case.pair, case.table, audience=audience, palette=case.palette))


def test_the_nine_questions_of_the_paper(three_cases: Case) -> None:
    """The seven questions of table 2 and the two follow-ups; at least eight of nine right."""
    chat = _chat(three_cases)
    right = []
    for kind in PAPER:
        chat.forget()
        answer = chat.ask(kind.name)
        right.append(is_right(answer, kind, three_cases, Slots({})))
        if kind in PRECISE:
            follow_up = chat.ask(kind.follow_up)
            right.append(is_right(follow_up, kind, three_cases, Slots({})))
    assert len(right) == 9
    assert sum(right) >= 8, right


@pytest.mark.parametrize("audience", ["plain", "examiner", "researcher"])
def test_answers_are_read_from_the_context(three_cases: Case, audience) -> None:
    """No word of an answer is from anywhere else than its sentence."""
    chat = _chat(three_cases, audience)
    for question in ("What is the score?", "Can I trust it?", "How does the table come about?"):
        answer = chat.ask(question)
        if answer.answered:
            assert answer.source in chat.context.sentences
            assert answer.span in answer.source.text
            words = re.findall(r"\w+", answer.text.lower())
            assert set(words) <= set(re.findall(r"\w+", answer.source.text.lower()))


def test_what_it_does_not_know_it_says(case: Case) -> None:
    chat = _chat(case)
    answers = [chat.ask(question) for question in UNANSWERABLE]
    abstained = [answer for answer in answers if not answer.answered]
    assert len(abstained) >= len(UNANSWERABLE) - 1
    for answer in abstained:
        assert answer.text == UNKNOWN
        assert len(answer.suggestions) == 3


def test_suggested_questions_can_be_answered(case: Case) -> None:
    chat = _chat(case)
    for question in chat.starters:
        chat.forget()
        answer = chat.ask(question)
        assert answer.answered and answer.source.question == question


def test_a_conversation(case: Case) -> None:
    chat = _chat(case)
    topics = []
    for question in (
        "Hello!",
        "What is the desicion?",
        "why?",
        "Which feature was the most important?",
        "and the least?",
        "what about the mouth?",
        "THRESHOLD?",
        "Thanks!",
    ):
        answer = chat.ask(question)
        topics.append(answer.source.topic if answer.source else answer.route)
    assert topics == [
        "conversation",
        "decision",
        "reason",
        "most",
        "least",
        "region.lips",
        "threshold",
        "conversation",
    ]


def test_a_new_fact_is_answered_without_training(case: Case) -> None:
    from dataclasses import replace

    from chat.types import Sentence

    context = build_context(case.pair, case.table)
    fact = Sentence.marked(
        "scanner", "fact", "Which scanner was used?", "The scanner used was [an Agfa Duoscan]."
    )
    chat = Chat(replace(context, sentences=(fact, *context.sentences)))
    assert "Agfa" in chat.ask("What scanner did they use?").text
    assert not Chat(context).ask("What scanner did they use?").text.count("Agfa")
