"""The README's tables say what the registries say, and its commands exist."""

import re
from pathlib import Path

from benchmarks.readme_tables import README, written

ROOT = Path(README).parent


def test_the_tables_are_those_of_the_registries() -> None:
    text = README.read_text("utf-8")
    assert written(text) == text, "run: python -m benchmarks.readme_tables"


def test_every_command_and_file_named_in_the_readme_exists() -> None:
    text = README.read_text("utf-8")
    for module in re.findall(r"python -m ([a-z_.]+)", text):
        place = ROOT.joinpath(*module.split("."))
        assert place.with_suffix(".py").is_file() or (place / "__main__.py").is_file(), module
    for target in re.findall(r"make ([a-z]+) ", text):
        assert f"{target}:" in (ROOT / "Makefile").read_text("utf-8"), target
    for link in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (ROOT / link).exists(), link
