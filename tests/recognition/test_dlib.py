"""The torch network answers what dlib itself answers."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from recognition import FaceModel, ModelNotInstalled
from recognition.models import dlib_resnet29
from recognition.score import describe, similarity
from tests.recognition.fixtures import dlib_embeddings


def test_equal_to_dlib(model: FaceModel) -> None:
    crops = dlib_embeddings.crops().astype(np.float32) / 255
    expected = np.load(dlib_embeddings.FILE)
    assert np.abs(model.embed(crops) - expected).max() <= 1e-5
    # The crops differ, so the answers must.
    assert np.abs(expected[0] - expected[1]).max() > 0.05


def test_network_and_function_agree(model: FaceModel, rng: np.random.Generator) -> None:
    batch = rng.random((3, 150, 150, 3), dtype=np.float32)
    assert model.network is not None
    with torch.inference_mode():
        answer = model.network(torch.from_numpy(batch).permute(0, 3, 1, 2)).numpy()
    np.testing.assert_allclose(answer, model.embed(batch), atol=1e-6)


def test_embedding_is_head_of_mean_features(model: FaceModel, rng: np.random.Generator) -> None:
    """What Stylianou's decomposition and the CAMs rest on."""
    network = model.network
    assert isinstance(network, dlib_resnet29.DlibResNet29)
    pixels = torch.from_numpy(rng.random((2, 3, 150, 150), dtype=np.float32))
    with torch.inference_mode():
        features = network.features(pixels)
        assert features.shape[1] == 256 and features.min() >= 0
        answer = network.head(features.mean(dim=(2, 3)))
        np.testing.assert_allclose(answer.numpy(), network(pixels).numpy(), atol=1e-6)


def test_batch_does_not_matter(model: FaceModel, rng: np.random.Generator) -> None:
    batch = rng.random((5, 150, 150, 3), dtype=np.float32)
    alone = np.concatenate([model.embed(face[None]) for face in batch])
    np.testing.assert_allclose(model.embed(batch), alone, atol=1e-5)


def test_mirroring_averages(model: FaceModel, rng: np.random.Generator) -> None:
    face = rng.random((1, 150, 150, 3), dtype=np.float32)
    turned = np.ascontiguousarray(face[:, :, ::-1])
    assert float(similarity(describe(model, face), describe(model, turned))[0]) > 1 - 1e-6
    assert float(similarity(describe(model, face, False), describe(model, turned, False))[0]) < 1


@pytest.mark.parametrize(
    "data", [b"", b"con_4" + b"\0" * 100, b"no network at all"], ids=["empty", "cut", "other"]
)
def test_another_file_is_refused(data: bytes) -> None:
    with pytest.raises((ValueError, IndexError)):
        dlib_resnet29.DlibResNet29(data)


def test_missing_package_says_how_to_fetch_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ModelNotInstalled, match="pip install face_recognition_models"):
        dlib_resnet29.weights_file()
