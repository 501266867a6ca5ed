"""Files of insightface's model packs, where they are installed."""

from __future__ import annotations

from pathlib import Path

from recognition.errors import ModelNotInstalled

LICENCE = "non-commercial research (insightface)"


def file_in_pack(pack: str, name: str) -> Path:
    """A file of a pack below ``~/.insightface/models``.

    Raises:
        ModelNotInstalled: The pack is not there; the message says how to fetch it.
    """
    folder = Path.home() / ".insightface" / "models" / pack
    # The archive of antelopev2 holds its folder once more.
    for path in (folder / name, folder / pack / name):
        if path.is_file():
            return path
    raise ModelNotInstalled(
        f"insightface's pack {pack} is not installed; "
        f"fetch it with: insightface-cli model.download {pack}"
    )
