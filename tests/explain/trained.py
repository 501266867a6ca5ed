"""Small networks trained for nothing, where an explainer asks for one that was trained."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import torch

from explain.decoder import DECODER, Decoder
from explain.trained import save
from explain.xcos import XCOS, XCos
from recognition import FaceModel


def with_trained(model: FaceModel, folder: Path, channels: int = 24) -> FaceModel:
    """The model as one of the user's own, a decoder and an xCos module beside its settings.

    Their weights are random: enough where only the contract is tested.
    """
    torch.manual_seed(0)
    own = replace(model, calibration_file=str(folder / f"{model.name}.calibration.json"))
    decoder = Decoder(channels, layers=2, width=16, smallest=8)
    save(DECODER.place(own), decoder, own, decoder.settings)
    module = XCos(channels, (12, 12), depth=8, smallest=8)
    save(XCOS.place(own), module, own, module.settings)
    return own
