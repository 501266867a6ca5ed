"""Long work beside the page: reports how far it is, and stops when nobody waits any more."""

from __future__ import annotations

import atexit
import queue
import threading
from collections.abc import Callable, Iterator
from weakref import WeakSet

from recognition import Cancelled

UPDATE_EVERY = 0.2  # seconds; more often would only keep the browser busy
LAST_BATCH = 10  # seconds a job may go on for when the program ends

_WORKING: WeakSet[Background] = WeakSet()


class Background:
    """A job in a thread of its own, to be iterated over while it works.

    Iterating yields whatever the job last reported, at most five times a second. Closing the
    iterator (what Gradio does when the visitor presses Stop or leaves) makes the job's next
    report raise :class:`~recognition.Cancelled`.

    Args:
        job: Gets a function to call with a report.
        stop: Once it is set, the job's next report raises :class:`~recognition.Cancelled`. Several
            jobs, one after the other, can share it.
    """

    def __init__(
        self,
        job: Callable[[Callable[[object], None]], object],
        stop: threading.Event | None = None,
    ) -> None:
        self._job = job
        self._reports: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._stop = stop or threading.Event()
        self._left = threading.Event()  # nobody iterates any more
        self._worker = threading.Thread(target=self._work, daemon=True)
        self._error: BaseException | None = None

    def __iter__(self) -> Iterator[object]:
        """Start the job and yield its reports.

        Raises:
            Exception: Whatever the job raised.
        """
        self._worker.start()
        _WORKING.add(self)
        try:
            while self._worker.is_alive():
                self._worker.join(UPDATE_EVERY)
                latest = self._latest()
                if latest is not None and not self._stop.is_set():
                    yield latest
        finally:
            # Not joined: whoever closes the iterator may be what serves all other visitors.
            self._left.set()
        if self._error is not None:
            raise self._error

    def _work(self) -> None:
        try:
            self._job(self._report)
        except BaseException as error:
            self._error = error

    def _report(self, report: object) -> None:
        if self._stop.is_set() or self._left.is_set():
            raise Cancelled("The work was stopped.")
        self._reports.put(report)

    def _latest(self) -> object | None:
        latest = None
        while not self._reports.empty():
            latest = self._reports.get()
        return latest

    def leave(self) -> None:
        """End the job with its next report, and wait for that."""
        self._left.set()
        self._worker.join(LAST_BATCH)


@atexit.register
def _leave_all() -> None:
    # A thread that is cut off inside a network takes the whole process down with an error.
    for each in list(_WORKING):
        each.leave()
