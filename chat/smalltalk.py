"""Greetings, thanks and what else is said politely."""

from __future__ import annotations

import re

EMPTY = "Please type a question about this comparison."
ENGLISH_ONLY = "I am sorry, I read English only. Please ask in English."

_GREETING = (
    r"(hi|hello|hey|good (morning|afternoon|evening|day)|greetings|howdy)"
    r"( there| you| all| again| facewhy)?"
)
_REPLIES = (
    (_GREETING, "Hello! Ask me anything about this comparison."),
    (
        r"(ok |okay |great |good |perfect )?(thanks|thank you|thx|many thanks|cheers|ty)"
        r"( a lot| very much| so much| for that| for (your|the) (help|answers?|explanation))?",
        "You are welcome.",
    ),
    (
        r"(good ?bye|bye|bye bye|see you|see you later|have a nice day|that is all|that's all)",
        "Goodbye.",
    ),
    (
        r"(ok|okay|great|good|nice|i see|understood|all ?right|perfect|cool|wow|aha|sure|fine)",
        "Good. Ask me more whenever you like.",
    ),
    (r"(sorry|my apologies|excuse me|pardon)", "No trouble at all. What would you like to know?"),
)


def reply_to(message: str) -> str:
    """The reply to a message that is nothing but small talk; empty for any other."""
    bare = re.sub(r"[\s,]+", " ", message.lower()).strip(" !.?:)")
    for pattern, reply in _REPLIES:
        if re.fullmatch(pattern, bare):
            return reply
    return ""


def without_greeting(message: str) -> str:
    """The message without a greeting before the question."""
    rest = re.sub(rf"^{_GREETING}\s*[,!.:]\s*", "", message, flags=re.IGNORECASE)
    return rest or message
