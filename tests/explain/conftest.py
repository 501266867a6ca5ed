"""What the tests of the inpainters share."""

from __future__ import annotations

import pytest

from explain.regions import RegionMasks
from recognition.types import Face
from tests.explain.regional import planted, template_masks


@pytest.fixture(scope="module")
def masks() -> RegionMasks:
    """The regions of a picture without a face."""
    return template_masks("ifv")


@pytest.fixture(scope="module")
def face(masks: RegionMasks) -> Face:
    """Noise around a white nose."""
    return planted(masks["nose"], 0).a
