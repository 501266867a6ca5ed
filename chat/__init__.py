"""Questions about a comparison, answered from the facts of that comparison."""

from chat.chat import Chat
from chat.context import build_context
from chat.models import ENCODERS, READERS, load_encoder, load_reader
from chat.types import AUDIENCES, Answer, Audience, Context, Sentence

__all__ = [
    "AUDIENCES",
    "ENCODERS",
    "READERS",
    "Answer",
    "Audience",
    "Chat",
    "Context",
    "Sentence",
    "build_context",
    "load_encoder",
    "load_reader",
]
