"""Before anybody comes."""

from __future__ import annotations

from chat import load_encoder, load_reader
from page.cost import seconds_a_picture
from recognition import load_model


def warm_up() -> None:
    """Load what the first visitor would otherwise wait for."""
    seconds_a_picture(load_model())  # now, while nothing else runs beside it
    load_encoder()
    load_reader()
