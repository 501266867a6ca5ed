"""Turn one comparison into the sentences that the chat answers with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from chat.facts import facts
from chat.glossary import glossary
from chat.table_facts import cost_facts, table_facts, title
from chat.types import AUDIENCES, Audience, Context
from chat.words import the
from recognition.errors import UnknownName
from recognition.types import Comparison

if TYPE_CHECKING:
    from explain import Explanation, RegionTable

DEFAULT_PALETTE = ("green", "pink")


def build_context(
    pair: Comparison,
    table: RegionTable | None = None,
    *,
    explanations: Mapping[str, Explanation] | None = None,
    audience: Audience = "plain",
    palette: tuple[str, str] = DEFAULT_PALETTE,
) -> Context:
    """Write down everything known about a comparison, one sentence a topic.

    Args:
        pair: The comparison.
        table: Its region table; without one the chat knows nothing of regions yet.
        explanations: The explanations that were computed, by name, for what they cost.
        audience: ``plain``, ``examiner`` or ``researcher``: the same facts in other words.
        palette: Names of the map's colours for more and for less similar.

    Returns:
        The context: facts of this pair first, then the glossary.

    Raises:
        UnknownName: When there is no such audience.
    """
    if audience not in AUDIENCES:
        known = ", ".join(AUDIENCES)
        raise UnknownName(f"There is no audience {audience!r}; choose one of {known}.")
    shown = explanations or {}
    techniques = tuple(table.techniques if table is not None else shown)
    lines = [*facts(pair, the(table.most_important()) if table is not None else "")]
    if table is not None:
        lines += table_facts(table)
    lines += cost_facts(shown)
    sentences = [line.sentence("fact", audience) for line in lines]
    sentences += [line.sentence("glossary", audience) for line in glossary(techniques, palette)]
    return Context(
        sentences=tuple(sentences),
        audience=audience,
        regions=tuple(table.regions) if table is not None else (),
        techniques=tuple(title(name) for name in techniques),
    )
