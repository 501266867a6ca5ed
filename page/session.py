"""What one visitor has in hand: a comparison, its explanations so far, and a chat about both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from chat import Audience, Chat, build_context
from explain import EXPLAINERS, Explanation, RegionTable, region_table
from page.regions import masks_of
from recognition import Comparison


@dataclass(frozen=True, eq=False)
class Session:
    """One comparison, at one operating point, and all that was made of it.

    Attributes:
        pair: The comparison.
        made: By explainer, the latest explanation of these two faces. Runs put theirs in as they
            come, and the sessions of one comparison at several operating points share it: so a
            run that ends late cannot take back what the visitor has changed since.
    """

    pair: Comparison
    made: dict[str, Explanation] = field(default_factory=dict)

    @property
    def explanations(self) -> Mapping[str, Explanation]:
        """By explainer, what explains the decision at this operating point."""
        return {
            name: replace(each, pair=self.pair)
            for name, each in self.made.copy().items()
            if not EXPLAINERS[name].uses_threshold or each.pair.threshold == self.pair.threshold
        }

    def keep(self, explanation: Explanation) -> None:
        """Put an explanation in the place of the last one by that explainer."""
        self.made[explanation.name] = explanation

    def forget(self, name: str) -> None:
        """Drop that explainer's explanation, so that it is made anew."""
        self.made.pop(name, None)

    def judged(self, pair: Comparison) -> Session:
        """The same faces at another operating point."""
        return replace(self, pair=pair)

    def table(self, techniques: Sequence[str], scheme: str) -> RegionTable | None:
        """The table of those techniques that were run; None when there is none of them."""
        made = self.explanations
        chosen = {name: made[name] for name in techniques if name in made}
        if not chosen:
            return None
        return region_table(chosen, scheme=scheme, masks=masks_of(self.pair, scheme))

    def chat(
        self,
        audience: Audience,
        techniques: Sequence[str],
        scheme: str,
        after: Chat | None = None,
    ) -> Chat:
        """A chat that knows all there is by now, and goes on where the one before was."""
        context = build_context(
            self.pair,
            self.table(techniques, scheme),
            explanations=self.explanations,
            audience=audience,
        )
        return Chat(context, after=after)
