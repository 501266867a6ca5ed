"""What one visitor has in hand: a comparison, its explanations so far, its table and its chat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from chat import Audience, Chat, build_context
from explain import Explanation, Masks, RegionTable, region_masks, region_table
from recognition import Comparison


@dataclass(frozen=True, eq=False)
class Session:
    """One comparison and all that was made of it; a new one for every change.

    Attributes:
        pair: The comparison.
        explanations: By explainer, the latest of each.
        masks: By region scheme, the regions of both faces: the face mesh runs once a scheme.
        table: The region table, once there is one.
    """

    pair: Comparison
    explanations: Mapping[str, Explanation] = field(default_factory=dict)
    masks: Mapping[str, Masks] = field(default_factory=dict)
    table: RegionTable | None = None

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

    def with_regions(self, scheme: str) -> Session:
        """With the regions of both faces by that scheme."""
        if scheme in self.masks:
            return self
        found: Masks = {
            "a": region_masks(self.pair.a, scheme),
            "b": region_masks(self.pair.b, scheme),
        }
        return replace(self, masks={**self.masks, scheme: found})

    def tabled(self, techniques: list[str], scheme: str) -> Session:
        """With the table of those techniques that were run; needs the scheme's regions."""
        chosen = {name: self.explanations[name] for name in techniques if name in self.explanations}
        masks = self.masks[scheme]
        table = region_table(chosen, scheme=scheme, masks=masks) if chosen else None
        return replace(self, table=table)

    def chat(self, audience: Audience) -> Chat:
        """A chat that knows all there is by now."""
        context = build_context(
            self.pair, self.table, explanations=self.explanations, audience=audience
        )
        return Chat(context)
