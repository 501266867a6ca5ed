"""The README's tables that follow from the registries, written between their markers.

Run ``python -m benchmarks.readme_tables`` after a change; a test compares README and registries.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from chat import ENCODERS, READERS
from explain import EXPLAINERS
from recognition import MODELS

README = Path(__file__).parent.parent / "README.md"
RESULTS = Path(__file__).parent / "explainers"


def explainers() -> str:
    """Every explainer with its plain sentence."""
    rows = ["| name | what it does | needs | from |", "|---|---|---|---|"]
    for entry in EXPLAINERS.values():
        needs = "gradients" if entry.needs_gradients else "any model"
        if entry.trained is not None:
            needs += f", {entry.trained.title}"
        rows.append(f"| `{entry.name}` | {entry.sentence} | {needs} | {entry.citation} |")
    return "\n".join(rows)


def models() -> str:
    """Every recogniser, and whether pip alone brings it."""
    rows = ["| name | model | licence of the weights |", "|---|---|---|"]
    rows += [f"| `{e.name}` | {e.title} | {e.licence} |" for e in MODELS.values()]
    return "\n".join(rows)


def chat_models() -> str:
    """Every reader and sentence encoder of the chat."""
    rows = ["| part | name | model | download |", "|---|---|---|---|"]
    for part, registry in (("reader", READERS), ("encoder", ENCODERS)):
        rows += [
            f"| {part} | `{e.name}` | {e.title} | {e.repository or 'none'} |"
            for e in registry.values()
        ]
    return "\n".join(rows)


def faithfulness() -> str:
    """The benchmark's table as ``python -m explain.evaluate`` wrote it."""
    lines = (RESULTS / "dlib-resnet29.md").read_text("utf-8").splitlines()
    return "\n".join(line for line in lines if line.startswith("|"))


TABLES: dict[str, Callable[[], str]] = {
    "explainers": explainers,
    "explain-results": faithfulness,
    "models": models,
    "chat-models": chat_models,
}


def written(text: str) -> str:
    """The README's text with its tables made anew.

    Raises:
        ValueError: When a table's markers are missing.
    """
    for name, table in TABLES.items():
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        found = pattern.search(text)
        if found is None:
            raise ValueError(f"the README has no markers <!-- {name} --> and <!-- /{name} -->")
        text = f"{text[: found.end(1)]}{table()}\n{text[found.start(2) :]}"
    return text


if __name__ == "__main__":
    README.write_text(written(README.read_text("utf-8")), "utf-8")
