"""Regions on real faces, and the template where there is none."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice, pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest

from explain import SCHEMES, region_masks
from explain.evaluate_regions import SETS, frame, overlaps
from explain.hair import around_oval, part_by_colour
from explain.head import SIDE
from explain.mesh import MEAN_MESH, mesh_of
from explain.outlines import FACE_OVAL
from recognition import Face, FaceModel, find_face
from recognition.align import carry
from recognition.errors import UnknownName
from tests.explain.regional import template_masks


@pytest.fixture(scope="module")
def face(astronaut: Path, model: FaceModel) -> Face:
    return find_face(astronaut, model)


def centre(mask: np.ndarray) -> np.ndarray:
    return np.argwhere(mask).mean(0)[::-1]


def holds(mask: np.ndarray, point: np.ndarray) -> bool:
    x, y = np.rint(point).astype(int)
    return bool(mask[y, x])


def check_landmarks(face: Face, masks) -> None:
    """The five points lie where they must; the landmarks' order starts at the person's right."""
    right_eye, left_eye, nose, *corners = carry(face.landmarks, face.matrix)
    assert holds(masks["right eye"], right_eye)
    assert holds(masks["left eye"], left_eye)
    assert holds(masks["nose"], nose)
    assert np.abs(centre(masks["lips"]) - np.mean(corners, 0)).max() < 8


def test_regions_of_a_real_face(face: Face) -> None:
    masks = region_masks(face, "p2w")
    assert masks.source == "face mesh"
    assert masks.names == tuple(SCHEMES["p2w"])
    assert masks.masks.shape == (9, *face.pixels.shape[:2])
    check_landmarks(face, masks)


@pytest.mark.parametrize("part", ["eyebrow", "eye", "cheek"])
def test_left_is_the_persons_left(face: Face, part: str) -> None:
    masks = region_masks(face)
    assert centre(masks[f"left {part}"])[0] > centre(masks[f"right {part}"])[0] + 20


@pytest.mark.parametrize("scheme", SCHEMES)
def test_regions_are_disjoint_and_visible(face: Face, scheme: str) -> None:
    masks = region_masks(face, scheme)
    assert masks.masks.sum(0).max() == 1
    assert masks.masks.any((1, 2)).all()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_names_go_from_top_to_bottom(face: Face, scheme: str) -> None:
    masks = region_masks(face, scheme)
    heights = [centre(mask)[1] for mask in masks.masks]
    assert all(upper < lower + 25 for upper, lower in pairwise(heights))
    assert heights[-1] == max(heights)


def test_a_turned_photograph_has_the_same_regions(astronaut: Path, model: FaceModel) -> None:
    photo = cv2.cvtColor(cv2.imread(str(astronaut)), cv2.COLOR_BGR2RGB)
    turn = cv2.getRotationMatrix2D((223, 112), 20, 1.0)
    turned = cv2.warpAffine(photo, turn, photo.shape[1::-1])
    upright, tilted = (region_masks(find_face(picture, model)) for picture in (photo, turned))
    for name in upright.names:
        both = (upright[name] & tilted[name]).sum()
        # Eyebrows are four pixels high; one pixel up or down is nearly half of them.
        least = 0.3 if "eyebrow" in name else 0.5
        assert both / (upright[name] | tilted[name]).sum() > least, name


def test_template_when_the_mesh_finds_no_face(face: Face) -> None:
    masks = region_masks(replace(face, photo=np.zeros_like(face.photo)))
    assert masks.source == "five-point template"
    assert "average face" in masks.sentence
    check_landmarks(face, masks)


def test_template_agrees_with_the_mesh(face: Face) -> None:
    mesh = mesh_of(face)
    template = mesh_of(replace(face, photo=np.zeros_like(face.photo)))
    eyes = np.linalg.norm(mesh.points[33] - mesh.points[263])
    assert np.median(np.linalg.norm(mesh.points - template.points, axis=1)) < 0.12 * eyes


def test_hair_and_ears_of_a_template_say_that_they_were_not_seen() -> None:
    assert "were not seen" in template_masks("ifv").sentence


def test_unknown_scheme(face: Face) -> None:
    with pytest.raises(UnknownName, match="p2w, ifv"):
        region_masks(face, "p3w")


def test_the_mesh_is_silent(face: Face, capfd: pytest.CaptureFixture[str]) -> None:
    region_masks(face, "ifv")
    assert capfd.readouterr().err == ""


def test_ears_are_on_both_sides_and_outside_the_face(face: Face) -> None:
    """The astronaut shows one ear whole and the other behind hair."""
    masks = region_masks(face, "ifv")
    middle = carry(face.landmarks, face.matrix)[:2, 0].mean()
    columns = np.argwhere(masks["ears"])[:, 1]
    assert (columns < middle).any() and (columns > middle).any()
    eyes = np.ptp(carry(face.landmarks, face.matrix)[:2, 0])
    assert np.abs(columns - middle).min() > 0.7 * eyes


def test_the_sentence_says_where_hair_and_ears_come_from(face: Face) -> None:
    assert "silhouette" in region_masks(face, "ifv").sentence
    assert "air and ears" not in region_masks(face, "p2w").sentence


def test_the_forehead_goes_up_to_the_hair(face: Face) -> None:
    """Above the mesh's own uppermost point there is skin, or hair, but nothing without a name."""
    masks = region_masks(face, "ifv")
    x, y = np.rint(mesh_of(face).points[10]).astype(int)
    up = max(0, y - 3)
    assert masks["forehead"][up, x] or masks["hair"][up, x]


