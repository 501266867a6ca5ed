"""DDFV: its weights against the formulas, its residuals against a decoder worked out by hand."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from explain import evaluate, explain
from explain.activations import read
from explain.benchmark.sanity import forgetful
from explain.decoder import DECODER, Decoder, doublings, load_decoder
from explain.methods import ddfv
from explain.methods.ddfv import removal_weights, residuals, split_weights
from explain.run import Run
from recognition import FaceModel, load_model, pair_from_aligned
from recognition.errors import BadSetting, ModelNotInstalled
from recognition.types import Comparison
from tests.explain.planted import (
    CELL,
    SIZE,
    WINDOWS,
    alike,
    composite,
    pooled,
    share_inside,
    texture,
)
from tests.explain.trained import with_trained
from training import train_decoder, train_joint
from training.features import features, held_out_people
from training.joint import ArcFace, Recogniser


class Enlarged(nn.Module):
    """A decoder that is linear and known: every channel enlarged and added up."""

    smallest = 8

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        grey = maps.sum(1, keepdim=True).repeat_interleave(4, 2).repeat_interleave(4, 3)
        return grey.expand(-1, 3, -1, -1)


class PlaceAChannel(nn.Module):
    """Each patch's colours, their positive and their negative part, in channels of their own."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        centred = nn.functional.avg_pool2d(x, CELL) - 0.5
        parts = torch.cat([centred.relu(), (-centred).relu()], 1).flatten(2)
        side = SIZE // CELL
        return torch.diag_embed(parts).flatten(1, 2).unflatten(2, (side, side))


