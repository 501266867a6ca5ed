from __future__ import annotations

import time

import pytest

from chat.conversation import Turn, understand
from chat.smalltalk import EMPTY, ENGLISH_ONLY


def _after(context, topic: str) -> Turn:
    return Turn(context[topic].question, context[topic])


@pytest.mark.parametrize(
    ("last", "message", "expected"),
    [
        ("most", "and the least?", "What is the least important feature of this decision?"),
        ("least", "And the most important one?", "What is the most important feature of this"),
        ("decision", "why?", "How did you come to this decision?"),
        ("decision", "Why is that?", "How did you come to this decision?"),
        ("most", "why?", "How is the explainability table made?"),
        ("confidence", "what does that mean?", "What does the confidence value mean?"),
        ("score", "what does that mean?", "What does a similarity score mean?"),
        ("decision", "meaning?", "What does match mean?"),
        ("region.nose", "and the chin?", "How important is the chin?"),
        ("most", "what about the nose?", "How important is the nose?"),
        ("most", "what about the mouth?", "How important are the lips?"),
        ("most", "and the left brow?", "How important is the left eyebrow?"),
        ("most", "how about the jaw", "How important is the chin?"),
        ("most", "eyes?", "How important are the eyes?"),
        ("quality.first", "and for the other picture?", "What about the quality of the second"),
        ("quality.second", "and the first one?", "What about the quality of the first"),
        ("region.nose", "and for the other picture?", "Which photograph is the table about?"),
        ("decision", "and the threshold?", "What is the threshold?"),
        ("decision", "what about the confidence?", "What is the confidence?"),
        ("meaning of threshold", "for this pair", "What is the threshold?"),
        ("decision", "and who made it?", "who made it"),
    ],
)
def test_follow_ups_become_complete_questions(context, last, message, expected) -> None:
    question = understand(message, _after(context, last), context).question
    assert question.startswith(expected)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("What is the desicion?", "What is the decision?"),
        ("How CONFIDENT are you", "How CONFIDENT are you"),
        ("waht is the threshhold", "waht is the threshold"),
        ("simmilarity?", "similarity?"),
        ("the cosine value?", "the cosine value?"),
        ("Which face matcher is running?", "Which face matcher is running?"),
        ("explainers?", "explainers?"),
        ("how important is the moustache", "how important is the moustache"),
        ("how important are the eyebrowes", "how important are the eyebrows"),
        ("Hi there, what is the score?", "what is the score?"),
        ("How important is the mouth?", "How important is the lips?"),
        ("the mouth", "How important are the lips?"),
    ],
)
def test_first_messages_are_corrected(context, message, expected) -> None:
    assert understand(message, None, context).question == expected


@pytest.mark.parametrize("message", ["", " \n\t ", "???", "…"])
def test_empty_messages(context, message) -> None:
    assert understand(message, None, context).reply == EMPTY


@pytest.mark.parametrize(
    "message",
    [
        "Was ist die Entscheidung?",
        "Wie sicher bist du?",
        "Quelle est la décision ?",
        "¿Cuál es la decisión?",
        "Qual è la decisione?",
        "Jaka jest decyzja?",
        "这是同一个人吗",
        "Каково решение?",
        "هل هو نفس الشخص؟",
    ],
)
def test_other_languages_get_a_polite_sentence(context, message) -> None:
    assert understand(message, None, context).reply == ENGLISH_ONLY


@pytest.mark.parametrize(
    "message", ["WHAT IS THE SCORE?", "confidence?", "score", "same?", "Who is Zoë?", "1 or 5?"]
)
def test_english_and_fragments_pass(context, message) -> None:
    assert understand(message, None, context).reply == ""


@pytest.mark.parametrize(
    ("message", "start"),
    [
        ("Hi", "Hello"),
        ("good morning!", "Hello"),
        ("Thank you very much", "You are welcome"),
        ("bye", "Goodbye"),
        ("ok", "Good"),
    ],
)
def test_small_talk(context, message, start) -> None:
    understood = understand(message, None, context)
    assert understood.reply.startswith(start) and understood.polite


def test_long_messages_come_down_to_their_question(context) -> None:
    story = "My cousin sent me two photographs from a wedding in spring. " * 400
    began = time.perf_counter()
    understood = understand(story + "Are they the same person? Thank you.", None, context)
    assert understood.question == "Are they the same person?"
    assert time.perf_counter() - began < 5


def test_long_message_without_a_question_is_cut(context) -> None:
    assert len(understand("word " * 5000, None, context).question.split()) <= 60
