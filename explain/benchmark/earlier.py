"""Rows measured in an earlier run, put together with new ones."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np

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
            areas={name: Interval(**figure) for name, figure in row["areas"].items()},
            cost=Cost(**row["cost"]),
            sanity=row["sanity"],
        )
        for row in table["rows"]
    ]
    agreement = np.array(table["agreement"], float)  # null becomes nan
    return Report(
        table["model"], table["threshold"], table["drawn"], table["notes"], rows, agreement
    )


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
    agreement = np.full((len(order), len(order)), np.nan)
    for report in (old, new):
        place = {row.name: at for at, row in enumerate(report.rows)}
        for i, one in enumerate(order):
            for j, other in enumerate(order):
                if one.name in place and other.name in place:
                    agreement[i, j] = report.agreement[place[one.name], place[other.name]]
    return replace(new, drawn=longer.drawn, rows=order, agreement=agreement)
