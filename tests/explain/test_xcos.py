"""xCos: its parts add up to its score, a planted place wins, and it learns the cosine."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from explain import explain, train_xcos
from explain.activations import read
from explain.methods import xcos
from explain.run import Run
from explain.train_xcos import copies, pairs_of, pasted
from explain.xcos import XCOS, XCos, load_xcos
from recognition import FaceModel, load_model
from recognition.errors import ModelNotInstalled
from tests.explain.planted import CELL, SIZE, WINDOWS, Centred, alike, composite, inside, pooled
from tests.explain.trained import with_trained

SIDE = SIZE // CELL


def colours() -> FaceModel:
    """The features are the colours of the 4 x 4 patches, around zero."""
    network = nn.Sequential(nn.AvgPool2d(CELL), Centred(), nn.AvgPool2d(1), nn.Flatten())
    return FaceModel.from_network(network, (SIZE, SIZE), name="colours")


class Looks(XCos):
    """Compares the features as they are, and counts the places in one window alone."""

    def __init__(self, window: str | None = None) -> None:
        super().__init__(channels=3, places=(SIDE, SIDE), depth=3, smallest=8)
        nn.init.eye_(self.local.weight.data[:, :, 0, 0])
        nn.init.zeros_(self.local.bias)
        counts = torch.full((SIZE, SIZE), 1.0 if window is None else 0.0)
        if window is not None:
            inside(counts, WINDOWS[window])[:] = 1
        self.counts = counts[::CELL, ::CELL]

    def compare(self, a: torch.Tensor, b: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        weights = (self.counts / self.counts.sum()).expand(len(a), -1, -1)
        return (a * b).sum(1), weights


def looking(monkeypatch: pytest.MonkeyPatch, window: str | None = None) -> None:
    monkeypatch.setattr(xcos, "load_xcos", lambda model: Looks(window))
    monkeypatch.setattr(type(XCOS), "find", lambda self, model: Path("known"))


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("window", WINDOWS)
def test_planted_window_wins(window: str, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    looking(monkeypatch, window)
    for values in explain("xcos", alike(colours(), seed, threshold=0.0)).maps:
        assert np.abs(inside(values, WINDOWS[window])).sum() > 0.7 * np.abs(values).sum()


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_signs_of_a_half_and_half_picture(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    looking(monkeypatch)
    for values in explain("xcos", composite(colours(), seed)).maps:
        assert values[:, :20].mean() > 0.5 > 0 > -0.5 > values[:, 28:].mean()


def test_what_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    looking(monkeypatch, "top left")
    pair = composite(colours(), 0)
    attention, cosine, evidence = (
        explain("xcos", pair, show=show).maps[0] for show in ("attention", "cosine", "evidence")
    )
    assert attention.min() == 0
    assert cosine[:, 28:].mean() < 0
    np.testing.assert_array_equal(evidence == 0, attention * cosine == 0)


@pytest.mark.parametrize("usual", [0.0, 0.4])
def test_places_add_up_to_the_score_less_the_threshold(
    usual: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when places differ in what is usual there."""
    model = with_trained(pooled(), tmp_path)
    module = load_xcos(model)
    monkeypatch.setattr(module, "intercept", usual * torch.rand(12, 12))
    run = Run(alike(model, 0, threshold=0.3))
    kept: list[torch.Tensor] = []
    monkeypatch.setattr(xcos, "to_pixels", lambda run, values: kept.append(values) or values)
    xcos.explain_both(run, "evidence")
    features = read(run, 8).maps.detach()
    score = float(module(features[:1], features[1:2]))
    for side in (0, 1):
        assert float(kept[0][side].sum()) == pytest.approx(score - 0.3, abs=1e-6)


@pytest.mark.parametrize("mirror", [False, True])
def test_both_pictures_have_one_map(tmp_path: Path, mirror: bool) -> None:
    pair = replace(alike(with_trained(pooled(), tmp_path), 0), mirror=mirror)
    first, second = explain("xcos", pair).maps
    np.testing.assert_array_equal(first, second)
    assert np.abs(first).max() == 1


