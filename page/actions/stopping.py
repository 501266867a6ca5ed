"""Stopping the work: one run a visitor, ended by Stop or by whatever is started next."""

from __future__ import annotations

import threading

import gradio as gr

_RUNNING: dict[str | None, threading.Event] = {}
"""What stops the work of each visitor at this moment, by the name of the visit."""


def begin(request: gr.Request | None) -> threading.Event:
    """What is set once the run that begins here should stop."""
    run = _RUNNING[_visit(request)] = threading.Event()
    return run


def in_charge(request: gr.Request | None, run: threading.Event) -> bool:
    """Whether that run is still what this visitor waits for."""
    return _RUNNING.get(_visit(request)) is run


def end(request: gr.Request | None, run: threading.Event) -> None:
    """That run is over."""
    if in_charge(request, run):
        del _RUNNING[_visit(request)]


def give_way(request: gr.Request) -> None:
    """Stop what runs for this visitor: the first step of whatever is started next.

    Gradio's own ``cancels`` is no use here: it waits for the old work to end and by then cancels
    what was started in its place.
    """
    run = _RUNNING.pop(_visit(request), None)
    if run is not None:
        run.set()


def stop(request: gr.Request) -> None:
    """Stop what runs for this visitor; the run itself then says so.

    What is said here could be overtaken by the last progress of the run: two events of the page
    have no order among themselves.
    """
    run = _RUNNING.get(_visit(request))
    if run is not None:
        run.set()


def _visit(request: gr.Request | None) -> str | None:
    return request.session_hash if request else None
