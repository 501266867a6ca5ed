"""The example pairs are drawn from package pictures and show what they say."""

from pathlib import Path

import numpy as np
import pytest

from page import examples
from recognition import Comparison, compare
from recognition.align import align


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory, model):
    folder = tmp_path_factory.mktemp("examples")
    return {
        each.example.name: compare(each.probe, each.gallery, model=model)
        for each in examples.write(folder, model)
    }


def test_every_example_has_two_faces_of_its_own(drawn) -> None:
    assert list(drawn) == [example.name for example in examples.EXAMPLES]
    assert len({pair.b.source.sha256 for pair in drawn.values()}) == len(drawn)


@pytest.mark.parametrize("name", ["mirrored", "mask", "sunglasses", "low-resolution", "half"])
def test_a_variant_is_nearer_than_a_stranger(drawn, name: str) -> None:
    assert drawn[name].score > drawn["different"].score + 0.02


def test_darkened_is_darker(drawn) -> None:
    pair = drawn["mirrored"]
    assert pair.b.photo.mean() == pytest.approx(0.45 * pair.a.photo.mean(), rel=0.05)


def changed(pair: Comparison) -> np.ndarray:
    """How much each place of the face changed, (150, 150), both seen by the first's landmarks."""
    template, size = pair.model.template, pair.model.input_size
    crop, _ = align(pair.b.photo, pair.a.landmarks, template, size)
    return np.abs(pair.a.pixels - crop).mean(-1)


def test_the_mask_hides_the_mouth_and_spares_the_eyes(drawn) -> None:
    places = changed(drawn["mask"])
    assert places[95:115, 45:100].mean() > 0.1 > 20 * places[28:44, 20:125].mean()


def test_the_half_and_half_changes_one_half_of_the_face(drawn) -> None:
    places = changed(drawn["half"])[20:130]
    assert places[:, 85:125].mean() > 20 * places[:, 25:65].mean()


def test_a_missing_package_is_named() -> None:
    with pytest.raises(FileNotFoundError, match="no_such_package"):
        examples.package_picture("no_such_package", "a.png")


def test_pictures_are_read_from_the_packages_only() -> None:
    path = examples.package_picture("skimage", "data/astronaut.png")
    assert path.is_file() and Path(examples.__file__).parent not in path.parents
