from __future__ import annotations

from dataclasses import replace

import pytest

from chat import Chat, build_context
from chat.answering import SUB_CONTEXT
from chat.chat import UNKNOWN
from tests.chat.fakes import BY_SCORE, FakeEncoder, FakeReader


def _chat(context, reader, encoder=None) -> Chat:
    return Chat(context, reader=reader, encoder=encoder or FakeEncoder(), thresholds=BY_SCORE)


def test_sure_reader_is_asked_once_on_the_whole_context(context) -> None:
    reader = FakeReader({"threshold used": 3.0})
    answer = _chat(context, reader).ask("What is the threshold?")
    assert (answer.route, answer.answered) == ("context", True)
    assert answer.source == context["threshold"]
    assert [len(sentences) for _, sentences in reader.calls] == [len(context.sentences)]


def test_unsure_reader_is_asked_again_on_the_nearest_sentences(context) -> None:
    reader = FakeReader({"threshold used": 0.0}, on_sub_context={"threshold used": 2.0})
    answer = _chat(context, reader).ask("What is the threshold used for this decision?")
    assert (answer.route, answer.answered) == ("sub-context", True)
    assert [len(sentences) for _, sentences in reader.calls] == [
        len(context.sentences),
        SUB_CONTEXT,
    ]
    assert reader.calls[0][0] == reader.calls[1][0]
    assert context["threshold"].text in reader.calls[1][1]


def test_unsure_on_both_routes_abstains_with_suggestions(context) -> None:
    reader = FakeReader({"threshold used": -3.0})
    answer = _chat(context, reader).ask("What is the threshold of the door?")
    assert not answer.answered
    assert answer.text == UNKNOWN
    assert (answer.route, answer.source) == ("none", None)
    assert context["threshold"].question in answer.suggestions
    assert answer.score < 0.5


def test_reader_that_finds_nothing_abstains(context) -> None:
    assert not _chat(context, FakeReader({})).ask("What is the threshold?").answered


def test_most_confident_candidate_wins(context) -> None:
    reader = FakeReader({"threshold used": 1.5, "The similarity score of the two": 4.0})
    assert _chat(context, reader).ask("Which number?").source == context["score"]


def test_sentences_are_encoded_once_a_context(context) -> None:
    encoder = FakeEncoder()
    chat = _chat(context, FakeReader({"threshold used": 3.0}), encoder)
    for _ in range(5):
        chat.ask("What is the threshold?")
    assert encoder.calls == [len(context.sentences), 1, 1, 1, 1, 1]


@pytest.mark.parametrize("message", ["", "   ", "?!", "hello", "Thanks a lot!", "Was ist das?"])
def test_small_talk_reads_nothing(context, message: str) -> None:
    reader = FakeReader({"threshold used": 3.0})
    answer = _chat(context, reader).ask(message)
    assert answer.text and answer.source is None
    assert answer.route == "conversation"
    assert reader.calls == []


def test_answer_is_the_clause_with_the_span(case, context) -> None:
    reader = FakeReader({case.pair.decision: 3.0})
    answer = _chat(context, reader).ask("What is the decision?")
    assert answer.text == f"{case.pair.decision[0].upper()}{case.pair.decision[1:]}."
    assert answer.span == case.pair.decision


def test_span_before_the_colon_gives_the_whole_sentence(context) -> None:
    reader = FakeReader({"The decision for these": 3.0})
    answer = _chat(context, reader).ask("What is the decision?")
    assert answer.text == context["decision"].text


def _carried_on(earlier: Chat, context) -> Chat:
    return Chat(
        context,
        after=earlier,
        reader=FakeReader({}),
        encoder=FakeEncoder(),
        thresholds=BY_SCORE,
    )


def test_a_conversation_goes_on_when_more_is_known(case, context) -> None:
    earlier = _chat(build_context(case.pair), FakeReader({"similarity score of the two": 3.0}))
    earlier.ask("What is the score?")
    later = _carried_on(earlier, context)
    assert later.ask("what does that mean?").question == "What does a similarity score mean?"
    assert later.context is context and "most" not in earlier.context
    first = _chat(context, FakeReader({}))
    assert first.ask("what does that mean?").question == "what does that mean?"


def test_what_is_carried_on_is_said_in_the_words_of_the_new_context(context) -> None:
    earlier = _chat(context, FakeReader({"quality of the first photograph": 3.0}))
    earlier.ask("Blurred?")
    topics = {"quality.first": replace(context["quality.first"], question="Is the first sharp?")}
    reworded = tuple(topics.get(each.topic, each) for each in context.sentences)
    later = _carried_on(earlier, replace(context, sentences=reworded))
    assert later.ask("and the other one?").question == "Is the second sharp?"


def test_what_is_no_longer_known_is_not_carried_on(case, context) -> None:
    earlier = _chat(context, FakeReader({"The most important": 3.0}))
    assert earlier.ask("Which region decided?").source == context["most"]
    later = _carried_on(earlier, build_context(case.pair))
    assert later.ask("why?").question == "why?"


def test_a_forgotten_conversation_is_not_carried_on(context) -> None:
    earlier = _chat(context, FakeReader({"threshold used": 3.0}))
    earlier.ask("What is the threshold?")
    earlier.forget()
    assert _carried_on(earlier, context).ask("why?").question == "why?"
