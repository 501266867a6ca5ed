"""Nothing is told to anybody: a whole comparison, in a process of its own, opens no connection."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

# Without the switches that app.py sets: the rooms must keep quiet by themselves.
SWITCHES = ("HF_HUB_OFFLINE", "HF_HUB_DISABLE_TELEMETRY", "TRANSFORMERS_OFFLINE", "CI")
SCRIPT = """
import sys
asked = []
def listen(event, arguments):
    if event in ("socket.getaddrinfo", "socket.connect") and not str(arguments).count("AF_UNIX"):
        asked.append((event, str(arguments)))
sys.addaudithook(listen)
from chat import Chat, build_context
from explain import explain, region_table
from recognition import compare
pair = compare(sys.argv[1], sys.argv[2])
result = explain("s0-", pair, grid=4)
chat = Chat(build_context(pair, region_table({"s0-": result})))
assert chat.ask("What is the decision?").answered
assert not asked, asked
print("quiet")
"""


@pytest.mark.slow
def test_a_comparison_opens_no_connection(astronaut: Path, admiral: Path) -> None:
    quiet = {name: value for name, value in os.environ.items() if name not in SWITCHES}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(astronaut), str(admiral)],
        env={**quiet, "PYTHONPATH": str(Path(__file__).parent.parent)},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.stdout.endswith("quiet\n"), done.stderr[-2000:]
