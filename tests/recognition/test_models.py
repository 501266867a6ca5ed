"""The registry: what is there loads, what is not says how to fetch it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from facenet_pytorch import InceptionResnetV1

from explain import explain
from recognition import MODELS, ModelNotInstalled, UnknownName, load_model, pair_from_aligned
from recognition.models import arcface, facenet
from tests.recognition.networks import save_onnx, tiny


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder without any model."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    return tmp_path


@pytest.mark.parametrize("name", [name for name in MODELS if not name.startswith("dlib")])
def test_a_model_that_is_not_there_says_how_to_fetch_it(name: str, home: Path) -> None:
    assert not MODELS[name].installed()
    with pytest.raises(ModelNotInstalled, match="fetch it with: "):
        load_model(name)


def test_the_default_model_is_there() -> None:
    assert MODELS["dlib-resnet29"].installed()


def test_unknown_name_suggests_a_near_one() -> None:
    with pytest.raises(UnknownName, match=r"Did you mean arcface-r100\?"):
        load_model("arcface-r10")


@pytest.mark.parametrize("name", arcface.VARIANTS)
@pytest.mark.parametrize("nested", [False, True])
def test_arcface_packs(name: str, nested: bool, home: Path, rng: np.random.Generator) -> None:
    pack, file, _ = arcface.VARIANTS[name]
    folder = home / ".insightface" / "models" / pack
    save_onnx(tiny(512), (folder / pack if nested else folder) / file)
    assert MODELS[name].installed()
    model = load_model(name)
    batch = rng.random((2, 112, 112, 3), dtype=np.float32)
    with torch.inference_mode():
        pixels = torch.from_numpy(batch).permute(0, 3, 1, 2) * 2 - 1
        expected = tiny(512)(pixels).numpy()
    np.testing.assert_allclose(model.embed(batch), expected, atol=1e-4)
    assert "non-commercial" in model.licence
    result = explain("gradient", pair_from_aligned(batch[0], batch[1], model))
    assert np.abs(result.maps[0]).max() > 0


def test_facenet(home: Path, rng: np.random.Generator) -> None:
    name = "facenet-casia"
    _, file, people = facenet.VARIANTS[name]
    torch.manual_seed(0)
    network = InceptionResnetV1(classify=True, num_classes=people).eval()
    path = home / "torch" / "checkpoints" / file
    path.parent.mkdir(parents=True)
    torch.save(network.state_dict(), path)
    assert MODELS[name].installed() and not MODELS["facenet-vggface2"].installed()
    model = load_model(name)
    batch = rng.random((2, 160, 160, 3), dtype=np.float32)
    network.classify = False
    with torch.inference_mode():
        pixels = (torch.from_numpy(batch).permute(0, 3, 1, 2) * 255 - 127.5) / 128
        expected = network(pixels).numpy()
    np.testing.assert_allclose(model.embed(batch), expected, atol=1e-5)
    assert model.differentiable


@pytest.mark.parametrize("name", MODELS)
def test_every_entry_is_complete(name: str) -> None:
    entry = MODELS[name]
    assert entry.name == name and entry.title and entry.licence
