"""The chat."""

from __future__ import annotations

from typing import Any

from chat import Audience, Chat
from page.chat import reply
from page.session import Session
from page.words import NO_CHAT


def make_chat(session: Session | None, audience: Audience) -> Chat | None:
    """A chat about the comparison, and about its maps and table as far as they are there."""
    return session.chat(audience) if session else None


def ask(
    chat: Chat | None, question: str, history: list[dict[str, Any]]
) -> tuple[str, list[dict[str, Any]]]:
    """Answer a question about the comparison.

    Returns:
        The emptied question field, and the conversation.
    """
    if not question.strip():
        return "", history
    return "", [
        *history,
        {"role": "user", "content": question},
        {"role": "assistant", "content": reply(chat, question) if chat else NO_CHAT},
    ]
