"""What happens on a click: each function is one event of the page, in the order of ``app.py``."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping
from html import escape
from typing import Any, TypeVar

import gradio as gr

from chat import Audience, Chat, load_encoder, load_reader
from explain import EXPLAINERS, Explanation, Maps, explain, explain_many
from page.background import Background
from page.chat import reply
from page.cost import estimate, seconds_a_picture
from page.examples import Drawn
from page.found import draw_found
from page.maps import legend_html, map_pictures
from page.replaced import replaced_html
from page.session import Session
from page.table import table_html
from page.verdict import alert_html, face_labels, verdict_html
from page.words import EMPTY_VERDICT, NO_CHAT, STOPPED
from recognition import Cancelled, Comparison, FacewhyError, compare, decide, load_model
from recognition.errors import BadSetting

T = TypeVar("T")
Update = Any  # what Gradio takes for a component: its value, or gr.update(...)

REDRAW_EVERY = 1.0  # seconds between pictures of maps that are not finished

_RUNNING: dict[str | None, threading.Event] = {}
"""What stops the work of each visitor at this moment, by the name of the visit."""


# -- the photographs and the verdict ------------------------------------------------------------


def example(drawn: Drawn) -> tuple[str, str]:
    """The two photographs of an example."""
    gr.Info(drawn.example.lesson, duration=8)
    return str(drawn.probe), str(drawn.gallery)


def compare_photos(
    path_a: str | None,
    path_b: str | None,
    model: str,
    point: str,
    threshold: float,
) -> tuple[Update, ...]:
    """Compare two photographs anew, each by its largest central face."""
    return compare_faces(path_a, path_b, model, point, threshold, None, None)


def compare_faces(
    path_a: str | None,
    path_b: str | None,
    model: str,
    point: str,
    threshold: float,
    face_a: int | None,
    face_b: int | None,
) -> tuple[Update, ...]:
    """Compare two photographs by the faces the visitor chose.

    Returns:
        session, verdict, results, face choices, found faces, maps, legend, table, chat.
    """
    try:
        if path_a is None or path_b is None:
            which = "both photographs" if path_a is path_b else "the other photograph"
            raise FacewhyError(f"Add {which} first: upload one, take one, or click an example.")
        pair = compare(
            path_a,
            path_b,
            model=load_model(model),
            operating_point="eer" if point == "custom" else point,
            threshold=threshold if point == "custom" else None,
            face_a=face_a,
            face_b=face_b,
        )
    except FacewhyError as error:
        return _no_comparison(str(error))
    session = Session(pair)
    choices = [
        gr.update(choices=face_labels(face), value=face.index, visible=len(face.boxes) > 1)
        for face in (pair.a, pair.b)
    ]
    return (
        session,
        verdict_html(pair),
        gr.update(visible=True),
        *choices,
        draw_found(pair.a),
        draw_found(pair.b),
        None,
        None,
        "",
        "",
        [],
    )


def _no_comparison(reason: str) -> tuple[Update, ...]:
    hidden = gr.update(visible=False)
    return (None, alert_html(reason), hidden, hidden, hidden, *[None] * 4, "", "", [])


def unreadable() -> tuple[Update, ...]:
    """What is said of a file that has the name of a picture and is none.

    Returns:
        As :func:`compare_faces`.
    """
    return _no_comparison(
        "One of the two files cannot be read as a picture; use a JPEG, PNG, WebP, TIFF or BMP."
    )


def judge_again(session: Session | None, point: str, threshold: float) -> tuple[Update, ...]:
    """The same score at another operating point; nothing is computed anew.

    Returns:
        session, verdict, threshold slider.
    """
    slider = gr.update(visible=point == "custom")
    if session is None:
        return None, EMPTY_VERDICT, slider
    custom = point == "custom"
    pair = decide(
        session.pair,
        **({"threshold": threshold} if custom else {"operating_point": point}),
    )
    return session.judged(pair), verdict_html(pair), slider


def choose_point(session: Session | None, point: str, threshold: float) -> tuple[Update, ...]:
    """Another operating point; a threshold of one's own begins where the last one was.

    Returns:
        As :func:`judge_again`.
    """
    if session is None or point != "custom":
        return judge_again(session, point, threshold)
    threshold = round(session.pair.threshold, 3)
    session, verdict, _ = judge_again(session, point, threshold)
    return session, verdict, gr.update(visible=True, value=threshold)


# -- the maps and the table ---------------------------------------------------------------------


def about(
    name: str, pair: Comparison | None = None, settings: Mapping[str, object] | None = None
) -> str:
    """What an explainer does, where it comes from and what it costs with these settings."""
    entry = EXPLAINERS[name]
    try:
        cost = estimate(name, pair, settings or {})
    except BadSetting as error:
        cost = str(error)
    return (
        f'<p class="about">{escape(entry.sentence)} '
        f"<small>{escape(entry.citation)} · {escape(cost)}</small></p>"
    )


def reckon(session: Session | None, name: str, settings: Mapping[str, object]) -> str:
    """What the explainer costs with the settings as they stand now."""
    return about(name, session.pair if session else None, settings)


def choose_explainer(session: Session | None, name: str) -> tuple[str, dict[str, object]]:
    """Another explainer, with its own settings at their defaults."""
    return about(name, session.pair if session else None), {}


def forget_map(session: Session | None, name: str) -> Session | None:
    """Make the next explanation by that explainer a new one."""
    return session.without(name) if session else None


def give_way(request: gr.Request) -> None:
    """Stop what runs for this visitor: the first step of whatever is started next.

    Gradio's own ``cancels`` is no use here: it waits for the old work to end and by then cancels
    what was started in its place.
    """
    run = _RUNNING.pop(request.session_hash, None)
    if run is not None:
        run.set()


def stop(request: gr.Request) -> None:
    """Stop what runs for this visitor; the run itself then says so.

    What is said here could be overtaken by the last progress of the run: two events of the page
    have no order among themselves.
    """
    run = _RUNNING.get(request.session_hash)
    if run is not None:
        run.set()


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

    :func:`stop` and :func:`give_way` end the work, and so does closing this generator (a visitor
    who leaves).

    Yields:
        session, status, map of the first and of the second photograph, legend, table.
    """
    if session is None:
        return
    keep = gr.skip()
    visitor = request.session_hash if request else None
    run = _RUNNING[visitor] = threading.Event()
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
        said = STOPPED if _RUNNING.get(visitor) is run else ""
        # A map that is not finished is no result.
        shown = (keep, keep, keep) if name in session.explanations else (None, None, "")
        yield keep, said, *shown, keep
        return
    finally:
        if _RUNNING.get(visitor) is run:
            del _RUNNING[visitor]
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


def progress_html(what: str, share: object, so_far: bool = False) -> str:
    """How far the work is, and whether the maps shown are not finished."""
    percent = round(100 * float(share)) if isinstance(share, float | int) else 0
    return (
        f'<div class="progress" role="status"><progress max="100" value="{percent}"></progress>'
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


# -- the chat -----------------------------------------------------------------------------------


def make_chat(session: Session | None, audience: Audience) -> Chat | None:
    """A chat about the comparison, and about its maps and table as far as they are there."""
    return session.chat(audience) if session else None


def ask(
    chat: Chat | None, question: str, history: list[dict[str, Any]]
) -> tuple[str, list[dict[str, Any]]]:
    """Answer a question about the comparison.

    Returns:
        The emptied question field, and the conversation.
    """
    if not question.strip():
        return "", history
    return "", [
        *history,
        {"role": "user", "content": question},
        {"role": "assistant", "content": reply(chat, question) if chat else NO_CHAT},
    ]


# -- before anybody comes ------------------------------------------------------------------------


def warm_up() -> None:
    """Load what the first visitor would otherwise wait for."""
    seconds_a_picture(load_model().name)  # now, while nothing else runs beside it
    load_encoder()
    load_reader()
