"""The lines about an explainer: what it does and will cost, how far it is, what it did cost."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from explain import EXPLAINERS, Explanation
from page.cost import estimate
from recognition import Comparison, FacewhyError


def about_html(
    name: str, pair: Comparison | None = None, settings: Mapping[str, object] | None = None
) -> str:
    """What an explainer does, where it comes from and what it costs with these settings."""
    entry = EXPLAINERS[name]
    try:
        cost = estimate(name, pair, settings or {})
    except FacewhyError as error:
        cost = str(error)
    return (
        f'<p class="about">{escape(entry.sentence)} '
        f"<small>{escape(entry.citation)} · {escape(cost)}</small></p>"
    )


def progress_html(what: str, share: object, so_far: bool = False) -> str:
    """How far the work is, and whether the maps shown are not finished."""
    percent = round(100 * float(share)) if isinstance(share, float | int) else 0
    return (
        f'<div class="progress"><progress max="100" value="{percent}" aria-label="{escape(what)}">'
        "</progress>"
        f"<span>{escape(what)}: {percent} %{', the maps so far' if so_far else ''}</span></div>"
    )


def ran_html(explanation: Explanation | None) -> str:
    """What an explanation cost and the settings that shaped it."""
    if explanation is None:
        return ""
    settings = ", ".join(f"{name} {value}" for name, value in explanation.params.items())
    passes = f"{explanation.passes:,} passes through the model"
    if explanation.backward_passes:
        passes += f" and {explanation.backward_passes:,} backwards"
    return (
        f'<p class="about"><small>{escape(EXPLAINERS[explanation.name].title)}: {passes}, '
        f"{explanation.seconds:.1f} s, seed {explanation.seed}"
        f"{'; ' + escape(settings) if settings else ''}.</small></p>"
    )
