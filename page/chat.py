"""An answer of the chat as the message a person reads."""

from __future__ import annotations

from chat import Answer, Chat

ROUTES = {
    "context": "Found in the full context",
    "sub-context": "Found among the sentences nearest to your question",
}


def reply(chat: Chat, question: str) -> str:
    """Ask, and word the answer with its evidence, its route and how sure the reader is."""
    return message(chat.ask(question))


def message(answer: Answer) -> str:
    """The answer as Markdown: the text, the sentence it was read from, and what else to ask."""
    said = answer.text
    if answer.evidence and answer.route in ROUTES:
        # An answer that is the whole sentence is its own evidence.
        if answer.text.rstrip(".") != answer.evidence.rstrip("."):
            said += f"\n\n> “{answer.evidence}”"
        said += (
            f"\n\n<small>{ROUTES[answer.route]} · reader's confidence {answer.score:.0%}</small>"
        )
    if answer.suggestions:
        said += "\n\nYou could ask:\n" + "\n".join(f"- {each}" for each in answer.suggestions)
    return said
