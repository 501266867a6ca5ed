"""Compare two faces: the verb of this room."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from recognition import calibration
from recognition.align import Frame, align
from recognition.detect import DEFAULT_DETECTOR, choose
from recognition.detectors.detection import Detection
from recognition.model import FaceModel
from recognition.picture import ImageLike, Picture, read
from recognition.quality import warnings_for
from recognition.registry import load_model
from recognition.score import describe, similarity
from recognition.types import Comparison, Face, OperatingPoint
from recognition.upright import find_upright


def find_face(
    image: ImageLike,
    model: FaceModel,
    *,
    index: int | None = None,
    detector: str = DEFAULT_DETECTOR,
) -> Face:
    """Read a photograph, find the face in it and align it for a model.

    One that lies on its side or upside down is turned; a warning says so.

    Args:
        image: Path, bytes, PIL image or (H, W[, C]) array.
        model: Whose crop size and template to align to.
        index: Which face where there are several, in the order of ``Face.boxes``; the largest
            central one when None.
        detector: One of ``DETECTORS``.

    Raises:
        NotAPicture: The bytes cannot be read as a picture.
        PictureTooLarge: Too many bytes or pixels.
        NoFaceFound: There is none.
        NoSuchFace: ``index`` is not among those found.
        PictureTooSmall: The face has too few pixels.
    """
    picture, found, turned = find_upright(read(image), detector)
    detection = choose(found, index, picture.source.name)
    return face_at(
        picture,
        detection,
        model,
        index=index or 0,
        boxes=tuple(each.box for each in found),
        warnings=(
            *turned,
            *warnings_for(picture.pixels, detection, chosen=index is not None, found=found),
        ),
    )


def face_at(
    picture: Picture,
    detection: Detection,
    frame: Frame,
    *,
    index: int = 0,
    boxes: tuple[tuple[float, float, float, float], ...] = (),
    warnings: tuple[str, ...] = (),
) -> Face:
    """The face that was found in a picture, aligned.

    Args:
        picture: The photograph.
        detection: Where the face is in it.
        frame: What to align it to.
        index: Which of the photograph's faces it is.
        boxes: Those of all its faces; this one's alone when empty.
        warnings: Sentences on what makes it hard to compare.
    """
    pixels, matrix = align(picture.pixels, detection.landmarks, frame.template, frame.input_size)
    return Face(
        pixels=pixels,
        landmarks=detection.landmarks,
        box=detection.box,
        photo=picture.pixels,
        matrix=matrix,
        detection=detection.confidence,
        detector=detection.detector,
        source=picture.source,
        index=index,
        boxes=boxes or (detection.box,),
        warnings=warnings,
    )


def compare(
    image_a: ImageLike,
    image_b: ImageLike,
    *,
    model: FaceModel | None = None,
    operating_point: str = calibration.DEFAULT_OPERATING_POINT,
    threshold: float | None = None,
    face_a: int | None = None,
    face_b: int | None = None,
    detector: str = DEFAULT_DETECTOR,
) -> Comparison:
    """Compare the faces in two photographs.

    Args:
        image_a: The probe: path, bytes, PIL image or array.
        image_b: The gallery photograph.
        model: The recogniser; the default model when None.
        operating_point: ``eer``, ``fmr-1e-2``, ``fmr-1e-3`` or ``fmr-1e-4``.
        threshold: A free threshold instead, -1 to 1.
        face_a: Which face of ``image_a``, see :func:`find_face`.
        face_b: Which face of ``image_b``.
        detector: One of ``DETECTORS``.

    Returns:
        The comparison; its ``pic`` is None for a model without calibration.

    Raises:
        FacewhyError: One of its kinds, with a sentence for the person.
    """
    model = model or load_model()
    a, b = (
        find_face(image_a, model, index=face_a, detector=detector),
        find_face(image_b, model, index=face_b, detector=detector),
    )
    return compare_faces(a, b, model, operating_point=operating_point, threshold=threshold)


def compare_faces(
    a: Face,
    b: Face,
    model: FaceModel,
    *,
    operating_point: str = calibration.DEFAULT_OPERATING_POINT,
    threshold: float | None = None,
) -> Comparison:
    """Compare two faces that were found and aligned before; see :func:`compare`."""
    ea, eb = describe(model, np.stack([a.pixels, b.pixels]))
    pair = Comparison(
        a=a,
        b=b,
        model=model,
        score=float(similarity(ea, eb)),
        operating_point=OperatingPoint("custom", 0.0),
        mirror=model.mirror,
    )
    return decide(pair, operating_point=operating_point, threshold=threshold)


def decide(
    pair: Comparison,
    *,
    operating_point: str = calibration.DEFAULT_OPERATING_POINT,
    threshold: float | None = None,
) -> Comparison:
    """The same comparison judged at another operating point; nothing is embedded again.

    Raises:
        BadSetting: When the threshold is no cosine or the operating point is not known.
    """
    point = calibration.operating_point(pair.model, operating_point, threshold)
    calibrated = calibration.of(pair.model)
    if calibrated is None:
        return replace(pair, operating_point=point)
    evidence = calibrated.evidence(pair.score)
    return replace(
        pair,
        operating_point=point,
        pic=evidence.pic,
        log10_lr=evidence.log10_lr,
        lr_cap=calibrated.lr_cap,
        calibration=calibrated.source,
    )
