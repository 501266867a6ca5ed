"""Rows measured in an earlier run, put together with new ones."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from explain.benchmark.measures import Cost
from explain.benchmark.report import Report, Row, best_first
from explain.benchmark.summary import Interval
from recognition.errors import BadSetting


def read_report(path: Path) -> Report:
    """A report that :meth:`~explain.benchmark.report.Report.write` wrote as JSON."""
    table = json.loads(path.read_text())
    rows = [
        Row(
            name=row["name"],
            pairs=row["pairs"],
            areas={name: _interval(**figure) for name, figure in row["areas"].items()},
            cost=Cost(**row["cost"]),
            sanity=row["sanity"],
        )
        for row in table["rows"]
    ]
    agreement = np.array(table["agreement"], float)  # null becomes nan
    return Report(
        table["model"], table["threshold"], table["drawn"], table["notes"], rows, agreement
    )


def _interval(**figure: float | None) -> Interval:
    """A figure that nobody could tell, for want of pairs of a kind, is null and becomes nan."""
    return Interval(**{name: np.nan if at is None else at for name, at in figure.items()})


def join(new: Report, old: Report) -> Report:
    """The rows of both; of an explainer that is in both, the one measured on more pairs.

    The pairs are to be drawn with the same seed: fewer are then the first of more.

    Raises:
        BadSetting: They are not of the same recogniser at the same threshold.
    """
    if new.model != old.model or not np.isclose(new.threshold, old.threshold, atol=1e-5):
        raise BadSetting(
            f"The table there is of {old.model} at {old.threshold:.4f}, this one of {new.model} "
            f"at {new.threshold:.4f}: choose another folder with --out, or leave --add out."
        )
    rows = {row.name: row for row in old.rows}
    rows |= {
        row.name: row
        for row in new.rows
        if row.name not in rows or row.pairs >= rows[row.name].pairs
    }
    longer = max((new, old), key=lambda each: max(row.pairs for row in each.rows))
    order = best_first(rows.values())
    agreement = _agreement(new, old, [row.name for row in order])
    return replace(new, drawn=longer.drawn, rows=order, agreement=agreement)


def _agreement(new: Report, old: Report, order: Sequence[str]) -> npt.NDArray[np.float64]:
    """Each two as compared on more pairs; as in the new report where that is as many."""
    table = np.full((len(order), len(order)), np.nan)
    compared = np.zeros(table.shape)  # on how many pairs
    for report in (old, new):
        at = [order.index(row.name) for row in report.rows]
        pairs, here = [row.pairs for row in report.rows], np.ix_(at, at)
        on = np.where(np.isnan(report.agreement), 0, np.minimum.outer(pairs, pairs))
        table[here] = np.where(on >= compared[here], report.agreement, table[here])
        compared[here] = np.maximum(on, compared[here])
    return table
