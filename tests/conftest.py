"""What tests share: real pictures from installed packages, the default model, the data folder."""

from __future__ import annotations

import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

from pathlib import Path

import numpy as np
import pytest

from page.examples import package_picture
from recognition import Comparison, FaceModel, compare, load_model

SHARED = Path(__file__).parent.parent.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of test data beside the checkout; tests that need it skip where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the test data folder ../shared is not here")
    return SHARED


@pytest.fixture(scope="session")
def astronaut() -> Path:
    """Eileen Collins (NASA, public domain), inside scikit-image."""
    return package_picture("skimage", "data/astronaut.png")


@pytest.fixture(scope="session")
def admiral() -> Path:
    """Grace Hopper (US Navy, public domain), inside matplotlib."""
    return package_picture("matplotlib", "mpl-data/sample_data/grace_hopper.jpg")


@pytest.fixture(scope="session")
def model() -> FaceModel:
    """The model that works without any download."""
    return load_model()


@pytest.fixture(scope="session")
def impostor_pair(astronaut: Path, admiral: Path, model: FaceModel) -> Comparison:
    """Two different people."""
    return compare(astronaut, admiral, model=model)


@pytest.fixture
def rng() -> np.random.Generator:
    """The same random numbers for every test."""
    return np.random.default_rng(0)
