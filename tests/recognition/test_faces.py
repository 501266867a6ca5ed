"""Faces are found in real photographs; of several, the asked one; problems are said in words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from PIL import Image

from page import examples
from page.examples import package_picture
from recognition import (
    DETECTORS,
    FaceModel,
    ModelNotInstalled,
    NoFaceFound,
    NoSuchFace,
    PictureTooSmall,
    UnknownName,
    compare,
    find_face,
)
from recognition.align import carry
from recognition.detect import detect
from recognition.detectors.detection import Detection
from recognition.picture import read
from recognition.quality import warnings_for


@pytest.fixture(scope="module")
def group() -> Path:
    """Six people, inside insightface."""
    return package_picture("insightface", "data/images/t1.jpg")


@pytest.fixture(scope="module")
def couple(astronaut: Path, admiral: Path) -> np.ndarray:
    """Both people side by side, the admiral larger."""
    left = np.asarray(Image.open(astronaut).convert("RGB").resize((400, 400)))
    right = np.asarray(Image.open(admiral).convert("RGB").resize((500, 600)))
    canvas = np.full((600, 900, 3), 90, np.uint8)
    canvas[100:500, :400], canvas[:, 400:] = left, right
    return canvas


@pytest.mark.parametrize("name", ["astronaut", "admiral"])
def test_one_face(name: str, request: pytest.FixtureRequest, model: FaceModel) -> None:
    face = find_face(request.getfixturevalue(name), model)
    assert len(face.boxes) == 1 and face.detection > 0.98
    x0, y0, x1, y1 = face.box
    for x, y in face.landmarks:
        assert x0 < x < x1 and y0 < y < y1
    right_eye, left_eye, nose, mouth_right, mouth_left = face.landmarks
    assert right_eye[0] < left_eye[0] and mouth_right[0] < mouth_left[0]
    assert max(right_eye[1], left_eye[1]) < nose[1] < min(mouth_right[1], mouth_left[1])
    assert face.pixels.shape == (150, 150, 3) and face.aligned.dtype == np.uint8
    # The similarity transform brings them near the template, which no face fits exactly.
    off = carry(face.landmarks, face.matrix) - np.array(model.template)
    assert np.abs(off).max() < 9
    assert face.warnings == ()


def test_found_in_a_large_photograph(astronaut: Path, model: FaceModel) -> None:
    large = Image.open(astronaut).convert("RGB").resize((2048, 2048), Image.Resampling.BICUBIC)
    small_face, large_face = find_face(astronaut, model), find_face(large, model)
    np.testing.assert_allclose(large_face.landmarks / 4, small_face.landmarks, atol=2)


def test_a_small_face_in_a_large_photograph(astronaut: Path, model: FaceModel) -> None:
    """Found by the second search, at the finer size."""
    canvas = Image.new("RGB", (3000, 2000), (120, 120, 120))
    canvas.paste(Image.open(astronaut).convert("RGB").resize((260, 260)), (1400, 900))
    face = find_face(canvas, model)
    assert 1400 < face.box[0] < face.box[2] < 1660
    assert any("small" in warning for warning in face.warnings)


def test_a_group(group: Path, model: FaceModel) -> None:
    default = find_face(group, model)
    assert len(default.boxes) == 6 and default.index == 0
    assert any("6 faces" in warning for warning in default.warnings)
    chosen = [find_face(group, model, index=index) for index in range(6)]
    assert [face.box for face in chosen] == list(default.boxes)
    assert not any("faces here" in warning for face in chosen for warning in face.warnings)


@pytest.mark.parametrize("index", [6, -1, 99])
def test_a_face_that_is_not_there(index: int, group: Path, model: FaceModel) -> None:
    with pytest.raises(NoSuchFace, match="choose one from 1 to 6"):
        find_face(group, model, index=index)


def test_the_chosen_face_is_the_one_compared(
    couple: np.ndarray, astronaut: Path, admiral: Path, model: FaceModel
) -> None:
    default = find_face(couple, model)
    assert len(default.boxes) == 2 and default.box[0] > 400, "the larger one is the default"
    index = next(number for number, box in enumerate(default.boxes) if box[2] < 400)
    assert compare(couple, astronaut, model=model, face_a=index).score > 0.97
    assert compare(couple, admiral, model=model, face_a=1 - index).score > 0.97
    assert compare(couple, admiral, model=model, face_a=index).score < 0.9


def test_no_face(model: FaceModel, rng: np.random.Generator) -> None:
    noise = rng.integers(0, 256, (300, 400, 3), dtype=np.uint8)
    for pixels in (noise, np.zeros_like(noise), np.full_like(noise, 255)):
        with pytest.raises(NoFaceFound, match=r"use an upright photograph .*\.$"):
            find_face(pixels, model)


@pytest.mark.parametrize("length", [2000, 2001, 60_000], ids="{} pixels long".format)
@pytest.mark.parametrize("width", [40, 60, 75])
def test_a_strip_has_no_face(width: int, length: int, model: FaceModel) -> None:
    """Reduced to the size searched it is narrower than any face, in the end without a pixel."""
    strip = np.full((width, length, 3), 128, np.uint8)
    for pixels in (strip, np.ascontiguousarray(strip.transpose(1, 0, 2))):
        with pytest.raises(NoFaceFound, match=r"use an upright photograph .*\.$"):
            find_face(pixels, model)


def test_a_face_in_a_strip_is_found_by_the_second_search(astronaut: Path, model: FaceModel) -> None:
    strip = Image.new("RGB", (2700, 90), (120, 120, 120))
    strip.paste(Image.open(astronaut).convert("RGB").crop((140, 20, 320, 200)).resize((90, 90)))
    assert find_face(strip, model).box[2] < 90


def test_a_tiny_picture(astronaut: Path, model: FaceModel) -> None:
    with pytest.raises((NoFaceFound, PictureTooSmall)):
        find_face(Image.open(astronaut).convert("RGB").resize((64, 64)), model)


def test_orientation_does_not_change_the_face(
    astronaut: Path, tmp_path: Path, model: FaceModel
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    path = tmp_path / "turned.png"
    Image.open(astronaut).convert("RGB").transpose(Image.Transpose.ROTATE_90).save(path, exif=exif)
    np.testing.assert_array_equal(find_face(path, model).pixels, find_face(astronaut, model).pixels)


def test_detectors(astronaut: Path) -> None:
    pixels = read(astronaut).pixels
    assert [face.detector for face in detect(pixels, "MTCNN")] == ["MTCNN"]
    with pytest.raises(UnknownName, match="there are MTCNN, SCRFD"):
        detect(pixels, "Haar")
    assert set(DETECTORS) == {"MTCNN", "SCRFD"}


def test_scrfd_says_how_to_fetch_it(
    astronaut: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: FaceModel
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(ModelNotInstalled, match=r"insightface-cli model\.download"):
        find_face(astronaut, model, detector="SCRFD")


DEGRADED = {
    "dark": lambda photo: (photo * 0.2).astype(np.uint8),
    "overexposed": lambda photo: np.minimum(photo * 2.0 + 60, 255).astype(np.uint8),
    "blurred": lambda photo: cv2.GaussianBlur(photo, (0, 0), 3),
}


@pytest.mark.parametrize("how", DEGRADED)
@pytest.mark.parametrize("name", ["astronaut", "admiral"])
def test_degraded_pictures_warn(how: str, name: str, request: pytest.FixtureRequest) -> None:
    photo = read(request.getfixturevalue(name)).pixels
    # Brought to the same size of face, so that the same blur is the same loss.
    (face,) = detect(photo)
    scale = 110 / (face.box[2] - face.box[0])
    photo = cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    (face,) = detect(photo)
    assert warnings_for(photo, face, found=[face], chosen=False) == ()
    warnings = warnings_for(DEGRADED[how](photo), face, found=[face], chosen=False)
    assert any(how in warning for warning in warnings), warnings
    others = set(DEGRADED) - {how}
    assert not any(other in warning for other in others for warning in warnings), warnings


@pytest.mark.parametrize("colour", [(168, 205, 222), (240, 240, 240), (25, 25, 28), (90, 140, 100)])
def test_a_mask_and_sunglasses_are_hinted_at(
    colour: tuple[int, int, int], model: FaceModel
) -> None:
    for person in examples.people(model):
        masked = person.photo.copy()
        outline = examples.to_photo(person, np.array(examples.MASK, np.float32))
        cv2.fillPoly(masked, [np.rint(outline).astype(np.int32)], colour)
        assert any("mouth" in warning for warning in find_face(masked, model).warnings)
        glasses = find_face(examples.with_sunglasses(person), model).warnings
        assert any("eyes" in warning for warning in glasses)
        assert not any("cover" in warning for warning in find_face(person.photo, model).warnings)


def posed(nose: tuple[float, float]) -> Detection:
    points = np.array([(170, 150), (230, 150), nose, (175, 220), (225, 220)], np.float32)
    return Detection((130, 100, 270, 280), points, 1.0)


@pytest.mark.parametrize(
    ("nose", "says"),
    [
        ((200, 187), ""),
        ((235, 187), "turned"),
        ((165, 187), "turned"),
        ((200, 165), "up or down"),
        ((200, 212), "up or down"),
    ],
)
@pytest.mark.parametrize("degrees", [0, 30])
def test_pose_is_told_from_the_nose(
    nose: tuple[float, float], says: str, degrees: float, rng: np.random.Generator
) -> None:
    """A face rolled in the picture plane is neither turned nor tilted: alignment undoes that."""
    photo = rng.integers(0, 256, (400, 400, 3), dtype=np.uint8)
    face = posed(nose)
    roll = cv2.getRotationMatrix2D((200, 190), degrees, 1.0).astype(np.float32)
    face = replace(face, landmarks=carry(face.landmarks, roll))
    warnings = warnings_for(photo, face, found=[face], chosen=True)
    pose = [warning for warning in warnings if "turned" in warning or "tilted" in warning]
    assert [says in warning for warning in pose] == ([True] if says else [])


class PlantedScrfd(torch.nn.Module):
    """The nine outputs of SCRFD for 640 x 640 pixels, one anchor of stride 32 being a face."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = torch.nn.Parameter(torch.zeros(1))
        row, column = 10, 10  # Anchor centre at (320, 320).
        for stride in (8, 16, 32):
            anchors = (640 // stride) ** 2 * 2
            score, box, points = (torch.zeros(anchors, n) for n in (1, 4, 10))
            if stride == 32:
                at = (row * 20 + column) * 2
                score[at], box[at] = 0.9, 2.0  # 64 pixels from the centre to each side.
                points[at] = torch.tensor([-1, -1, 1, -1, 0, 0, -0.8, 1, 0.8, 1])
            for name, value in (("score", score), ("box", box), ("points", points)):
                self.register_buffer(f"{name}{stride}", value)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, ...]:
        nothing = x.mean() * self.scale
        return tuple(
            getattr(self, f"{name}{stride}") + nothing
            for name in ("score", "box", "points")
            for stride in (8, 16, 32)
        )


