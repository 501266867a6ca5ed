"""Which recognisers the page can offer, and what to do about the others."""

from __future__ import annotations

from pathlib import Path

from recognition import MODELS, ModelNotInstalled

OWN_MODELS = Path(__file__).parent.parent / "models"
"""Settings files of one's own models (see docs/own-models.md) in here appear in the menu."""


def choices(own: Path = OWN_MODELS) -> list[tuple[str, str]]:
    """(title, name) of every model that is on this machine, one's own last."""
    installed = [(entry.title, name) for name, entry in MODELS.items() if entry.installed()]
    return installed + [(path.stem, str(path)) for path in sorted(own.glob("*.toml"))]


def missing() -> str:
    """The models that are not there and the command that fetches each, as Markdown."""
    said = []
    for entry in MODELS.values():
        if entry.installed():
            continue
        try:
            entry.find()
        except ModelNotInstalled as error:
            said.append(f"- {error}")
    return "Not on this machine:\n" + "\n".join(said) if said else ""
