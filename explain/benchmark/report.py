"""The benchmark's table as JSON, Markdown and a picture."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from explain.benchmark.floors import FLOORS
from explain.benchmark.measures import Cost, entry
from explain.benchmark.summary import METRICS, Interval


@dataclass(frozen=True)
class Row:
    """One explainer.

    Attributes:
        name: Short name.
        pairs: How many pairs it was measured on, half of them genuine.
        areas: Column -> figure.
        cost: Measured by itself on a few pairs.
        sanity: Rank correlation with the maps of a model that forgot everything; None where it
            was not measured.
    """

    name: str
    pairs: int
    areas: Mapping[str, Interval]
    cost: Cost
    sanity: float | None


def best_first(rows: Iterable[Row]) -> list[Row]:
    """Rows by insertion less deletion, the highest first."""
    return sorted(rows, key=lambda row: row.areas["deletion"].mean - row.areas["insertion"].mean)


@dataclass(frozen=True, eq=False)
class Report:
    """Everything one run of the benchmark says.

    Attributes:
        model: Name of the model.
        threshold: The operating point that the accuracies are for.
        drawn: Sentences on the pairs.
        notes: Sentences on how it was measured.
        rows: In the order of :func:`best_first`.
        agreement: (E, E) in the order of ``rows``, nan where two were never compared.
    """

    model: str
    threshold: float
    drawn: Sequence[str]
    notes: Sequence[str]
    rows: Sequence[Row]
    agreement: npt.NDArray[np.float64]

    def write(self, folder: Path) -> list[Path]:
        """Write ``<model>.json``, ``.md`` and ``.png``."""
        folder.mkdir(parents=True, exist_ok=True)
        paths = [folder / f"{self.model}.{kind}" for kind in ("json", "md", "png")]
        paths[0].write_text(json.dumps(self._as_json(), indent=1) + "\n")
        paths[1].write_text(self.markdown())
        self.figure().savefig(paths[2])
        return paths

    def _as_json(self) -> dict[str, object]:
        return {
            "model": self.model,
            "threshold": round(self.threshold, 5),
            "drawn": list(self.drawn),
            "notes": list(self.notes),
            "rows": [_rounded(asdict(row)) for row in self.rows],
            "agreement": _rounded(self.agreement.tolist(), 3),
        }

    def _agreement_of(self, at: int) -> float:
        """Mean agreement of one explainer with all others, floors left out."""
        others = [
            self.agreement[at, other]
            for other, row in enumerate(self.rows)
            if other != at and row.name not in FLOORS
        ]
        return float(np.nanmean(others)) if others else float("nan")

    def markdown(self) -> str:
        """The table, its columns explained below it."""
        arrows = {True: "↑", False: "↓"}
        titles = [f"{each.title} {arrows[each.higher_is_better]}" for each in METRICS.values()]
        head = [
            "Explainer",
            "Pairs",
            *titles,
            "Agreement",
            "Passes",
            "Backward",
            "Seconds",
            "Sanity",
        ]
        lines = [_line(head), _line(["---"] * len(head))]
        for at, row in enumerate(self.rows):
            lines.append(
                _line(
                    [
                        entry(row.name).title,
                        str(row.pairs),
                        *(str(row.areas[name]) for name in METRICS),
                        f"{self._agreement_of(at):.2f}",
                        f"{row.cost.passes:,}",
                        f"{row.cost.backward_passes:,}",
                        f"{np.median(row.cost.seconds):.2f}",
                        "" if row.sanity is None else f"{row.sanity:.2f}",
                    ]
                )
            )
        meanings = [f"- {each.title}: {each.sentence}." for each in METRICS.values()]
        sentences = [*meanings, *(f"- {each}" for each in (*self.drawn, *self.notes))]
        return "\n".join([*lines, "", *sentences]) + "\n"

    def figure(self) -> Figure:
        """Deletion against insertion with their intervals, and who agrees with whom."""
        figure = Figure(figsize=(13, 6), dpi=110, layout="constrained")
        left, right = figure.subplots(1, 2)
        for row in self.rows:
            x, y = row.areas["deletion"], row.areas["insertion"]
            left.errorbar(
                x.mean,
                y.mean,
                xerr=[[x.mean - x.low], [x.high - x.mean]],
                yerr=[[y.mean - y.low], [y.high - y.mean]],
                fmt="o",
                markersize=4,
                linewidth=0.5,
                color="#0072B2",
                alpha=0.8,
            )
            left.annotate(row.name, (x.mean, y.mean), xytext=(4, 4), textcoords="offset points")
        left.set_xlabel("Deletion, % (lower is better)")
        left.set_ylabel("Insertion, % (higher is better)")
        left.set_title(f"{self.model}: faithfulness, 95 % intervals", fontsize=10)
        names = [row.name for row in self.rows]
        image = right.imshow(self.agreement, vmin=-1, vmax=1, cmap="PiYG")
        right.set_xticks(range(len(names)), names, rotation=90)
        right.set_yticks(range(len(names)), names)
        right.set_title("Agreement on the order of the regions", fontsize=10)
        figure.colorbar(image, ax=right, shrink=0.7)
        return figure


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _rounded(values: object, digits: int = 4) -> object:
    if isinstance(values, float):
        return round(values, digits) if np.isfinite(values) else None
    if isinstance(values, Mapping):
        return {name: _rounded(each, digits) for name, each in values.items()}
    if isinstance(values, list | tuple):
        return [_rounded(each, digits) for each in values]
    return values