@pytest.fixture
def scrfd_pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """insightface's pack with the planted detector in it."""
    monkeypatch.setenv("HOME", str(tmp_path))
    path = tmp_path / ".insightface" / "models" / "buffalo_l" / "det_10g.onnx"
    path.parent.mkdir(parents=True)
    picture = torch.rand(1, 3, 640, 640)
    torch.onnx.export(PlantedScrfd().eval(), (picture,), str(path), dynamo=False)


@pytest.mark.usefixtures("scrfd_pack")
def test_scrfd_of_a_pack() -> None:
    (face,) = detect(np.zeros((1280, 1280, 3), np.uint8), "SCRFD")
    # The photograph is twice the size that the detector searches.
    np.testing.assert_allclose(face.box, (512, 512, 768, 768), atol=1)
    expected = [(576, 576), (704, 576), (640, 640), (588.8, 704), (691.2, 704)]
    np.testing.assert_allclose(face.landmarks, expected, atol=1)
    assert face.confidence == pytest.approx(0.9, abs=1e-4) and face.detector == "SCRFD"


@pytest.mark.usefixtures("scrfd_pack")
def test_scrfd_finds_nothing_in_a_strip(model: FaceModel) -> None:
    with pytest.raises(NoFaceFound):
        find_face(np.zeros((40, 60_000, 3), np.uint8), model, detector="SCRFD")
