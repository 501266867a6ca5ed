"""Photographs that were not held upright."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from recognition import FaceModel, compare
from recognition.compare import find_face
from recognition.detect import detect
from recognition.errors import NoFaceFound
from recognition.picture import read
from recognition.upright import TURNS, find_upright


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_photograph_on_its_side_is_turned_and_that_is_said(
    astronaut: Path, model: FaceModel, quarters: int
) -> None:
    upright = np.asarray(Image.open(astronaut).convert("RGB"))
    lying = np.ascontiguousarray(np.rot90(upright, 4 - quarters))
    pair = compare(lying, upright, model=model)
    assert pair.a.warnings[0] == TURNS[quarters]
    assert TURNS[quarters] not in pair.b.warnings
    np.testing.assert_array_equal(pair.a.photo, upright)
    np.testing.assert_allclose(pair.a.landmarks, pair.b.landmarks, atol=0.01)
    assert pair.score == pytest.approx(1, abs=1e-5)


def test_an_upright_photograph_is_left_alone(admiral: Path) -> None:
    picture = read(admiral)
    same, found, said = find_upright(picture)
    assert same is picture
    assert said == ()
    assert [face.box for face in found] == [face.box for face in detect(picture.pixels)]


def test_a_large_photograph_is_turned_at_its_own_size(astronaut: Path) -> None:
    upright = np.asarray(Image.open(astronaut).convert("RGB").resize((1500, 1500)))
    turned, found, said = find_upright(read(np.ascontiguousarray(np.rot90(upright, 1))))
    assert said == (TURNS[3],)
    assert turned.pixels.shape == upright.shape
    assert found[0].confidence > 0.999


def test_nothing_to_turn_is_no_face(model: FaceModel) -> None:
    stripes = np.tile(np.array([[[200], [40]]], np.uint8).repeat(8, 1), (300, 20, 3))
    with pytest.raises(NoFaceFound, match="upright"):
        find_face(stripes, model)
