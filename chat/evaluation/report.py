"""The results of an evaluation as a table, and every wrong answer."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import numpy as np

from chat.evaluation.run import Result


def as_markdown(results: Sequence[Result]) -> str:
    """Table, totals and wrong answers for people."""
    lines = [
        "| Question | asked | right at first | after a follow-up | whole context | sub-context |"
        " abstained |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, group in groupby(results, key=lambda each: each.asked.kind.name):
        lines.append(_row(name, list(group)))
    lines += ["", *_totals(results), "", "Wrong answers", ""]
    lines += [_mistake(each) for each in results if not each.right] or ["none"]
    return "\n".join(lines) + "\n"


def as_json(results: Sequence[Result]) -> list[dict[str, object]]:
    """One record a question for machines."""
    return [
        {
            "type": each.asked.kind.name,
            "question": each.asked.question,
            "understood": each.answer.question,
            "answer": each.answer.text,
            "topic": each.answer.source.topic if each.answer.source else None,
            "score": round(each.answer.score, 4),
            "route": each.answer.route,
            "seconds": round(each.answer.seconds, 4),
            "right": each.right,
            "right_after_follow_up": each.right_after,
        }
        for each in results
    ]


def share(right: Sequence[bool]) -> float:
    """Share of true values, 0 for none at all."""
    return float(np.mean(right)) if len(right) else 0.0


def _row(name: str, group: list[Result]) -> str:
    routes = [each.answer.route for each in group]
    first = share([each.right for each in group])
    after = share([each.right_after for each in group])
    shown = f"{after:.1%}" if group[0].asked.kind.follow_up else ""
    abstained = sum(not each.answer.answered for each in group)
    return (
        f"| {name} | {len(group)} | {first:.1%} | {shown} | {routes.count('context')} |"
        f" {routes.count('sub-context')} | {abstained} |"
    )


def _totals(results: Sequence[Result]) -> list[str]:
    paper = [each.right for each in results if each.asked.kind.paper]
    known = [each for each in results if each.asked.kind.answerable]
    unknown = [each for each in results if not each.asked.kind.answerable]
    abstained = [each for each in results if not each.answer.answered]
    seconds = [each.answer.seconds for each in results]
    precision = share([not each.asked.kind.answerable for each in abstained])
    recall = share([not each.answer.answered for each in unknown])
    return [
        f"Questions of the paper: {share(paper):.1%} right at first, of {len(paper)}.",
        f"All answerable: {share([each.right for each in known]):.1%} right at first, of"
        f" {len(known)}.",
        f"Abstention: precision {precision:.1%}, recall {recall:.1%} on {len(unknown)}"
        " unanswerable questions.",
        f"Seconds an answer: median {np.median(seconds):.2f}, worst {max(seconds):.2f}.",
    ]


def _mistake(result: Result) -> str:
    answer = result.answer
    topic = answer.source.topic if answer.source else "none"
    wanted = ", ".join(map(result.asked.slots.fill, result.asked.kind.topics)) or "no answer"
    return f'- "{result.asked.question}": {answer.text} ({topic}, {answer.score:.2f}; {wanted})'
