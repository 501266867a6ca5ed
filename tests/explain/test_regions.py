"""Regions on real faces, and the template where there is none."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest

from explain import SCHEMES, region_masks
from explain.mesh import mesh_of
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
        assert both / (upright[name] | tilted[name]).sum() > 0.5, name


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
