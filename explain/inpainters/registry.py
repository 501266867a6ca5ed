"""The one list of inpainters."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from explain.inpainters import learned, repaint, telea
from explain.inpainters.base import Inpainter
from recognition.errors import UnknownName

INPAINTERS: Mapping[str, Inpainter] = MappingProxyType(
    {entry.name: entry for entry in (learned.INPAINTER, telea.INPAINTER, repaint.INPAINTER)}
)
"""Every inpainter by its short name, the one to begin with first."""


def find_inpainter(name: str) -> Inpainter:
    """The inpainter of that name.

    Raises:
        UnknownName: When there is none.
    """
    if name not in INPAINTERS:
        raise UnknownName(f"There is no inpainter {name!r}; there are {', '.join(INPAINTERS)}.")
    return INPAINTERS[name]
