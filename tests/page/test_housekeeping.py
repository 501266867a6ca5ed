"""What visitors leave on the disk."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from page.housekeeping import own_folder, sweep


def test_old_files_go_and_what_belongs_to_the_page_stays(tmp_path: Path) -> None:
    broken_off, icon = tmp_path / "upload", tmp_path / "deep" / "icon.png"
    icon.parent.mkdir()
    for path in (broken_off, icon):
        path.write_bytes(b"a face")
    sweep(tmp_path, {icon}, age=1000)
    assert broken_off.is_file()
    sweep(tmp_path, {icon}, age=-1)
    assert not broken_off.exists() and icon.is_file()


def test_what_a_killed_process_left_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    killed = subprocess.Popen([sys.executable, "-c", ""])
    killed.wait()
    left = tmp_path / f"facewhy-{killed.pid}-abc"
    of_another = tmp_path / f"facewhy-{os.getppid()}-abc"
    not_ours = tmp_path / "facewhy-notes"
    for folder in (left, of_another, not_ours):
        folder.mkdir()
        (folder / "face.png").write_bytes(b"a face")
    with own_folder() as mine:
        assert Path(mine).is_dir()
        assert not left.exists()
        assert of_another.is_dir() and not_ours.is_dir()
    assert not Path(mine).exists()
