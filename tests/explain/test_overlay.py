"""Colours of maps, on the crop and on the photograph."""

from __future__ import annotations

import numpy as np
import pytest

from explain.overlay import heatmap, legend, on_crop, on_photo, outlines, overlay
from explain.regions import region_masks
from recognition import Comparison


@pytest.fixture
def pixels(rng: np.random.Generator) -> np.ndarray:
    return rng.integers(0, 256, (300, 40, 3), dtype=np.uint8)


def test_zero_leaves_the_picture_as_it_is(pixels: np.ndarray) -> None:
    np.testing.assert_array_equal(overlay(pixels, np.zeros((300, 40), np.float32)), pixels)


def test_zero_is_the_neutral_colour_in_the_middle() -> None:
    neutral = heatmap(np.zeros((1, 1), np.float32))[0, 0].astype(int)
    assert np.ptp(neutral) <= 1
    assert neutral.min() > 240


def test_similar_is_green_and_dissimilar_pink() -> None:
    pink, green = heatmap(np.array([[-1, 1]], np.float32))[0].astype(int)
    assert green[1] > green[0] and green[1] > green[2]
    assert pink[0] > pink[1] and pink[2] > pink[1]


def test_the_range_is_fixed() -> None:
    """The same value has the same colour whatever else is in the map."""
    weak, strong = np.array([[0.2, 0.3]], np.float32), np.array([[0.2, 1.0]], np.float32)
    np.testing.assert_array_equal(heatmap(weak)[0, 0], heatmap(strong)[0, 0])


def test_bands_of_a_large_picture_meet(pixels: np.ndarray) -> None:
    values = np.linspace(-1, 1, 300, dtype=np.float32)[:, None].repeat(40, 1)
    whole = overlay(pixels, values)
    for row in (255, 256, 299):
        np.testing.assert_array_equal(overlay(pixels[row:][:1], values[row:][:1])[0], whole[row])


def test_map_lies_on_the_face_in_the_photograph(impostor_pair: Comparison) -> None:
    face = impostor_pair.a
    values = np.zeros(face.pixels.shape[:2], np.float32)
    x, y = (face.landmarks[2] @ face.matrix[:, :2].T + face.matrix[:, 2]).astype(int)
    values[y - 4 : y + 5, x - 4 : x + 5] = 1
    changed = (on_photo(face, values) != face.photo).any(-1)
    np.testing.assert_allclose(np.argwhere(changed).mean(0)[::-1], face.landmarks[2], atol=2.5)
    assert on_crop(face, values).shape == face.aligned.shape
    assert (on_photo(face, 0 * values) == face.photo).all()


def test_outlines_are_drawn_around_the_regions(impostor_pair: Comparison) -> None:
    face = impostor_pair.a
    masks = region_masks(face)
    drawn = (outlines(face.aligned, masks) != face.aligned).any(-1)
    assert drawn.any()
    assert not (drawn & ~masks.masks.any(0)).any()


def test_legend_runs_from_pink_over_neutral_to_green() -> None:
    image = legend(101, 5)
    np.testing.assert_array_equal(image[0, [0, 50, 100]], heatmap(np.array([[-1.0, 0, 1]]))[0])
    np.testing.assert_array_equal(legend(11, 2, signed=False)[0, 0], image[0, 50])
