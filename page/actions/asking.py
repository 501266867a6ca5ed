"""The chat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chat import Audience, Chat
from page.chat import reply
from page.session import Session
from page.words import JUDGED_ANEW, NO_CHAT
from recognition import Comparison

History = list[dict[str, Any]]


@dataclass(frozen=True, eq=False)
class Talk:
    """A chat, and what it is about."""

    pair: Comparison
    chat: Chat


def make_chat(
    session: Session | None,
    talk: Talk | None,
    audience: Audience,
    techniques: list[str],
    scheme: str,
) -> Talk | None:
    """A chat about the comparison, and about its maps and table as far as they are there."""
    if session is None:
        return None
    before = talk.chat if talk and talk.pair.a is session.pair.a else None
    return Talk(session.pair, session.chat(audience, techniques, scheme, before))


def note(session: Session | None, history: History) -> History:
    """Say in the conversation, if there is one, that it goes on at another operating point."""
    if session is None or not history:
        return history
    said = JUDGED_ANEW.format(point=session.pair.operating_point.words)
    return [*history[: -1 if _is_note(history[-1]) else None], _message("assistant", said)]


def ask(talk: Talk | None, question: str, history: History) -> tuple[str, History]:
    """Answer a question about the comparison.

    Returns:
        The emptied question field, and the conversation.
    """
    if not question.strip():
        return "", history
    answer = reply(talk.chat, question) if talk else NO_CHAT
    return "", [*history, _message("user", question), _message("assistant", answer)]


def _message(role: str, content: str) -> dict[str, Any]:
    return {"role": role, "content": content}


def _is_note(message: Mapping[str, Any]) -> bool:
    return JUDGED_ANEW.split("{")[0] in str(message["content"])
