"""What the registry knows of a model before it is loaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from recognition.errors import ModelNotInstalled
from recognition.model import FaceModel


@dataclass(frozen=True)
class ModelEntry:
    """A model that may or may not be on this machine.

    Attributes:
        name: The name to load it by.
        title: Its name for people.
        licence: Of the weights.
        load: Reads the weights; raises ModelNotInstalled with the command that fetches them.
        find: Where the weights are; raises the same.
    """

    name: str
    title: str
    licence: str
    load: Callable[[], FaceModel]
    find: Callable[[], Path]

    def installed(self) -> bool:
        """Whether the weights are on this machine."""
        try:
            self.find()
        except ModelNotInstalled:
            return False
        return True
