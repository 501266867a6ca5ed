"""Long work: it reports, it fails where it is waited for, and it stops."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from page.background import Background
from recognition import Cancelled


def test_reports_come_while_the_job_works() -> None:
    done = threading.Event()

    def job(report):
        for step in range(4):
            report(step / 4)
            time.sleep(0.15)
        done.set()

    seen = list(Background(job))
    assert seen == sorted(seen) and len(seen) >= 2
    assert done.is_set()


def test_an_error_reaches_whoever_waits() -> None:
    def job(_):
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        list(Background(job))


def test_closing_stops_the_job() -> None:
    stopped = threading.Event()

    def job(report):
        try:
            while True:
                report(0.5)
                time.sleep(0.01)
        except Cancelled:
            stopped.set()
            raise

    waiting = iter(Background(job))
    next(waiting)
    waiting.close()
    assert stopped.wait(5)


def test_stopping_ends_the_iteration() -> None:
    def job(report):
        while True:
            report(0.5)
            time.sleep(0.01)

    stop = threading.Event()
    with pytest.raises(Cancelled):
        for _ in Background(job, stop):
            stop.set()


def test_what_was_stopped_before_it_began_reports_nothing() -> None:
    stop = threading.Event()
    stop.set()
    seen = []
    with pytest.raises(Cancelled):
        for report in Background(lambda report: report(0.5), stop):
            seen.append(report)
    assert not seen


SCRIPT = """
import time
from page.background import Background

def job(report):
    try:
        while True:
            report(0.5)
            time.sleep(0.5)
    finally:
        print("ended")

next(iter(Background(job)))
"""


def test_the_program_does_not_end_in_the_middle_of_a_job() -> None:
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={**os.environ, "PYTHONPATH": root},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "ended\n"), done.stderr[-1000:]
