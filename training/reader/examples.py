"""Question-answer examples over generated contexts: real sentences of random comparisons."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from chat import Context, Sentence, build_context
from chat.evaluation.cases import random_case
from chat.types import AUDIENCES
from training.reader import phrasing

# Topics whose sentences also answer a question on the first; never used as its distractors.
ALSO: Mapping[str, tuple[str, ...]] = {
    "decision": ("reason",),
    "reason": ("most", "decision", "margin"),
    "score": ("reason", "margin", "decision"),
    "threshold": ("reason", "margin"),
    "margin": ("reason",),
    "confidence": ("pic", "likelihood ratio"),
    "pic": ("confidence", "meaning of pic"),
    "likelihood ratio": ("confidence",),
    "calibration": ("operating point",),
    "most": ("ranking", "reason", "ones"),
    "ones": ("most",),
    "least": ("ranking",),
    "operating point": ("meaning of operating point",),
    "meaning of pic": ("pic", "meaning of confidence"),
    "meaning of confidence": ("meaning of pic", "confidence"),
    "meaning of xai": (),
    "images": ("meaning of saliency", "colours"),
    "meaning of saliency": ("images",),
    "colours": ("images",),
    "meaning of levels": ("meaning of mean", "meaning of table"),
    "meaning of table": ("meaning of levels",),
    "meaning of match": ("meaning of threshold", "meaning of genuine"),
    "meaning of threshold": ("meaning of match", "meaning of operating point"),
    "meaning of eer": (),
    "trust": ("mistake", "limits"),
    "mistake": ("trust",),
    "limits": ("tool", "trust"),
    "tool": ("limits", "method"),
    "method": ("tool",),
    "techniques": ("meaning of table",),
    "agreement": (),
    "bad photographs": (),
    "meaning of embedding": ("method",),
}

# Ways in which another hand would have worded the same sentences.
WORDINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("photographs", ("photos", "pictures", "images")),
    ("photograph", ("photo", "picture", "image")),
    ("similarity score", ("score", "similarity", "comparison score")),
    ("decision", ("verdict", "conclusion", "result")),
    ("technique", ("method", "explainer")),
    ("most important", ("most decisive", "most relevant")),
    ("least important", ("least decisive", "least relevant")),
    ("region", ("part", "area")),
    ("model", ("network", "recogniser")),
    ("heatmap", ("saliency map", "map")),
    ("confidence", ("certainty",)),
)
_NAMES = ("Ms Ortega", "Dr Blum", "A. Novak", "J. Lind", "Mr Okafor", "the duty officer")
_PLACES = ("Madrid", "the north", "Paderborn", "Lyon", "the left", "Osaka", "the airport")
_DATES = ("3 May", "Monday", "12 August 2024", "the first of June", "March 2031", "1999")
_COLOURS = re.compile(r"(\w+) places make")
_THINGS = ("Canon R5", "hand", "small laptop", "Nikon", "phone", "scarf", "server", "hat")


@dataclass(frozen=True)
class Example:
    """One question over one piece of text.

    Attributes:
        question: As typed.
        text: What to read.
        start: Where the answer begins in ``text``; -1 when it holds none.
        answer: The answer; empty when there is none.
    """

    question: str
    text: str
    start: int = -1
    answer: str = ""


class ExampleMaker:
    """Draws examples; the same seed draws the same ones."""

    def __init__(self, seed: int, words: tuple[int, int] = (15, 85)) -> None:
        self.rng = np.random.default_rng(seed)
        self.words = words
        self.patterns = phrasing.topics()
        # A pattern with a gap stands for many topics and is drawn more often.
        self.topics = [topic for topic in self.patterns for _ in range(3 if "{" in topic else 1)]
        self.nonsense = phrasing.unanswerable()
        self.extras = phrasing.extras()
        self.held_out = phrasing.held_out()

    def examples(self, number: int, foreign: Sequence[str]) -> Iterator[Example]:
        """Draw examples.

        Args:
            number: How many.
            foreign: Questions from elsewhere, which none of our contexts answers.
        """
        for _ in range(number):
            draw = self.rng.random()
            if draw < 0.55:
                yield self.answered()
            elif draw < 0.63:
                yield self.about_extra()
            elif draw < 0.82:
                yield self.elsewhere()
            else:
                yield self.unanswerable(self.stray_question(foreign))

    def answered(self) -> Example:
        """A question whose sentence is among those shown."""
        context, question, topic = self._question()
        others = [each for each in context.sentences if each.topic != topic]
        return self._example(question, context[topic], self._some(others, question))

    def elsewhere(self) -> Example:
        """A question whose sentence is not among those shown: another window holds it, or none."""
        context, question, topic = self._question()
        hidden = self.also(topic, context)
        others = [each for each in context.sentences if each.topic not in hidden]
        return self._example(question, None, self._some(others, question))

    def unanswerable(self, question: str) -> Example:
        """A question that has nothing to do with the context."""
        context = self.context()
        return self._example(question, None, self._some(context.sentences, question))

    def about_extra(self) -> Example:
        """A question on a made-up fact, which may be there or not."""
        context = self.context()
        marked, questions = self.extras[self.rng.integers(len(self.extras))]
        number = f"{self.rng.uniform(0, 100):.{self.rng.integers(3)}f}"
        slots = {
            "number": number,
            "name": self._one(_NAMES),
            "place": self._one(_PLACES),
            "date": self._one(_DATES),
            "thing": self._one(_THINGS),
        }
        extra = Sentence.marked("extra", "fact", "", phrasing.realise(marked, self.rng, slots))
        question = phrasing.roughen(self._one(questions), self.rng)
        shown = extra if self.rng.random() < 0.65 else None
        return self._example(question, shown, self._some(context.sentences, question))

    def context(self) -> Context:
        """A random comparison, written down for a random audience."""
        case = random_case(self.rng)
        table = case.table if self.rng.random() < 0.95 else None
        audience = AUDIENCES[self.rng.integers(len(AUDIENCES))]
        return build_context(case.pair, table, audience=audience, palette=case.palette)

    def question_on(self, context: Context) -> tuple[str, str]:
        """A question that a context answers, and the topic of the sentence that does."""
        while True:
            pattern = self._one(self.topics)
            slots = self._slots(context)
            keys = {**slots, "technique": slots.pop("technique key", "")}
            topic = phrasing.realise(pattern, self.rng, keys)
            if topic in context:
                return self._asked(self.patterns[pattern], slots), topic

    def stray_question(self, foreign: Sequence[str]) -> str:
        """A question that no context answers."""
        if self.rng.random() < 0.3:
            return phrasing.roughen(self._one(foreign), self.rng)
        if self.rng.random() < 0.05:
            return phrasing.gibberish(self.rng)
        return self._asked(self.nonsense, {})

    def also(self, topic: str, context: Context) -> set[str]:
        """The topics of a context whose sentences would answer a question on ``topic``."""
        found = {topic, *ALSO.get(topic, ())}
        if topic.startswith("region"):
            found |= {name for name in context.topics if name.startswith("region")} | {"ranking"}
        return found & set(context.topics)

    def _asked(self, patterns: Sequence[str], slots: Mapping[str, str]) -> str:
        """A question of one of some patterns, as people type it, and none that is held out."""
        while True:
            question = phrasing.realise(self._one(patterns), self.rng, {})
            question = phrasing.filled(phrasing.reworded(question, self.rng), slots)
            if phrasing.plain(question) not in self.held_out:
                return phrasing.roughen(question, self.rng)

    def _question(self) -> tuple[Context, str, str]:
        context = self.context()
        return context, *self.question_on(context)

    def _slots(self, context: Context) -> dict[str, str]:
        similar, dissimilar = _COLOURS.findall(context["colours"].text)
        slots = {
            "which": self._one(["first", "second"]),
            "similar": similar,
            "dissimilar": dissimilar,
        }
        if context.regions:
            region, other = self.rng.choice(context.regions, size=2, replace=False)
            slots |= {"region": str(region), "other": str(other)}
            pairs = [name.split(".")[1] for name in context.topics if name.startswith("regions.")]
            if pairs:
                slots["both"] = self._one(pairs)
        keys = [name.split(".")[1] for name in context.topics if name.startswith("technique.")]
        if keys:
            number = int(self.rng.integers(len(keys)))
            title = context.techniques[number]
            spoken = [title, keys[number], *re.split(r" \(|\)", title)[:2]]
            name = self._one(spoken).lower()
            slots |= {"technique": name, "technique key": keys[number]}
        return slots

    def _some(self, sentences: Sequence[Sentence], question: str) -> list[Sentence]:
        """Distractors: the sentences most like the question, random ones, or neighbours."""
        wanted = int(self.rng.integers(*self.words))
        draw = self.rng.random()
        if draw < 0.4:
            asked = set(re.findall(r"\w+", question.lower()))
            noise = self.rng.random(len(sentences))
            alike = [
                -len(asked & set(re.findall(r"\w+", each.text.lower()))) + chance
                for each, chance in zip(sentences, noise, strict=True)
            ]
            order = [int(place) for place in np.argsort(alike)]
        elif draw < 0.7:
            order = [int(place) for place in self.rng.permutation(len(sentences))]
        else:
            start = int(self.rng.integers(len(sentences)))
            order = [*range(start, len(sentences)), *range(start)]
        chosen: list[int] = []
        while order and wanted > 0:
            chosen.append(order.pop(0))
            wanted -= len(sentences[chosen[-1]].text.split())
        chosen.sort()
        return [sentences[place] for place in chosen]

    def _example(
        self, question: str, answer: Sentence | None, others: Sequence[Sentence]
    ) -> Example:
        shown = list(others)
        if answer is not None:
            shown.insert(int(self.rng.integers(len(shown) + 1)), answer)
        if self.rng.random() < 0.5:
            shown = [shown[place] for place in self.rng.permutation(len(shown))]
        reworded = self._reworded()
        texts = [reworded(each.text) for each in shown]
        text = " ".join(texts)
        if answer is None:
            return Example(question, text)
        place = next(number for number, each in enumerate(shown) if each is answer)
        before = len(" ".join(texts[:place])) + (place > 0)
        key = reworded(answer.key)
        inside = texts[place].find(key)
        if inside < 0:
            return self._example(question, replace(answer, key=answer.text), others)
        return Example(question, text, before + inside, key)

    def _reworded(self) -> Callable[[str], str]:
        swaps = [
            (word, self._one(choices)) for word, choices in WORDINGS if self.rng.random() < 0.12
        ]

        def reword(text: str) -> str:
            for word, other in swaps:
                text = text.replace(word, other)
            return text

        return reword

    def _one(self, choices: Sequence[str]) -> str:
        return choices[int(self.rng.integers(len(choices)))]
