"""How long a visitor waits: start, verdict, maps, table, answer.

    python -m benchmarks.page_speed

Warm figures are medians of several runs on this machine; run it on an otherwise idle one.
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from explain import DEFAULT_EXPLAINER, TABLE_TECHNIQUES
from page import actions, examples
from page.session import Session
from recognition import DEFAULT_MODEL, DEFAULT_OPERATING_POINT, load_model

REPEATS = 5
SIDE = 1000  # pixels of the photographs compared


def median_seconds(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Median wall time of some work, after one run that is not counted."""
    work()
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def start_seconds() -> float:
    """From starting ``app.py`` to its first answer over HTTP."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    began = time.perf_counter()
    server = subprocess.Popen(
        [sys.executable, "app.py"],
        env={**os.environ, "GRADIO_SERVER_PORT": str(port)},
        stdout=subprocess.DEVNULL,
    )
    try:
        while server.poll() is None:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).read()
                return time.perf_counter() - began
            except OSError:
                time.sleep(0.05)
        raise SystemExit("app.py ended before it answered")
    finally:
        server.terminate()
        server.wait()


def photographs(folder: Path) -> tuple[str, str]:
    """Two photographs of two people, 1000 pixels on a side."""
    paths: list[str] = []
    for face in examples.people(load_model()):
        path = folder / f"{len(paths)}.jpg"
        Image.fromarray(face.photo).resize((SIDE, SIDE)).save(path, quality=92)
        paths.append(str(path))
    return paths[0], paths[1]


def main() -> None:
    """Print the table."""
    rows = [("start to first page, packages installed", start_seconds())]
    with tempfile.TemporaryDirectory() as folder:
        a, b = photographs(Path(folder))
        inputs = (a, b, DEFAULT_MODEL, DEFAULT_OPERATING_POINT, 0.9)
        session: Session = actions.compare_photos(*inputs)[0]
        rows.append(
            (f"verdict for two {SIDE}-pixel photographs",
             median_seconds(lambda: actions.compare_photos(*inputs)))
        )  # fmt: skip

        def explain(name: str, techniques: list[str]) -> Session:
            fresh = Session(session.pair)
            shown_as = ("aligned", techniques, "p2w", "anatomical")
            for _ in actions.explain_pair(fresh, 0, {}, name, *shown_as):
                pass
            return fresh

        default = DEFAULT_EXPLAINER
        rows.append((f"maps of {default}", median_seconds(lambda: explain(default, []), 3)))
        five = list(TABLE_TECHNIQUES)
        rows.append(("maps and table of five techniques",
                     median_seconds(lambda: explain(five[0], five), 3)))  # fmt: skip
        chat = explain(five[0], five).chat("plain", five, "p2w")
        rows.append(("an answer", median_seconds(lambda: chat.ask("What about the nose?"))))
    print("| what | seconds |\n|---|---|")
    for what, seconds in rows:
        print(f"| {what} | {seconds:.2f} |")


if __name__ == "__main__":
    main()
