"""Nothing of a visit stays on the disk: what visitors put in, and what was drawn for them."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import time
from collections.abc import Collection
from pathlib import Path

# Files older than 55 minutes are looked for every 5: nothing is kept for over an hour.
KEEP_FOR, LOOK_EVERY = 3300, 300  # seconds

PREFIX = "facewhy-"


def own_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder for this process, which goes with it; those of killed ones are removed."""
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        owner = left.name.removeprefix(PREFIX).partition("-")[0]
        # In a container every process that serves has the same number.
        if owner.isdecimal() and (int(owner) == os.getpid() or not _lives(int(owner))):
            shutil.rmtree(left, ignore_errors=True)
    return tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-")


def keep_clean(folder: Path) -> None:
    """Remove what grows old in a folder, from now on; what is in it already belongs to the page.

    Gradio's own ``delete_cache`` misses uploads that were broken off.
    """
    keep = {path for path in folder.rglob("*") if path.is_file()}

    def watch() -> None:
        while True:
            time.sleep(LOOK_EVERY)
            sweep(folder, keep, KEEP_FOR)

    threading.Thread(target=watch, daemon=True, name="housekeeping").start()


def sweep(folder: Path, keep: Collection[Path], age: float) -> None:
    """Remove the files below a folder that are older than ``age`` seconds, but for some."""
    oldest = time.time() - age
    for path in folder.rglob("*"):
        try:
            if path.is_file() and path not in keep and path.stat().st_ctime < oldest:
                path.unlink()
        except FileNotFoundError:  # somebody was faster
            continue


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