def test_what_is_usual_is_a_line_over_the_score() -> None:
    """Features of one place follow the embedding, those of the other are the same in all faces."""
    torch.manual_seed(0)
    module = Looks()
    embedded = nn.functional.normalize(torch.randn(4, 30, 3), dim=2)
    inputs = torch.zeros(4, 30, 3, SIDE, SIDE)
    inputs[..., 0, 0] = embedded
    inputs[:, :, 0, 5, 5] = 1
    train_xcos.learn_what_is_usual(module, inputs, embedded)
    for score in (-0.5, 0.5):
        usual = module.usual(score)
        assert float(usual[0, 0]) == pytest.approx(score, abs=1e-3)
        assert float(usual[5, 5]) == pytest.approx(1, abs=1e-3)


def test_swapped_faces_have_the_same_score() -> None:
    torch.manual_seed(0)
    module = XCos(channels=5, places=(6, 6), depth=8, smallest=4)
    a, b = torch.rand(2, 3, 5, 6, 6)
    torch.testing.assert_close(module(a, b), module(b, a))


def test_a_missing_module_is_said_with_the_command_that_makes_it() -> None:
    with pytest.raises(ModelNotInstalled, match=r"explain\.train_xcos --model pooled"):
        explain("xcos", alike(pooled(), 0))


def test_a_pasted_box_is_the_other_face_and_the_rest_is_not() -> None:
    mine, other = np.zeros((40, 40, 3), np.uint8), np.full((40, 40, 3), 255, np.uint8)
    share = pasted(mine, other, np.random.default_rng(0)).mean() / 255
    assert 0.05 < share < 0.5


def test_pairs_of_a_group() -> None:
    first, second, related = pairs_of(3, 2)
    assert len(first) == 15
    known = dict(zip(zip(first.tolist(), second.tolist(), strict=True), related, strict=True))
    assert known[0, 3] and known[0, 1] and known[1, 2] and not known[0, 2]


def test_a_module_learns_the_cosine() -> None:
    """Whose recogniser compares patches, that the module can do exactly, but for the lengths."""
    model = colours()
    coarse = np.random.default_rng(0).integers(0, 256, (40, SIDE // 2, SIDE // 2, 3))
    crops = coarse.repeat(2 * CELL, 1).repeat(2 * CELL, 2).astype(np.uint8)
    names = [f"person {at}/1.jpg" for at in range(40)]
    own = train_xcos.Settings(smallest=8, depth=3, steps=80, people=6, rate=1e-2)
    module = train_xcos.make(model, names, crops, own)
    versions = np.concatenate(copies(crops, 1))
    first, second, _ = pairs_of(40, 4)
    some = torch.randperm(len(first), generator=torch.Generator().manual_seed(0))[:500]
    given, wanted = train_xcos.score_pairs(model, module, versions, first[some], second[some])
    assert float(torch.corrcoef(torch.stack([given, wanted]))[0, 1]) > 0.8


def test_the_command_makes_a_module(tmp_path: Path, astronaut: Path, admiral: Path) -> None:
    for number, photo in enumerate((astronaut, admiral, astronaut)):
        folder = tmp_path / "people" / f"person_{number}"
        folder.mkdir(parents=True)
        shutil.copy(photo, folder)
    out = tmp_path / "xcos.safetensors"
    data = ["--faces", str(tmp_path / "people"), "--cache", str(tmp_path), "--workers", "1"]
    train_xcos.main([*data, "--steps", "2", "--out", str(out)])
    model = load_model()
    own = replace(model, calibration_file=str(tmp_path / f"{model.name}.calibration.json"))
    out.rename(XCOS.place(own))
    assert load_xcos(own).smallest == train_xcos.Settings.smallest