def test_regions_are_the_same_every_time(face: Face) -> None:
    one, other = (region_masks(face, "ifv").masks for _ in "ab")
    np.testing.assert_array_equal(one, other)


def painted_head(hair: tuple[int, int, int], skin: tuple[int, int, int]) -> np.ndarray:
    """A head in two colours: where the mean mesh has the face, skin; around it, hair."""
    rng = np.random.default_rng(0)
    picture = np.full((SIDE, SIDE, 3), hair, float)
    picture[FACE_OVAL.fill(standard_mesh(), (SIDE, SIDE))] = skin
    return np.clip(picture + rng.normal(0, 4, picture.shape), 0, 255).astype(np.uint8)


def standard_mesh() -> np.ndarray:
    """The mean mesh in the middle of a picture of the head."""
    mesh = np.load(MEAN_MESH)
    return (mesh - mesh[[33, 263]].mean(0)) * 90 + (SIDE / 2, 0.48 * SIDE)


@pytest.mark.parametrize("hair", [(30, 20, 15), (225, 205, 150), (120, 60, 160)])
def test_hair_is_told_from_skin_by_its_colour(hair: tuple[int, int, int]) -> None:
    mesh = standard_mesh()
    person = around_oval(mesh, 1.2, (SIDE, SIDE), 1.9)
    parts = part_by_colour(painted_head(hair, (205, 150, 125)), person, mesh)
    oval = FACE_OVAL.fill(mesh, (SIDE, SIDE))
    above = person & ~oval & (np.arange(SIDE)[:, None] < mesh[33, 1])
    assert (parts.hair & above).sum() > 0.9 * above.sum()
    assert (parts.hair & around_oval(mesh, 0.9, (SIDE, SIDE))).sum() < 0.02 * oval.sum()
    assert not (parts.hair & parts.ears).any() and not (parts.hair & ~person).any()


def test_a_bald_head_has_little_hair() -> None:
    mesh = standard_mesh()
    person = around_oval(mesh, 1.0, (SIDE, SIDE), 1.3)
    parts = part_by_colour(painted_head((205, 150, 125), (205, 150, 125)), person, mesh)
    assert parts.hair.sum() < 0.1 * person.sum()
    assert parts.forehead(mesh).any()


FLOORS = {
    "parsing": {"hair": 0.75, "eyes": 0.65, "eyebrows": 0.48, "nose": 0.72, "mouth": 0.8},
    "london": {
        "hair": 0.65,
        "forehead": 0.7,
        "eyes": 0.78,
        "eyebrows": 0.58,
        "nose": 0.8,
        "mouth": 0.83,
        "ears": 0.5,
    },
}
"""Mean intersection over union, some way below what ``benchmarks/regions`` has."""


@pytest.mark.parametrize("data", FLOORS)
def test_masks_meet_what_people_marked(shared: Path, data: str) -> None:
    model = frame("arcface:112")
    truths = islice(SETS[data][1](shared / "data" / data), 0, 36, 1 if data == "parsing" else 6)
    found = []
    for truth in truths:
        face = find_face(truth.photo, model)
        found.append(overlaps(truth, face, region_masks(face, "ifv")))
    assert len(found) >= 4
    for region, floor in FLOORS[data].items():
        iou = np.mean([each[region].iou for each in found])
        assert iou > floor, f"{region}: {iou:.2f}"


@pytest.mark.parametrize("number", ["001", "022", "134"])
def test_eyes_where_people_marked_them(shared: Path, model: FaceModel, number: str) -> None:
    """The first two points of a London template are the pupils, the person's right one first."""
    lines = (shared / "data/london" / f"{number}_03.tem").read_text().split("\n")[1:3]
    pupils = np.array([line.split() for line in lines], np.float32) / 2.5
    face = find_face(shared / "data/london" / f"{number}_03.jpg", model)
    masks = region_masks(face)
    right, left = carry(pupils, face.matrix)
    assert holds(masks["right eye"], right)
    assert holds(masks["left eye"], left)
