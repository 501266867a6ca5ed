"""The maps and the table: which explainer, its run, and how the results are shown."""

from __future__ import annotations

import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping
from typing import Any

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
from page.words import FAILED, STOPPED
from recognition import Cancelled, FacewhyError

Progress = Callable[[float], None]
Job = Callable[[Progress, Callable[[Maps], None]], object]
Draw = Callable[[Maps], tuple[Update, Update]]

REDRAW_EVERY = 1.0  # seconds between pictures of maps that are not finished


def reckon(session: Session | None, name: str, settings: Mapping[str, object]) -> str:
    """What the explainer costs with the settings as they stand now."""
    return about_html(name, session.pair if session else None, settings)


def choose_explainer(session: Session | None, name: str) -> tuple[str, dict[str, object]]:
    """Another explainer, with its own settings at their defaults."""
    return about_html(name, session.pair if session else None), {}


def forget_map(session: Session | None, name: str) -> None:
    """Make the next explanation by that explainer a new one."""
    if session is not None:
        session.forget(name)


def explain_pair(
    session: Session | None,
    ticket: int,
    settings: Mapping[str, Any],
    name: str,
    view: str,
    techniques: list[str],
    scheme: str,
    order: str,
    request: gr.Request | None = None,
) -> Iterator[tuple[Update, ...]]:
    """The chosen explainer's maps first, then what the table still lacks.

    :mod:`~page.actions.stopping` ends the work, and so does closing this generator (a visitor who
    leaves). What is finished by then is kept.

    Yields:
        status, map of the first and of the second photograph, legend, table.
    """
    run = stopping.begin(request, ticket) if session else None
    if session is None or run is None:
        return
    keep, pair, failed = gr.skip(), session.pair, ""
    try:
        if name not in session.explanations:
            yield progress_html(EXPLAINERS[name].title, 0), None, None, "", keep
            failed = yield from _carry_out(
                EXPLAINERS[name].title,
                lambda progress, preview: session.keep(
                    explain(name, pair, progress=progress, preview=preview, **settings)
                ),
                run,
                draw=lambda maps: map_pictures(pair, maps, view, scheme),
            )
        yield failed, *show_maps(session, name, view, scheme), keep
        made = session.explanations
        missing = [each for each in techniques if each not in made]
        possible, refused = _sorted_out(missing, session)
        failed += refused
        if possible:
            failed += yield from _carry_out(
                "Table of regions",
                lambda progress, _: explain_many(
                    possible, pair, progress=progress, finished=session.keep
                ),
                run,
                above=failed,
            )
    except Cancelled:
        # Whoever gave way to something new sees that next; only Stop has to be answered.
        said = STOPPED if stopping.in_charge(request, run) else ""
        # A map that is not finished is no result.
        shown = (keep, keep, keep) if name in session.explanations else (None, None, "")
        yield said, *shown, keep
        return
    finally:
        stopping.end(request, run)
    summary = failed + ran_html(session.explanations.get(name))
    yield summary, keep, keep, keep, _table(session, techniques, scheme, order)


def _sorted_out(names: list[str], session: Session) -> tuple[list[str], str]:
    """Those techniques that work with this model, and as HTML why the others do not."""
    possible, refused = [], ""
    for name in names:
        try:
            EXPLAINERS[name].check(session.pair.model)
            possible.append(name)
        except FacewhyError as error:
            refused += alert_html(f"Not in the table: {EXPLAINERS[name].title}. {error}")
    return possible, refused


def _carry_out(
    what: str,
    job: Job,
    run: threading.Event,
    above: str = "",
    draw: Draw | None = None,
) -> Generator[tuple[Update, ...], None, str]:
    """Do a job beside the page, yielding its progress as :func:`explain_pair` does.

    Args:
        what: Its title.
        job: Given whom to tell the done share and whom to show maps that are not finished; what
            it makes it keeps itself.
        run: Set to stop it.
        above: What stands above the progress.
        draw: Makes both pictures of such maps.

    Returns:
        What went wrong, as HTML; nothing when all went well.

    Raises:
        Cancelled: It was stopped.
    """
    try:
        yield from _with_progress(what, job, run, above, draw)
    except Cancelled:
        raise
    except FacewhyError as error:
        return alert_html(str(error))
    except Exception:  # a network of one's own can fail in any way; the page must go on
        traceback.print_exc()
        return alert_html(FAILED.format(what=what))
    return ""


def _with_progress(
    what: str, job: Job, run: threading.Event, above: str, draw: Draw | None
) -> Iterator[tuple[Update, ...]]:
    """The progress of :func:`_carry_out`.

    Maps are drawn at most once a second, as drawing takes time from the work itself.
    """
    keep = gr.skip()
    so_far: deque[Maps] = deque(maxlen=1)
    drawn, last = None, -REDRAW_EVERY
    for share in Background(lambda report: job(report, so_far.append), run):
        pictures, now = (keep, keep), time.monotonic()
        if draw and so_far and so_far[0] is not drawn and now - last >= REDRAW_EVERY:
            drawn, last = so_far[0], now
            pictures = draw(drawn)
        yield above + progress_html(what, share, drawn is not None), *pictures, keep, keep


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
        map of the first and of the second photograph, legend, table. What is not there yet stays
        as it is: a run may be at it.
    """
    if session is None:
        return tuple(gr.skip() for _ in range(4))
    there = name in session.explanations
    shown = show_maps(session, name, view, scheme) if there else (gr.skip(),) * 3
    return *shown, _table(session, techniques, scheme, order) or gr.skip()


def show_maps(session: Session, name: str, view: str, scheme: str) -> tuple[Update, Update, Update]:
    """Both maps and their legend; empty while that explainer has not run."""
    explanation = session.explanations.get(name)
    if explanation is None:
        return None, None, ""
    below = legend_html(explanation) + replaced_html(explanation)
    pictures = map_pictures(session.pair, explanation.maps, view, scheme)
    return (*pictures, below)


def _table(session: Session, techniques: list[str], scheme: str, order: str) -> str:
    """The table as HTML; empty while none of the techniques has run."""
    if not techniques:
        return table_html(None)
    table = session.table(techniques, scheme)
    return table_html(table, order) if table else ""
