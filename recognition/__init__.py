"""Pixels to a decision: read, detect, align, embed, compare, calibrate."""

from recognition.calibration import DEFAULT_OPERATING_POINT, OPERATING_POINTS
from recognition.compare import compare, compare_faces, decide, find_face, pair_from_aligned
from recognition.errors import (
    BadSetting,
    Cancelled,
    FacewhyError,
    ModelNotInstalled,
    NeedsGradients,
    NoFaceFound,
    NoSuchFace,
    NotAPicture,
    PictureTooLarge,
    PictureTooSmall,
    UnknownName,
)
from recognition.model import FaceModel
from recognition.registry import DEFAULT_MODEL, MODELS, load_model
from recognition.types import Comparison, Face, OperatingPoint, Source

__all__ = [
    "DEFAULT_MODEL",
    "DEFAULT_OPERATING_POINT",
    "MODELS",
    "OPERATING_POINTS",
    "BadSetting",
    "Cancelled",
    "Comparison",
    "Face",
    "FaceModel",
    "FacewhyError",
    "ModelNotInstalled",
    "NeedsGradients",
    "NoFaceFound",
    "NoSuchFace",
    "NotAPicture",
    "OperatingPoint",
    "PictureTooLarge",
    "PictureTooSmall",
    "Source",
    "UnknownName",
    "compare",
    "compare_faces",
    "decide",
    "find_face",
    "load_model",
    "pair_from_aligned",
]
