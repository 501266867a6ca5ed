"""Stopping the work: one run a visitor, ended by Stop or by whatever is started next.

Whatever is started takes a ticket first. The browser hands it to the run, which may have to wait
for other visitors' runs before it begins: a ticket that is not the visitor's last one by then says
that something newer is under way. Gradio's own ``cancels`` is no use here: it waits for the old
work to end and by then cancels what was started in its place.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

import gradio as gr


@dataclass
class _Visit:
    ticket: int = 0
    stopped: int = -1  # the ticket that Stop was pressed on
    run: threading.Event | None = None


_VISITS: dict[str | None, _Visit] = {}


def give_way(request: gr.Request) -> int:
    """Stop what runs for this visitor: the first step of whatever is started next.

    Returns:
        Its ticket.
    """
    visit = _visit(request)
    visit.ticket += 1
    _halt(visit)
    visit.run = None
    return visit.ticket


def stop(request: gr.Request) -> None:
    """Stop what runs for this visitor, or waits to; the run itself then says so.

    What is said here could be overtaken by the last progress of the run: two events of the page
    have no order among themselves.
    """
    visit = _visit(request)
    visit.stopped = visit.ticket
    _halt(visit)


def leave(request: gr.Request) -> None:
    """The visitor has gone."""
    _halt(_VISITS.pop(_name(request), _Visit()))


def begin(request: gr.Request | None, ticket: int) -> threading.Event | None:
    """What is set once the run that begins here should stop; None when it is too late for it."""
    visit = _visit(request)
    if ticket < visit.ticket:
        return None
    visit.run = threading.Event()
    if visit.stopped == ticket:
        visit.run.set()
    return visit.run


def in_charge(request: gr.Request | None, run: threading.Event) -> bool:
    """Whether that run is still what this visitor waits for."""
    visit = _VISITS.get(_name(request))  # who has left is not to be remembered again
    return visit is not None and visit.run is run


def end(request: gr.Request | None, run: threading.Event) -> None:
    """That run is over."""
    if in_charge(request, run):
        _visit(request).run = None


def _visit(request: gr.Request | None) -> _Visit:
    return _VISITS.setdefault(_name(request), _Visit())


def _name(request: gr.Request | None) -> str | None:
    return request.session_hash if request else None


def _halt(visit: _Visit) -> None:
    if visit.run is not None:
        visit.run.set()
