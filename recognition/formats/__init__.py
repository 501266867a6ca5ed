"""Networks from files: ONNX, TorchScript, OpenVINO IR."""

from recognition.formats.backend import Backend, changed, open_weights, sha256_of
from recognition.formats.normalise import Normalise

__all__ = ["Backend", "Normalise", "changed", "open_weights", "sha256_of"]
