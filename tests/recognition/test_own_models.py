"""Models from files: the settings do what they say, every format gives the same embeddings."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch

from explain import explain
from recognition import BadSetting, FaceModel, ModelNotInstalled, load_model, pair_from_aligned
from recognition.accelerate import accelerate
from recognition.own import load_own
from recognition.templates import template
from tests.recognition.networks import save_onnx, save_openvino, save_torchscript, tiny

SETTINGS = """
name = "mine"
weights = "{file}"
input_size = [112, 112]
template = "arcface"
colour = "BGR"
scale = 255
mean = [127.5, 100.0, 90.0]
std = [128.0, 64.0, 32.0]
licence = "MIT"
"""
DOCS = Path(__file__).parents[2] / "docs" / "own-models"


def write(folder: Path, file: str, text: str = SETTINGS) -> Path:
    path = folder / "mine.toml"
    path.write_text(text.format(file=file))
    return path


@pytest.fixture
def batch(rng: np.random.Generator) -> np.ndarray:
    return rng.random((3, 112, 112, 3), dtype=np.float32)


def by_hand(batch: np.ndarray) -> np.ndarray:
    """The settings above, spelt out."""
    pixels = torch.from_numpy(batch[..., ::-1].copy()) * 255
    pixels = (pixels - torch.tensor([127.5, 100.0, 90.0])) / torch.tensor([128.0, 64.0, 32.0])
    with torch.inference_mode():
        return tiny()(pixels.permute(0, 3, 1, 2)).numpy()


@pytest.mark.parametrize("kind", ["onnx", "onnx, batch of one", "pt", "xml", "xml, batch of one"])
def test_every_format_gives_the_same_embeddings(
    kind: str, tmp_path: Path, batch: np.ndarray
) -> None:
    file = tmp_path / f"mine.{kind.split(',')[0]}"
    one = "one" in kind
    match file.suffix:
        case ".onnx":
            save_onnx(tiny(), file, dynamic=not one)
        case ".pt":
            save_torchscript(tiny(), file)
        case ".xml":
            save_openvino(tiny(), file, batch=1 if one else -1)
    model = load_model(str(write(tmp_path, file.name)))
    np.testing.assert_allclose(model.embed(batch), by_hand(batch), atol=2e-4, rtol=1e-4)
    assert model.template == template("arcface", (112, 112))
    assert model.licence == "MIT" and len(model.weights_sha256) == 64
    assert model.differentiable == (file.suffix != ".xml")


@pytest.mark.parametrize("suffix", ["onnx", "pt"])
def test_gradient_explainers_work(suffix: str, tmp_path: Path, batch: np.ndarray) -> None:
    file = tmp_path / f"mine.{suffix}"
    (save_onnx if suffix == "onnx" else save_torchscript)(tiny(), file)
    model = load_own(write(tmp_path, file.name))
    assert model.network is not None
    with torch.inference_mode():
        answer = model.network(torch.from_numpy(batch).permute(0, 3, 1, 2)).numpy()
    np.testing.assert_allclose(answer, model.embed(batch), atol=2e-4, rtol=1e-4)
    result = explain("gradient", pair_from_aligned(batch[0], batch[1], model))
    assert np.abs(result.maps[0]).max() > 0


def test_a_tuple_gives_its_first(tmp_path: Path, batch: np.ndarray) -> None:
    class WithNorm(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = tiny()

        def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            embedding = self.network(x)
            return embedding, embedding.norm(dim=1)

    save_torchscript(WithNorm(), tmp_path / "mine.pt")
    model = load_own(write(tmp_path, "mine.pt"))
    np.testing.assert_allclose(model.embed(batch), by_hand(batch), atol=2e-4, rtol=1e-4)


def test_settings_change_the_fingerprint_and_weights_do(tmp_path: Path) -> None:
    save_torchscript(tiny(), tmp_path / "mine.pt")
    first = load_own(write(tmp_path, "mine.pt")).fingerprint
    assert load_own(write(tmp_path, "mine.pt")).fingerprint == first
    turned = SETTINGS.replace("BGR", "RGB")
    assert load_own(write(tmp_path, "mine.pt", turned)).fingerprint != first
    save_torchscript(tiny(8), tmp_path / "mine.pt")
    assert load_own(write(tmp_path, "mine.pt")).fingerprint != first


def test_a_model_is_read_again_only_when_it_changed(tmp_path: Path) -> None:
    save_torchscript(tiny(), tmp_path / "mine.pt")
    path = str(write(tmp_path, "mine.pt"))
    first = load_model(path)
    assert load_model(path) is first
    write(tmp_path, "mine.pt", SETTINGS.replace("BGR", "RGB"))
    turned = load_model(path)
    assert turned is not first and turned.settings["colour"] == "RGB"
    save_torchscript(tiny(8), tmp_path / "mine.pt")
    shorter = load_model(path)
    assert shorter.weights_sha256 != turned.weights_sha256
    (tmp_path / "mine.pt").unlink()
    with pytest.raises(ModelNotInstalled, match="There are no weights at"):
        load_model(path)


def test_both_files_of_openvino_are_watched(tmp_path: Path) -> None:
    file = tmp_path / "mine.xml"
    save_openvino(tiny(), file)
    path = write(tmp_path, file.name)
    first = load_own(path)
    assert load_own(path) is first
    with file.with_suffix(".bin").open("ab") as parameters:
        parameters.write(b"\0" * 4)
    assert load_own(path).weights_sha256 != first.weights_sha256


def test_two_visitors_load_a_model_at_once(tmp_path: Path, batch: np.ndarray) -> None:
    save_torchscript(tiny(), tmp_path / "mine.pt")
    path = str(write(tmp_path, "mine.pt"))
    with ThreadPoolExecutor(4) as pool:
        for model in pool.map(load_model, [path] * 8):
            np.testing.assert_allclose(model.embed(batch), by_hand(batch), atol=2e-4, rtol=1e-4)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("name =", "nam ="), "“name” is missing"),
        (('licence = "MIT"', "color = 1"), "“color” is not known"),
        (("[112, 112]", "[112]"), "“input_size” must be"),
        (("[112, 112]", '"112"'), "“input_size” cannot be"),
        (('"BGR"', '"GBR"'), "“colour” must be RGB or BGR"),
        (("[128.0, 64.0, 32.0]", "[128.0, 0, 32.0]"), "“std” must not be 0"),
        (("[128.0, 64.0, 32.0]", "[128.0, 64.0]"), "“std” must be three numbers"),
        (("scale = 255", "scale = true"), "“scale” cannot be"),
        (('"arcface"', '"arcfaces"'), "“template” must be"),
        (('"arcface"', "[[1, 2], [3, 4]]"), "“template” must be five"),
        (("[112, 112]", "[112, 112"), "no valid TOML"),
        (('weights = "mine.pt"', 'weights = "mine.h5"'), "no kind of network"),
    ],
)
def test_wrong_settings_are_said(change: tuple[str, str], says: str, tmp_path: Path) -> None:
    text = SETTINGS.format(file="mine.pt").replace(*change)
    (tmp_path / "mine.pt").touch()
    with pytest.raises(BadSetting, match=says):
        load_own(write(tmp_path, "mine.pt", text.replace("{", "{{").replace("}", "}}")))


@pytest.mark.parametrize("file", ["mine.onnx", "mine.pt", "mine.xml"])
def test_damaged_and_missing_weights_are_said(file: str, tmp_path: Path) -> None:
    path = write(tmp_path, file)
    with pytest.raises(ModelNotInstalled, match="There are no weights at"):
        load_own(path)
    (tmp_path / file).write_bytes(b"not a network")
    with pytest.raises(BadSetting, match="cannot be opened as a network"):
        load_own(path)


def test_missing_settings_are_said(tmp_path: Path) -> None:
    with pytest.raises(ModelNotInstalled, match="no model settings"):
        load_model(str(tmp_path / "nothing.toml"))


@pytest.mark.parametrize("path", sorted(DOCS.glob("*.toml")), ids=lambda path: path.stem)
def test_the_settings_in_the_docs_load(path: Path, tmp_path: Path) -> None:
    side = 128 if "0095" in path.stem else 112
    if side == 128:
        save_openvino(tiny(side=128), tmp_path / "weights.xml", side=128)
        model = load_own(path, weights=tmp_path / "weights.xml")
    else:
        save_torchscript(tiny(), tmp_path / "weights.pt")
        model = load_own(path, weights=tmp_path / "weights.pt")
    assert model.name == path.stem
    assert model.embed(np.zeros((2, side, side, 3), np.float32)).shape == (2, 16)


def test_a_function_is_a_model(batch: np.ndarray) -> None:
    model = FaceModel.from_function(lambda faces: faces.mean(axis=(1, 2)), (112, 112))
    np.testing.assert_allclose(model.embed(batch), batch.mean(axis=(1, 2)))
    assert not model.differentiable and model.licence == ""


@pytest.mark.parametrize(
    "answer", [np.zeros((2, 4)), np.zeros((3, 4, 1)), np.full((3, 4), np.nan)], ids=str
)
def test_a_function_that_answers_nonsense_is_refused(answer: np.ndarray, batch: np.ndarray) -> None:
    model = FaceModel.from_function(lambda faces: answer, (112, 112))
    with pytest.raises(ValueError, match="function"):
        model.embed(batch)


@pytest.mark.parametrize("suffix", ["onnx", "xml"])
def test_threads_share_a_model(suffix: str, tmp_path: Path, batch: np.ndarray) -> None:
    """Two visitors at once: no request is refused because another one runs."""
    file = tmp_path / f"mine.{suffix}"
    (save_onnx if suffix == "onnx" else save_openvino)(tiny(), file)
    model = load_own(write(tmp_path, file.name))
    expected = model.embed(batch)
    with ThreadPoolExecutor(4) as pool:
        for answer in pool.map(model.embed, [batch] * 40):
            np.testing.assert_allclose(answer, expected, atol=1e-5)


def test_acceleration_keeps_the_answers_and_the_gradients(batch: np.ndarray) -> None:
    plain = FaceModel.from_network(tiny(), (112, 112))
    fast = accelerate(plain)
    assert fast.function is not plain.function and fast.network is plain.network
    np.testing.assert_allclose(fast.embed(batch), plain.embed(batch), atol=1e-5)


def test_acceleration_is_refused_where_answers_differ(
    batch: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = FaceModel.from_network(tiny(), (112, 112))
    wrong = lambda network, size: lambda pixels: np.ones((len(pixels), 16), np.float32)  # noqa: E731
    monkeypatch.setattr("recognition.formats.openvino.from_torch", wrong)
    assert accelerate(plain) is plain
