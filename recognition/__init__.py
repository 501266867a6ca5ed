"""Pixels to a decision: read, detect, align, embed, compare, calibrate."""

from recognition.aligned import pair_from_aligned
from recognition.calibration import DEFAULT_OPERATING_POINT, OPERATING_POINTS
from recognition.compare import compare, compare_faces, decide, find_face
from recognition.detect import DETECTORS
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
from recognition.evidence import Evidence, combine, verbal
from recognition.model import FaceModel
from recognition.registry import DEFAULT_MODEL, MODELS, load_model
from recognition.types import Comparison, Face, OperatingPoint, Source

__all__ = [
    "DEFAULT_MODEL",
    "DEFAULT_OPERATING_POINT",
    "DETECTORS",
    "MODELS",
    "OPERATING_POINTS",
    "BadSetting",
    "Cancelled",
    "Comparison",
    "Evidence",
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
    "combine",
    "compare",
    "compare_faces",
    "decide",
    "find_face",
    "load_model",
    "pair_from_aligned",
    "verbal",
]
