"""What one visitor has in hand: a comparison, its explanations so far, its table and its chat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from chat import Audience, Chat, build_context
from explain import Explanation, RegionTable, region_table
from recognition import Comparison


@dataclass(frozen=True, eq=False)
class Session:
    """One comparison and all that was made of it; a new one for every change.

    Attributes:
        pair: The comparison.
        explanations: By explainer, the latest of each.
        table: The region table, once there is one.
        chat: Answers questions about all of it; None until the first context was built.
    """

    pair: Comparison
    explanations: Mapping[str, Explanation] = field(default_factory=dict)
    table: RegionTable | None = None
    chat: Chat | None = None

    def explained(self, *explanations: Explanation) -> Session:
        """With more explanations."""
        added = {each.name: each for each in explanations}
        return replace(self, explanations={**self.explanations, **added})

    def without(self, name: str) -> Session:
        """Without that explainer's explanation, so that it is made anew."""
        kept = {each: made for each, made in self.explanations.items() if each != name}
        return replace(self, explanations=kept)

    def judged(self, pair: Comparison) -> Session:
        """The same pair at another operating point; maps do not depend on it."""
        return replace(self, pair=pair)

    def tabled(self, techniques: list[str], scheme: str) -> Session:
        """With the table of those techniques that were run."""
        chosen = {name: self.explanations[name] for name in techniques if name in self.explanations}
        return replace(self, table=region_table(chosen, scheme=scheme) if chosen else None)

    def ready_to_chat(self, audience: Audience) -> Session:
        """With a chat that knows all there is by now."""
        context = build_context(
            self.pair, self.table, explanations=self.explanations, audience=audience
        )
        return replace(self, chat=Chat(context))
