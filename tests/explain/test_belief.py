"""Beliefs about places nobody looked at, against planted hills."""

from __future__ import annotations

import numpy as np
import pytest

from explain.belief import Belief

GRID, WIDTH = 12, 0.2
COARSE = np.array([row * GRID + column for row in range(1, 12, 3) for column in range(1, 12, 3)])


def hills(seed: int) -> np.ndarray:
    """(GRID * GRID,) as smooth as spots of WIDTH make the gains of a picture."""
    rng = np.random.default_rng(seed)
    line = (np.arange(GRID) + 0.5) / GRID / WIDTH
    alike = np.exp(-((line[:, None] - line) ** 2) / 2)
    values, vectors = np.linalg.eigh(np.kron(alike, alike))
    return (vectors * np.sqrt(np.maximum(values, 0))) @ rng.normal(size=GRID**2)


def first(gains: np.ndarray) -> Belief:
    return Belief(GRID, WIDTH, COARSE, gains[COARSE])


@pytest.mark.parametrize("seed", range(3))
def test_neighbours_tell_of_each_other(seed: int) -> None:
    gains = hills(seed)
    belief = first(gains)
    assert np.abs(belief.expected[COARSE] - gains[COARSE]).max() < 0.05
    unseen = np.setdiff1d(np.arange(GRID**2), COARSE)
    missed = belief.expected[unseen] - gains[unseen]
    assert missed.std() < 0.5 * gains[unseen].std()


@pytest.mark.parametrize("seed", range(3))
def test_the_highest_place_is_found_without_looking_at_most(seed: int) -> None:
    gains = hills(seed)
    belief, unseen = first(gains), np.ones(GRID**2, bool)
    unseen[COARSE] = False
    looks = len(COARSE)
    while len(places := belief.promising(unseen, gains[~unseen].max(), 3.0, 4)):
        assert unseen[places].all() and len(set(places)) == len(places) <= 4
        belief.learn(places, gains[places])
        unseen[places] = False
        looks += len(places)
    assert gains[~unseen].max() == gains.max()
    assert looks < GRID**2 / 2


def test_nothing_is_promising_that_cannot_win() -> None:
    gains = hills(0)
    assert not len(first(gains).promising(np.ones(GRID**2, bool), 100.0, 3.0, 4))


def test_taking_a_place_spoils_its_neighbours_and_what_is_known_of_them() -> None:
    gains = np.abs(hills(1)) + 1
    belief, place = first(gains), int(COARSE[5])
    far = int(COARSE[15])
    near_before, far_before = belief.expected[place + 1], belief.expected[far]
    belief.took(place, float(gains[place]))
    assert belief.expected[place] == 0
    assert belief.expected[place + 1] < 0.5 * near_before
    assert belief.expected[far] == pytest.approx(far_before, rel=0.05)
    # It was known, and no other place seen comes near it: now it may win again.
    known = np.zeros(GRID**2, bool)
    known[COARSE[4]] = True
    assert len(belief.promising(known, belief.expected[COARSE[4]] + 0.1, 3.0, 1))


def test_a_flat_picture_teaches_nothing_and_breaks_nothing() -> None:
    belief = first(np.zeros(GRID**2))
    belief.took(7, 0.0)
    belief.learn(np.array([3, 4]), np.zeros(2))
    assert np.isfinite(belief.expected).all()