def one_place_a_channel() -> FaceModel:
    network = nn.Sequential(PlaceAChannel(), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    return FaceModel.from_network(network, (SIZE, SIZE), name="places")


def max_pooled() -> FaceModel:
    torch.manual_seed(1)
    layers = (nn.Conv2d(3, 24, 5, padding=2, stride=4), nn.ReLU())
    network = nn.Sequential(*layers, nn.AdaptiveMaxPool2d(1), nn.Flatten())
    return FaceModel.from_network(network, (SIZE, SIZE), name="max-pooled")


def mirrored(pair: Comparison) -> Comparison:
    return replace(pair, mirror=True)


@pytest.mark.parametrize("view", [lambda pair: pair, mirrored])
@pytest.mark.parametrize("model", [pooled(), max_pooled()])
def test_weights_add_up_to_the_score_less_the_threshold(model: FaceModel, view) -> None:
    run = Run(view(alike(model, 0, threshold=0.8)))
    weights, exact = split_weights(run, read(run, 8))
    assert exact
    for side in (0, 1):
        assert float(weights[side::2].sum()) == pytest.approx(run.reference - 0.8, abs=1e-5)


def test_weights_in_front_of_average_pooling_and_a_linear_layer() -> None:
    model = pooled()
    pair = alike(model, 2, threshold=0.7)
    run = Run(pair)
    weights, _ = split_weights(run, read(run, 8))
    head = model.network[-1].weight
    means = [model.network[:-2](picture(each.pixels))[0].flatten() for each in (pair.a, pair.b)]
    a, b = (head @ each for each in means)
    expected = means[0] * (head.T @ b) / (a.norm() * b.norm()) - 0.7 / 24
    torch.testing.assert_close(weights[0], expected, atol=1e-6, rtol=0)


def test_weights_in_front_of_max_pooling_are_the_products_of_the_elements() -> None:
    pair = alike(max_pooled(), 2, threshold=0.7)
    run = Run(pair)
    weights, _ = split_weights(run, read(run, 8))
    expected = run.embeddings["a"] * run.embeddings["b"] - 0.7 / 24
    np.testing.assert_allclose(weights[0].numpy(), expected, atol=1e-6)


@pytest.mark.parametrize("view", [lambda pair: pair, mirrored])
def test_removal_weights_against_the_changed_network(view) -> None:
    model = pooled()
    pair = view(alike(model, 3))
    run = Run(pair)
    activations = read(run, 8)
    got = removal_weights(run, activations, 1, torch.arange(24))

    def embed(maps: torch.Tensor) -> torch.Tensor:
        return model.network[4:](maps)[0]

    views = activations.maps.detach()
    other = sum(embed(maps[None]) for maps in views[0::2])
    whole = sum(embed(maps[None]) for maps in views[1::2])
    for channel in (0, 5, 23):
        changed = views[1].clone()
        flat = changed[channel].flatten()
        flat[flat.argmax()] = 0
        mine = whole - embed(views[1][None]) + embed(changed[None])
        before, after = (torch.cosine_similarity(each, other, dim=0) for each in (whole, mine))
        assert float(got[channel]) == pytest.approx(float(before - after), abs=1e-6)
    assert not any(module._forward_hooks for module in model.network.modules())


class OneByOne(nn.Module):
    """Fails, or answers one row too few, when what comes is no longer as many as went in."""

    def __init__(self, fails: bool) -> None:
        super().__init__()
        self.inner = pooled().network
        self.fails = fails

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        maps = self.inner[:4](x)
        if self.fails:
            maps = maps.view(len(x), 24, 12, 12)
        rows = self.inner[4:](maps)
        return rows.flatten()[None] if len(rows) != len(x) else rows


@pytest.mark.parametrize("network", [pooled().network, OneByOne(False), OneByOne(True)])
def test_one_pass_for_many_changes_where_the_network_allows_it(network: nn.Module) -> None:
    inner = network.inner if isinstance(network, OneByOne) else network
    layer = inner[3]
    faces = picture(texture(0))
    with torch.no_grad():
        whole = inner[:4](faces)[0]
        changed = torch.cat([whole[None], ddfv.without_maximum(whole, torch.arange(5))])
        got = ddfv.embed(network, layer, faces[0], changed)
        torch.testing.assert_close(got, inner[4:](changed))


def picture(pixels: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(pixels).permute(2, 0, 1)[None]


def test_residuals_of_a_known_decoder() -> None:
    maps = torch.rand(3, 12, 12)
    got = residuals(Enlarged(), maps, torch.tensor([2, 0]))
    for channel, residual in zip((2, 0), got, strict=True):
        row, column = divmod(int(maps[channel].argmax()), 12)
        expected = torch.zeros(48, 48)
        expected[4 * row : 4 * row + 4, 4 * column : 4 * column + 4] = 1
        torch.testing.assert_close(residual, expected)


@pytest.fixture
def enlarging(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every recogniser has the decoder worked out by hand."""
    monkeypatch.setattr(ddfv, "load_decoder", lambda model: Enlarged())
    monkeypatch.setattr(type(DECODER), "find", lambda self, model: Path("known"))


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("weights", ["exact", "split", "removal"])
@pytest.mark.usefixtures("enlarging")
def test_planted_window_wins(window: str, seed: int, weights: str) -> None:
    pair = alike(pooled(WINDOWS[window], seed), seed, threshold=0.0)
    for values in explain("ddfv", pair, weights=weights).maps:
        assert share_inside(np.abs(values), WINDOWS[window]) > 0.7


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("weights", ["split", "removal"])
@pytest.mark.usefixtures("enlarging")
def test_signs_of_a_half_and_half_picture(seed: int, weights: str) -> None:
    pair = composite(one_place_a_channel(), seed)
    for values in explain("ddfv", pair, weights=weights).maps:
        left, right = values[:, : SIZE // 2].mean(), values[:, SIZE // 2 :].mean()
        # No feature on the right is there in both pictures: its term is 0, but without it the
        # score would be higher.
        assert left > 0 > right if weights == "removal" else left > 20 * abs(right)


@pytest.mark.usefixtures("enlarging")
def test_what_is_shown() -> None:
    pair = alike(pooled(), 0, threshold=0.9)
    shown = {
        show: explain("ddfv", pair, show=show).maps[0]
        for show in ("both", "similarity", "dissimilarity", "discriminative")
    }
    assert shown["both"].min() < 0 < shown["both"].max()
    np.testing.assert_allclose(shown["discriminative"], np.abs(shown["both"]), atol=1e-6)
    for name, sign in (("similarity", 1), ("dissimilarity", -1)):
        part = np.maximum(sign * shown["both"], 0)
        np.testing.assert_allclose(sign * shown[name], part / part.max(), atol=1e-6)


@pytest.mark.parametrize("weights", ["split", "removal"])
@pytest.mark.usefixtures("enlarging")
def test_an_embedding_of_length_0_divides_nothing(weights: str) -> None:
    """A black picture has one where the network has no bias."""
    pair = alike(pooled(), 0)
    black = pair_from_aligned(np.zeros_like(pair.a.pixels), pair.b.pixels, pair.model)
    assert np.isfinite(explain("ddfv", black, weights=weights).maps).all()


@pytest.mark.usefixtures("enlarging")
def test_fewer_channels_cost_fewer_passes() -> None:
    pair = alike(pooled(), 0)
    all_of_them, half = (
        explain("ddfv", pair, weights="removal", channels=share).passes for share in (1.0, 0.5)
    )
    assert half < 0.6 * all_of_them


def test_a_missing_decoder_is_said_with_the_command_that_makes_it() -> None:
    with pytest.raises(ModelNotInstalled, match=r"training\.train_decoder --model pooled"):
        explain("ddfv", alike(pooled(), 0))


def test_the_benchmark_leaves_out_what_was_not_trained(tmp_path: Path) -> None:
    assert not evaluate.trained("ddfv", pooled())
    assert evaluate.trained("ddfv", with_trained(pooled(), tmp_path))
    assert evaluate.trained("s0-", pooled())


def test_what_was_trained_stays_when_the_recogniser_forgets(tmp_path: Path) -> None:
    """The sanity check shuffles the recogniser alone."""
    model = with_trained(replace(pooled(), weights_sha256="one"), tmp_path)
    assert DECODER.find(forgetful(model)) == DECODER.find(model)


def test_the_command_names_the_settings_of_ones_own_model(tmp_path: Path) -> None:
    own = replace(pooled(), calibration_file=str(tmp_path / "pooled.calibration.json"))
    for settings in ("SETTINGS.toml", str(tmp_path / "pooled.toml")):
        with pytest.raises(ModelNotInstalled, match=re.escape(f"--model {settings} --faces")):
            DECODER.find(own)
        (tmp_path / "pooled.toml").touch()


def test_a_decoder_is_only_used_with_the_weights_it_was_made_for(tmp_path: Path) -> None:
    model = with_trained(replace(pooled(), weights_sha256="one"), tmp_path)
    assert DECODER.ready(model)
    assert not DECODER.ready(replace(model, weights_sha256="another"))
    DECODER.place(model).write_bytes(b"nothing")
    with pytest.raises(BadSetting, match="train it anew"):
        DECODER.find(model)


def test_a_decoder_is_written_and_read(tmp_path: Path) -> None:
    model = with_trained(pooled(), tmp_path)
    loaded = load_decoder(model)
    torch.manual_seed(0)
    fresh = Decoder(24, 2, 16, 8)
    maps = torch.rand(2, 24, 12, 12)
    torch.testing.assert_close(loaded(maps), fresh(maps), atol=1e-2, rtol=0)  # half precision
    assert loaded(maps).shape == (2, 3, 48, 48)


def test_pictures_are_about_as_large_as_the_face() -> None:
    assert doublings((7, 7), (112, 112)) == 4
    assert doublings((8, 8), (150, 150)) == 4


def test_people_are_held_out_whole() -> None:
    names = [f"{person}/{number}.jpg" for person in "abcdefghij" for number in range(3)]
    held_out = held_out_people(names, 0.3, seed=0)
    assert held_out.sum() == 9
    assert all(len(set(held_out[at : at + 3])) == 1 for at in range(0, 30, 3))


def blurry(count: int) -> tuple[list[str], np.ndarray]:
    """Pictures of a few large patches: what features tell, a decoder can draw."""
    coarse = np.random.default_rng(0).integers(0, 256, (count, 6, 6, 3))
    crops = coarse.repeat(SIZE // 6, 1).repeat(SIZE // 6, 2).astype(np.uint8)
    return [f"person {at}/1.jpg" for at in range(count)], crops


def test_a_decoder_learns_to_draw(capsys: pytest.CaptureFixture[str]) -> None:
    own = train_decoder.Settings(epochs=8, batch=8, width=16, rate=1e-2)
    model, (names, crops) = pooled(), blurry(40)
    decoder = train_decoder.make(model, names, crops, own)
    unseen = crops[held_out_people(names, own.held_out, own.seed)]
    pictures = train_decoder.targets(unseen, (SIZE, SIZE))
    reached = train_decoder.error(decoder, features(model, unseen, own.smallest), pictures)
    floor = float((pictures.float() / 255 - torch.from_numpy(crops).float().mean() / 255).var())
    assert reached < 0.7 * floor
    assert f"mean squared error {reached:.5f}" in capsys.readouterr().out


def test_a_black_box_has_no_features_to_train_on() -> None:
    model = FaceModel.from_function(lambda batch: batch.mean((1, 2)), (SIZE, SIZE))
    with pytest.raises(Exception, match="differentiable"):
        features(model, np.zeros((1, SIZE, SIZE, 3), np.uint8), 8)


@pytest.fixture
def people(tmp_path: Path, astronaut: Path, admiral: Path) -> Path:
    """A folder of twelve people, who are two in truth."""
    for number in range(12):
        folder = tmp_path / "people" / f"person_{number:02d}"
        folder.mkdir(parents=True)
        for picture_number in range(2):
            photo = (astronaut, admiral)[number % 2]
            shutil.copy(photo, folder / f"{picture_number}{photo.suffix}")
    return tmp_path / "people"


def data_options(people: Path) -> list[str]:
    return ["--faces", str(people), "--cache", str(people.parent / "cache"), "--workers", "1"]


def test_the_command_makes_a_decoder(people: Path, tmp_path: Path) -> None:
    out = tmp_path / "decoder.safetensors"
    train_decoder.main([*data_options(people), "--epochs", "1", "--out", str(out)])
    model = load_model()
    own = replace(model, calibration_file=str(tmp_path / f"{model.name}.calibration.json"))
    out.rename(DECODER.place(own))
    assert load_decoder(own).smallest == train_decoder.Settings.smallest


def test_joint_training_ends_at_the_own_model_door(people: Path, tmp_path: Path) -> None:
    out = tmp_path / "models" / "joint.onnx"
    train_joint.main(
        [*data_options(people), "--least=2", "--size=64", "--epochs=2", "--out", str(out)]
    )
    model = load_model(str(out.with_suffix(".toml")))
    rng = np.random.default_rng(0)
    pair = pair_from_aligned(*rng.random((2, 64, 64, 3), np.float32), model, threshold=0.5)
    run = Run(pair)
    weights, exact = split_weights(run, read(run, load_decoder(model).smallest))
    assert exact
    products = run.embeddings["a"] * run.embeddings["b"] - 0.5 / weights.shape[1]
    np.testing.assert_allclose(weights[0].numpy(), products, atol=1e-4)
    assert np.abs(explain("ddfv", pair).maps[0]).max() == 1


def test_arcface_margin() -> None:
    """One embedding at 60 degrees to its own centre: the logit is cos(60 deg + margin)."""
    head = ArcFace(2, 2, scale=1.0)
    head.weight.data = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    at = np.deg2rad(60)
    embedding = torch.tensor([[np.cos(at), np.sin(at)]], dtype=torch.float32)
    own, other = np.cos(at + 0.3), np.sin(at)
    expected = -np.log(np.exp(own) / (np.exp(own) + np.exp(other)))
    loss = head(embedding, torch.tensor([0]), 0.3)
    assert float(loss.detach()) == pytest.approx(expected, abs=1e-5)


def test_joint_features_are_the_embedding_before_the_maximum() -> None:
    network = Recogniser().eval()
    pictures = torch.rand(2, 3, 64, 64)
    maps = network.features(pictures)
    assert maps.shape == (2, 128, 4, 4)
    torch.testing.assert_close(maps.amax((2, 3)), network(pictures))


def test_too_few_people_are_said(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    with pytest.raises(BadSetting, match="at least 10 must"):
        train_joint.people_of(tmp_path, 1)
