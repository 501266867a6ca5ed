"""Alignment finds planted transforms exactly and brings landmarks onto the template."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from recognition.align import align, carry, similarity_transform
from recognition.templates import TEMPLATES, template


def planted(scale: float, degrees: float, shift: tuple[float, float]) -> np.ndarray:
    angle = np.deg2rad(degrees)
    c, s = scale * np.cos(angle), scale * np.sin(angle)
    return np.array([[c, -s, shift[0]], [s, c, shift[1]]])


@pytest.mark.parametrize("scale", [0.1, 1.0, 3.7])
@pytest.mark.parametrize("degrees", [0, 17, 90, 180, -120])
def test_planted_transform_is_found(scale: float, degrees: float, rng: np.random.Generator) -> None:
    matrix = planted(scale, degrees, (12.5, -40.0))
    source = rng.uniform(0, 200, (5, 2))
    target = source @ matrix[:, :2].T + matrix[:, 2]
    found = similarity_transform(source.astype(np.float32), target.astype(np.float32))
    np.testing.assert_allclose(found, matrix, atol=2e-3)


def test_no_similarity_is_closer(rng: np.random.Generator) -> None:
    source = rng.uniform(0, 100, (5, 2)).astype(np.float32)
    target = rng.uniform(0, 100, (5, 2)).astype(np.float32)
    best = similarity_transform(source, target)
    error = np.square(carry(source, best) - target).sum()
    for _ in range(200):
        (a, b), shift = best[:, 0] + rng.normal(0, 0.01, 2), best[:, 2] + rng.normal(0, 0.5, 2)
        other = np.array([[a, -b, shift[0]], [b, a, shift[1]]], np.float32)
        assert np.square(carry(source, other) - target).sum() >= error - 1e-2


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates_are_in_order(name: str) -> None:
    points = np.array(template(name, (200, 100)))
    right_eye, left_eye, nose, mouth_right, mouth_left = points
    assert right_eye[0] < nose[0] < left_eye[0] and mouth_right[0] < mouth_left[0]
    assert right_eye[1] < nose[1] < mouth_right[1] < 200
    assert points[:, 0].max() < 100


def test_landmarks_land_on_the_template() -> None:
    targets = template("dlib", (150, 150))
    matrix = planted(2.3, 25, (80, 60))
    landmarks = carry(np.array(targets, np.float32), matrix.astype(np.float32))
    photo = np.zeros((600, 600, 3), np.uint8)
    for x, y in landmarks:
        cv2.circle(photo, (round(float(x)), round(float(y))), 6, (255, 255, 255), -1)
    crop, found = align(photo, landmarks, targets, (150, 150))
    np.testing.assert_allclose(carry(landmarks, found), targets, atol=1e-2)
    for x, y in targets:
        assert crop[round(y), round(x)].mean() > 0.9
    assert crop.shape == (150, 150, 3) and crop.dtype == np.float32
    assert crop.min() >= 0 and crop.max() <= 1


def smooth_picture(side: int) -> np.ndarray:
    y, x = np.mgrid[:side, :side] / side
    waves = [np.sin(5 * x + 3 * y), np.cos(4 * y), np.sin(6 * x * y + 1)]
    return np.rint(127.5 + 127.5 * np.stack(waves, -1)).astype(np.uint8)


@pytest.mark.parametrize("size", [300, 900, 2700])
def test_a_larger_photograph_gives_the_same_crop(size: int) -> None:
    """The same scene in more pixels: reduction by area must not shift it by a pixel."""
    targets = template("arcface", (112, 112))
    base = smooth_picture(300)
    photo = cv2.resize(base, (size, size), interpolation=cv2.INTER_LINEAR)
    matrix = planted(1.5, 20, (90, 40)).astype(np.float32)
    landmarks = carry(np.array(targets, np.float32), matrix)
    # Pixel centres: a point at x of 300 pixels is at (x + 0.5) * size / 300 - 0.5.
    scaled = ((landmarks + 0.5) * size / 300 - 0.5).astype(np.float32)
    reference, _ = align(base, landmarks, targets, (112, 112))
    crop, _ = align(photo, scaled, targets, (112, 112))
    assert np.abs(crop - reference).max() < 0.02


def test_reduction_does_not_alias() -> None:
    """Stripes finer than the crop's pixels must come out gray, not as new stripes."""
    photo = np.zeros((2000, 2000, 3), np.uint8)
    photo[:, ::2] = 255
    targets = template("dlib", (150, 150))
    landmarks = (np.array(targets) * 10 + 200).astype(np.float32)
    crop, _ = align(photo, landmarks, targets, (150, 150))
    assert crop.std() < 0.05
    assert abs(crop.mean() - 0.5) < 0.05


def test_a_face_over_the_border_is_filled_with_black() -> None:
    photo = np.full((200, 200, 3), 255, np.uint8)
    targets = template("dlib", (150, 150))
    crop, _ = align(photo, np.array(targets, np.float32) - 60, targets, (150, 150))
    assert crop[0, 0].max() == 0 and crop[-1, -1].min() == 1


@pytest.mark.parametrize("scale", [0.2, 2.0])
def test_a_large_face_far_outside_is_black(scale: float) -> None:
    photo = np.full((100, 100, 3), 255, np.uint8)
    targets = template("dlib", (150, 150))
    landmarks = (np.array(targets) * 1 / scale + 5000).astype(np.float32)
    crop, _ = align(photo, landmarks, targets, (150, 150))
    assert crop.max() == 0
