"""The maps and the table: which explainer, its run, and how the results are shown."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping
from typing import Any, TypeVar

import gradio as gr

from explain import EXPLAINERS, Maps, explain, explain_many
from page.actions import stopping
from page.actions.update import Update
from page.background import Background
from page.maps import legend_html, map_pictures
from page.replaced import replaced_html
from page.session import Session
from page.status import about_html, progress_html, ran_html
from page.table import table_html
from page.verdict import alert_html
from page.words import STOPPED
from recognition import Cancelled, FacewhyError

T = TypeVar("T")

REDRAW_EVERY = 1.0  # seconds between pictures of maps that are not finished


def reckon(session: Session | None, name: str, settings: Mapping[str, object]) -> str:
    """What the explainer costs with the settings as they stand now."""
    return about_html(name, session.pair if session else None, settings)


def choose_explainer(session: Session | None, name: str) -> tuple[str, dict[str, object]]:
    """Another explainer, with its own settings at their defaults."""
    return about_html(name, session.pair if session else None), {}


def forget_map(session: Session | None, name: str) -> Session | None:
    """Make the next explanation by that explainer a new one."""
    return session.without(name) if session else None


def explain_pair(
    session: Session | None,
    settings: Mapping[str, Any],
    name: str,
    view: str,
    techniques: list[str],
    scheme: str,
    order: str,
    request: gr.Request | None = None,
) -> Iterator[tuple[Update, ...]]:
    """The chosen explainer's maps first, then what the table still lacks.

    ``stopping`` ends the work, and so does closing this generator (a visitor who leaves).

    Yields:
        session, status, map of the first and of the second photograph, legend, table.
    """
    if session is None:
        return
    keep = gr.skip()
    run = stopping.begin(request)
    session, pair, failed = session.with_regions(scheme), session.pair, ""
    masks = session.masks[scheme]
    try:
        if name not in session.explanations:
            try:
                mine = yield from _with_progress(
                    EXPLAINERS[name].title,
                    lambda progress, preview: explain(
                        name, pair, progress=progress, preview=preview, **settings
                    ),
                    run,
                    draw=lambda maps: map_pictures(pair, maps, view, masks),
                )
                session = session.explained(mine)
            except Cancelled:
                raise
            except FacewhyError as error:
                failed = alert_html(str(error))
        yield session, failed, *show_maps(session, name, view, scheme), keep
        missing = [each for each in techniques if each not in session.explanations]
        if missing:
            try:
                rest = yield from _with_progress(
                    "Table of regions",
                    lambda progress, _: explain_many(missing, pair, progress=progress),
                    run,
                    failed,
                )
                session = session.explained(*rest.values())
            except Cancelled:
                raise
            except FacewhyError as error:
                failed += alert_html(str(error))
    except Cancelled:
        # Whoever gave way to something new sees that next; only Stop has to be answered.
        said = STOPPED if stopping.in_charge(request, run) else ""
        # A map that is not finished is no result.
        shown = (keep, keep, keep) if name in session.explanations else (None, None, "")
        yield keep, said, *shown, keep
        return
    finally:
        stopping.end(request, run)
    session = session.tabled(techniques, scheme)
    summary = failed or ran_html(session.explanations.get(name))
    yield session, summary, keep, keep, keep, table_html(session.table, order)


def _with_progress(
    what: str,
    job: Callable[[Callable[[float], None], Callable[[Maps], None]], T],
    run: threading.Event,
    above: str = "",
    draw: Callable[[Maps], tuple[Update, Update]] | None = None,
) -> Generator[tuple[Update, ...], None, T]:
    """Do a job beside the page, yielding its progress as :func:`explain_pair` does.

    Args:
        what: Its title.
        job: Given whom to tell the done share and whom to show maps that are not finished.
        run: Set to stop it.
        above: What stands above the progress.
        draw: Makes both pictures of such maps; shown at most once a second, as drawing takes time
            from the work itself.
    """
    keep = gr.skip()
    so_far: deque[Maps] = deque(maxlen=1)
    work = Background(lambda report: job(report, so_far.append), run)
    drawn, last = None, -REDRAW_EVERY
    for share in work:
        pictures, now = (keep, keep), time.monotonic()
        if draw and so_far and so_far[0] is not drawn and now - last >= REDRAW_EVERY:
            drawn, last = so_far[0], now
            pictures = draw(drawn)
        yield keep, above + progress_html(what, share, drawn is not None), *pictures, keep, keep
    return work.result


def show_again(
    session: Session | None,
    name: str,
    view: str,
    techniques: list[str],
    scheme: str,
    order: str,
) -> tuple[Update, ...]:
    """The same explanations shown another way; nothing is computed anew.

    Returns:
        As :func:`explain_pair` yields.
    """
    if session is None:
        return tuple(gr.skip() for _ in range(6))
    session = session.with_regions(scheme).tabled(techniques, scheme)
    summary = ran_html(session.explanations.get(name))
    return (
        session,
        summary,
        *show_maps(session, name, view, scheme),
        table_html(session.table, order),
    )


def show_maps(session: Session, name: str, view: str, scheme: str) -> tuple[Update, Update, Update]:
    """Both maps and their legend; empty while that explainer has not run."""
    explanation = session.explanations.get(name)
    if explanation is None:
        return None, None, ""
    below = legend_html(explanation) + replaced_html(explanation)
    pictures = map_pictures(explanation.pair, explanation.maps, view, session.masks[scheme])
    return (*pictures, below)
