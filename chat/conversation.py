"""What a message means, given what was said before: a complete question, or a polite reply."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from chat import smalltalk
from chat.language import is_english
from chat.spelling import correct
from chat.synonyms import in_words_of
from chat.types import Context, Sentence

MOST_WORDS = 60
"""Of a very long message, this many words of its question are read."""

_LEAD = re.compile(
    r"^(and|but|or|so|ok|okay|then|also|now)?[ ,]*"
    r"(what|how) (about|of) "
    r"|^(and|but|also|ok and|then)[ ,]+(for |of |in |with )?"
    r"|^(for|of) (?=the)"
)
_WHY = re.compile(r"(but |and |ok |so )?(why|how so|how come|why so|why is that|why not|explain)")
_MEANING = re.compile(
    r"(and |but |so |ok )?(what does (that|it|this) mean|meaning|what is (that|it)|what's that"
    r"|in general|and in general|what do you mean( by that)?|explain (that|it)|tell me more|more)"
)
_PRECISELY = re.compile(
    r"(no |but )?(i (mean|meant)[ ,]+)?(what is the \w+ )?"
    r"(of|for|in|about) (the |this |these |my |our )(given |specific |two |actual )*"
    r"(image |photo |picture )?(pair|case|comparison|photos|pictures|images|photographs|faces)"
)
_OTHER_PICTURE = re.compile(
    r"(for |of |in |on )?(the )?(other|second|first)"
    r"( one| picture| photo| photograph| image| face)?"
)
_MOST = re.compile(r"(for )?(the )?(most|best|top)( important)?( one| region| feature)?")
_LEAST = re.compile(r"(for )?(the )?(least|worst|last)( important)?( one| region| feature)?")

# What "why?" asks after an answer on a topic; anything else asks for the reason of the decision.
WHY: Mapping[str, str] = {
    "most": "meaning of table",
    "least": "meaning of table",
    "ones": "meaning of ones",
    "ranking": "meaning of table",
    "confidence": "calibration",
    "operating point": "meaning of operating point",
    "quality.first": "bad photographs",
    "quality.second": "bad photographs",
}


@dataclass(frozen=True)
class Turn:
    """The last answered question.

    Attributes:
        question: As it was understood.
        evidence: The sentence it was answered with.
    """

    question: str
    evidence: Sentence


@dataclass(frozen=True)
class Understood:
    """What a message comes to.

    Attributes:
        question: A complete question; what was typed when there is nothing to ask.
        reply: What to say instead of answering; empty when there is a question.
        polite: Whether the reply is all that the message needs.
    """

    question: str
    reply: str = ""
    polite: bool = False


def understand(message: str, last: Turn | None, context: Context) -> Understood:
    """Make a complete question of a message.

    Args:
        message: As typed.
        last: What was answered before, for follow-ups.
        context: Whose words and regions a misspelling or synonym is corrected to.
    """
    question = " ".join(message.split())
    if not re.search(r"\w", question):
        return Understood(question, smalltalk.EMPTY)
    if reply := smalltalk.reply_to(question):
        return Understood(question, reply, polite=True)
    question = shortened(smalltalk.without_greeting(question))
    if not is_english(question):
        return Understood(question, smalltalk.ENGLISH_ONLY)
    question = in_words_of(correct(question, context), context.regions)
    return Understood(completed(question, last, context))


def shortened(message: str) -> str:
    """The last sentence of a long message that asks something, at most 60 words of it."""
    if len(message.split()) <= MOST_WORDS // 2:
        return message
    sentences = re.split(r"(?<=[.!?])\s+", message)
    asking = [sentence for sentence in sentences if sentence.endswith("?")] or sentences[-1:]
    return " ".join(asking[-1].split()[-MOST_WORDS:])


def completed(question: str, last: Turn | None, context: Context) -> str:
    """A follow-up made into a question that stands alone; other questions as they are."""
    bare = question.lower().strip(" ?!.,")
    rest = _LEAD.sub("", bare).strip()
    if region := _only_a_region(rest, context):
        return region
    if _MOST.fullmatch(rest) and "most" in context:
        return context["most"].question
    if _LEAST.fullmatch(rest) and "least" in context:
        return context["least"].question
    if last is None:
        return f"What is {rest}?" if rest != bare and rest else question
    topic = last.evidence.topic
    if _WHY.fullmatch(bare):
        return _question_on(WHY.get(topic, "reason"), context, question)
    if _MEANING.fullmatch(bare):
        return _question_on(_meaning_of(topic, context), context, question)
    if _PRECISELY.fullmatch(rest):
        return _question_on(topic.removeprefix("meaning of "), context, last.question)
    if _OTHER_PICTURE.fullmatch(rest):
        return _other_picture(last, rest, context)
    if rest != bare and rest:
        return f"What is {rest}?" if not rest.startswith(_ASKING) else rest
    return question


_ASKING = ("what", "which", "how", "who", "where", "when", "why", "is ", "are ", "do", "can", "did")


def _only_a_region(rest: str, context: Context) -> str:
    name = rest.removeprefix("for ").removeprefix("of ").removeprefix("the ").removeprefix("both ")
    for topic in (f"region.{name}", f"regions.{name}", f"regions.{name}s"):
        if topic in context:
            return context[topic].question
    return ""


def _meaning_of(topic: str, context: Context) -> str:
    group, _, member = topic.partition(".")
    aliases = {
        "decision": "meaning of match",
        "margin": "meaning of threshold",
        "most": "meaning of levels",
        "least": "meaning of levels",
        "ranking": "meaning of mean",
        "region": "meaning of levels",
        "regions": "meaning of levels",
        "technique": f"meaning of {member}",
        "images": "colours",
        "reason": "method",
    }
    return aliases.get(group, f"meaning of {topic}")


def _question_on(topic: str, context: Context, otherwise: str) -> str:
    return context[topic].question if topic in context else otherwise


def _other_picture(last: Turn, asked: str, context: Context) -> str:
    """The last question about the picture now asked for; the table is about both at once."""
    question = last.question
    if not re.search(r"\b(first|second)\b", question.lower()):
        question = last.evidence.question
    if not re.search(r"\b(first|second)\b", question.lower()):
        return _question_on("side", context, question)
    if "first" in asked or "second" in asked:
        wanted = "first" if "first" in asked else "second"
        return re.sub(r"\b(first|second)\b", wanted, question)
    swap = {"first": "second", "second": "first"}
    return re.sub(r"\b(first|second)\b", lambda found: swap[found[0]], question)
