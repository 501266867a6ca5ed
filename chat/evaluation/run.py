"""Asking: every question of a file on some case, judged by the rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from chat.chat import Chat
from chat.confidence import Thresholds
from chat.context import build_context
from chat.encoder import Encoder
from chat.evaluation.cases import Case, random_case
from chat.evaluation.questions import QuestionType
from chat.evaluation.rules import Slots, draw_slots, is_right
from chat.reader import Reader
from chat.types import Answer, Audience, Context


@dataclass(frozen=True)
class Models:
    """What the chats are made with; the shipped ones where None."""

    reader: Reader | None = None
    encoder: Encoder | None = None
    thresholds: Thresholds | None = None


@dataclass(frozen=True)
class Asked:
    """A case ready to be asked about, the question and what its gaps were filled with."""

    kind: QuestionType
    question: str
    case: Case
    context: Context
    slots: Slots


@dataclass(frozen=True)
class Result:
    """One question, its answer, and the answer after the follow-up if there was one."""

    asked: Asked
    answer: Answer
    right: bool
    follow_up: Answer | None = None
    right_after: bool = False


def random_cases(number: int, seed: int) -> list[Case]:
    """Cases to ask about."""
    rng = np.random.default_rng(seed)
    return [random_case(rng) for _ in range(number)]


def questions(
    kinds: Sequence[QuestionType],
    cases: Sequence[Case],
    seed: int,
    audiences: Sequence[Audience] = ("plain",),
) -> Iterator[Asked]:
    """Every question on a case drawn for it; one that a case cannot answer gets another case."""
    rng = np.random.default_rng(seed)
    contexts = {
        (place, audience): build_context(
            case.pair, case.table, audience=audience, palette=case.palette
        )
        for place, case in enumerate(cases)
        for audience in audiences
    }
    for kind in kinds:
        for question in kind.questions:
            for _ in range(100):
                key = (int(rng.integers(len(cases))), audiences[int(rng.integers(len(audiences)))])
                case, context = cases[key[0]], contexts[key]
                slots = draw_slots(case, context, rng)
                wanted = [slots.fill(topic) for topic in kind.topics]
                if not wanted or any(topic in context for topic in wanted):
                    yield Asked(kind, slots.fill(question), case, context, slots)
                    break


def ask_all(asked: Sequence[Asked], models: Models) -> Iterator[Result]:
    """Ask each question in a conversation of its own, with one follow-up after a wrong answer."""
    chats: dict[int, Chat] = {}
    for each in asked:
        chat = chats.get(id(each.context))
        if chat is None:
            chat = Chat(
                each.context,
                reader=models.reader,
                encoder=models.encoder,
                thresholds=models.thresholds,
            )
            chats[id(each.context)] = chat
        chat.forget()
        yield _ask(chat, each)


def _ask(chat: Chat, asked: Asked) -> Result:
    answer = chat.ask(asked.question)
    right = is_right(answer, asked.kind, asked.case, asked.slots)
    if right or not asked.kind.follow_up:
        return Result(asked, answer, right, right_after=right)
    second = chat.ask(asked.kind.follow_up)
    return Result(
        asked, answer, right, second, is_right(second, asked.kind, asked.case, asked.slots)
    )
