"""The photographs and the verdict."""

from __future__ import annotations

import traceback

import gradio as gr

from page.actions.update import Update
from page.cost import seconds_a_picture
from page.examples import Drawn
from page.found import draw_found
from page.session import Session
from page.verdict import alert_html, face_labels, verdict_html
from page.words import EMPTY_VERDICT, MODEL_FAILED, NOT_BEGUN
from recognition import FacewhyError, compare, decide, load_model


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
        session, verdict, results, face choices, found faces, maps, legend, table, status, chat.
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
        seconds_a_picture(pair.model)  # now, while the explainers of this pair do not run beside it
    except FacewhyError as error:
        return _no_comparison(alert_html(str(error)))
    except Exception:  # a network of one's own can fail in any way
        traceback.print_exc()
        return _no_comparison(alert_html(MODEL_FAILED))
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
        "",
        [],
    )


def _no_comparison(instead: str) -> tuple[Update, ...]:
    hidden = gr.update(visible=False)
    no_face = gr.update(visible=False, value=None)
    return (None, instead, hidden, no_face, no_face, *[None] * 4, "", "", "", [])


def new_photographs() -> tuple[Update, ...]:
    """A photograph was put in or taken out: what is shown is not of these two any more.

    Returns:
        As :func:`compare_faces`.
    """
    return _no_comparison(EMPTY_VERDICT)


def not_begun() -> tuple[Update, ...]:
    """What is said when the comparison did not even begin; Gradio does not tell why.

    Returns:
        As :func:`compare_faces`.
    """
    return _no_comparison(alert_html(NOT_BEGUN))


def judge_again(session: Session | None, point: str, threshold: float) -> tuple[Update, ...]:
    """The same score at another operating point.

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
