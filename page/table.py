"""The explainability table as HTML."""

from __future__ import annotations

from html import escape

import numpy as np

from explain import EXPLAINERS, RegionTable

ORDERS = (("Top to bottom of the face", "anatomical"), ("Most important first", "importance"))


def table_html(table: RegionTable | None, order: str = "anatomical") -> str:
    """The table with its levels as numbers and shades.

    Args:
        table: The table; None when no technique was run.
        order: ``anatomical`` or ``importance``.
    """
    if table is None:
        return '<p class="about">Choose at least one technique for the table.</p>'
    rows = range(len(table.regions))
    if order == "importance":
        rows = sorted(rows, key=lambda row: (table.mean[row], -table.ratio_of_ones[row]))  # type: ignore[assignment]
    head = "".join(
        f'<th scope="col" title="{escape(EXPLAINERS[name].sentence)}">{escape(name.upper())}</th>'
        for name in table.techniques
    )
    body = "".join(_row(table, row) for row in rows)
    return f"""
<div class="regions" id="regions" role="region" aria-label="Table of regions" tabindex="0"><table>
  <caption><b>1 = most important, 5 = least.</b> {escape(_leaders(table))}</caption>
  <thead><tr><th scope="col">Region</th>{head}
    <th scope="col" title="Mean of the levels; lower is more important">Mean ↓</th>
    <th scope="col" title="Share of the techniques that gave level 1">Ratio of 1s ↑</th></tr>
  </thead>
  <tbody>{body}</tbody>
</table></div>"""


def _row(table: RegionTable, row: int) -> str:
    levels = "".join(f'<td class="level l{level}">{level}</td>' for level in table.levels[row])
    top = ' class="top"' if table.mean[row] == np.min(table.mean) else ""
    return (
        f'<tr{top}><th scope="row">{escape(table.regions[row])}</th>{levels}'
        f"<td>{table.mean[row]:.1f}</td><td>{table.ratio_of_ones[row]:.1f}</td></tr>"
    )


def _leaders(table: RegionTable) -> str:
    best = [name for name, mean in zip(table.regions, table.mean, strict=True)
            if mean == np.min(table.mean)]  # fmt: skip
    worst = [name for name, mean in zip(table.regions, table.mean, strict=True)
             if mean == np.max(table.mean)]  # fmt: skip
    if len(best) == len(table.regions):
        return "No region stands out."
    return f"Most important by the mean: {_listed(best)} (★). Least: {_listed(worst)}."


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
