"""Random comparisons and tables that look like real ones, without any picture or model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explain import EXPLAINERS, SCHEMES, TABLE_TECHNIQUES, RegionTable
from recognition import FaceModel
from recognition.types import Comparison, Face, OperatingPoint, Source

PALETTES = (("green", "pink"), ("blue", "orange"), ("green", "red"), ("purple", "orange"))

_MODELS = (
    ("dlib-resnet29", "dlib ResNet-29", "CC0", (150, 150)),
    ("arcface-r100", "ArcFace ResNet-100", "non-commercial research only", (112, 112)),
    ("facenet-vggface2", "FaceNet (VGGFace2)", "MIT", (160, 160)),
    ("reid-0095", "face-reidentification-retail-0095", "Apache-2.0", (128, 128)),
    ("adaface-ir50", "AdaFace IR-50", "MIT", (112, 112)),
)
_DETECTORS = ("MTCNN", "SCRFD", "RetinaFace")
_WARNINGS = (
    "The face is blurred.",
    "The face is dark.",
    "The face is overexposed.",
    "The face is turned to the side; the model is less reliable there.",
    "The face is small (48 pixels wide); details are missing.",
    "The detector is not sure that this is a whole face.",
    "There are 3 faces here; the largest central one was compared. "
    "Choose another if that is the wrong one.",
)
_FILES = ("anna", "DSC_0412", "passport", "img_20240131", "person-b", "camera3", "group", "scan")
_SOURCES = ("LFW view 1", "LFW view 2", "our own 4,000 pairs", "an in-house test set")


@dataclass(frozen=True, eq=False)
class Case:
    """A comparison with its table, all made up.

    Attributes:
        pair: The comparison; its pictures are blank.
        table: Its region table.
        palette: Names of the map's two colours.
    """

    pair: Comparison
    table: RegionTable
    palette: tuple[str, str]


def random_case(rng: np.random.Generator) -> Case:
    """Draw one case."""
    return Case(random_pair(rng), random_table(rng), PALETTES[rng.integers(len(PALETTES))])


def random_pair(rng: np.random.Generator) -> Comparison:
    """Draw a comparison: any model, score, calibration and picture quality."""
    name, title, licence, size = _MODELS[rng.integers(len(_MODELS))]
    model = FaceModel(name, size, lambda batch: batch[:, 0, 0], title=title, licence=licence)
    threshold = float(rng.uniform(0.2, 0.93))
    score = float(np.clip(threshold + rng.normal(0, 0.08), -0.2, 0.999))
    source = _SOURCES[rng.integers(len(_SOURCES))]
    fmr = float(10.0 ** -rng.integers(2, 5))
    points = (
        OperatingPoint("eer", threshold, 0.013, 0.013, source),
        OperatingPoint(f"fmr-1e{np.log10(fmr):.0f}", threshold, fmr, rng.uniform(0, 0.2), source),
        OperatingPoint("custom", threshold),
    )
    detector = _DETECTORS[rng.integers(len(_DETECTORS))]
    pair = Comparison(
        a=_face(rng, detector, size),
        b=_face(rng, detector, size),
        model=model,
        score=score,
        operating_point=points[rng.integers(len(points))],
        mirror=bool(rng.random() < 0.5),
    )
    if rng.random() < 0.15:
        return pair
    cap = 3.5
    log10_lr = float(np.clip((score - threshold) * 30 + rng.normal(0, 0.2), -cap, cap))
    calibrated = {
        "pic": 1 / (1 + 10**-log10_lr),
        "log10_lr": log10_lr,
        "lr_cap": cap,
        "calibration": source,
    }
    return Comparison(**{**vars(pair), **calibrated})


def random_table(rng: np.random.Generator) -> RegionTable:
    """Draw a table: regions differ in importance, techniques agree more or less."""
    scheme = "ifv" if rng.random() < 0.2 else "p2w"
    regions = tuple(SCHEMES[scheme])
    techniques: tuple[str, ...] = TABLE_TECHNIQUES
    if rng.random() < 0.3:
        chosen = rng.choice(sorted(EXPLAINERS), size=rng.integers(1, 6), replace=False)
        techniques = tuple(str(name) for name in chosen)
    importance = rng.uniform(1, 5.5, size=(len(regions), 1))
    noise = rng.normal(0, rng.uniform(0.3, 1.5), size=(len(regions), len(techniques)))
    levels = np.clip(np.rint(importance + noise), 1, 5).astype(np.int64)
    return RegionTable(scheme, regions, techniques, levels)


def _face(rng: np.random.Generator, detector: str, size: tuple[int, int]) -> Face:
    height, width = (int(rng.integers(120, 4000)) for _ in range(2))
    warnings = rng.permutation(_WARNINGS)[: rng.choice([0, 0, 1, 2])]
    box = (0.0, 0.0, float(size[1]), float(size[0]))
    return Face(
        pixels=np.zeros((*size, 3), np.float32),
        landmarks=np.zeros((5, 2), np.float32),
        box=box,
        photo=np.zeros((1, 1, 3), np.uint8),
        matrix=np.eye(2, 3, dtype=np.float32),
        detection=float(rng.uniform(0.9, 1.0)),
        detector=detector,
        source=Source(
            name=f"{_FILES[rng.integers(len(_FILES))]}.{rng.choice(['jpg', 'png'])}",
            sha256=rng.bytes(32).hex(),
            bytes=int(rng.integers(20_000, 4_000_000)),
            format="JPEG",
            size=(width, height),
        ),
        boxes=(box,) * int(rng.choice([1, 1, 1, 2, 3])),
        warnings=tuple(str(each) for each in warnings),
    )
