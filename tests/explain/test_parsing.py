"""A face-parsing model of the user's own: planted networks that answer by colour."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from explain import region_masks
from explain.head import frame_of, head_of
from explain.mesh import mesh_of
from explain.parsing import LABELS, VARIABLE, installed_parser, load_parser
from recognition import Face, FaceModel, find_face
from recognition.errors import BadSetting, ModelNotInstalled

SIDE = 64


class Planted(nn.Module):
    """Says where its labels are by place: hair on top, an ear at each side, skin between."""

    def __init__(self, small: int) -> None:
        super().__init__()
        where = torch.zeros(len(LABELS), SIDE, SIDE)
        where[0] = 0.5
        where[LABELS.index("hair"), :26] = 1
        where[LABELS.index("left ear"), 28:44, :14] = 1
        where[LABELS.index("right ear"), 28:44, -14:] = 1
        where[LABELS.index("skin"), 26:, 14:-14] = 1
        self.register_buffer("where", where[:, :: SIDE // small, :: SIDE // small].contiguous())

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        answer = self.where[None].expand(x.shape[0], -1, -1, -1) + 0 * x.mean()
        return answer, answer[:, :1]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    traced = torch.jit.trace(Planted(SIDE), torch.rand(1, 3, SIDE, SIDE))
    traced.save(str(tmp_path / "planted.pt"))
    path = tmp_path / "face-parsing.toml"
    path.write_text(f'weights = "planted.pt"\ntitle = "Planted"\nsize = {SIDE}\n')
    monkeypatch.setenv(VARIABLE, str(path))
    return path


@pytest.fixture(scope="module")
def face(astronaut: Path, model: FaceModel) -> Face:
    return find_face(astronaut, model)


def test_hair_and_ears_are_the_models(settings: Path, face: Face) -> None:
    mesh = mesh_of(face)
    head = head_of(face, mesh)
    assert head.source == "face parsing"
    assert "“Planted”" in head.sentence
    there = np.zeros((SIDE, SIDE), bool)
    there[:26] = True
    wanted = frame_of(face, mesh, SIDE).back(there, face.pixels.shape[:2])
    assert (head.hair & wanted).sum() > 0.9 * max(head.hair.sum(), wanted.sum())


def test_an_ear_on_each_side_whatever_the_model_calls_it(settings: Path, face: Face) -> None:
    frame = frame_of(face, mesh_of(face), SIDE)
    parser = installed_parser()
    assert parser is not None
    ears = parser.where(parser.labels_of(frame.picture), "ears")
    assert ears[:, : SIDE // 2].any() and ears[:, SIDE // 2 :].any()
    assert not ears[:, 20:44].any()


def test_regions_say_which_model_they_come_from(settings: Path, face: Face) -> None:
    masks = region_masks(face, "ifv")
    assert "“Planted”" in masks.sentence
    assert masks.masks.sum(0).max() == 1


def test_a_smaller_answer_is_enlarged(settings: Path, tmp_path: Path) -> None:
    picture = np.zeros((SIDE, SIDE, 3), np.uint8)
    full = load_parser(settings, 1).labels_of(picture)
    small = torch.jit.trace(Planted(SIDE // 4), torch.rand(1, 3, SIDE, SIDE))
    small.save(str(tmp_path / "planted.pt"))
    assert (load_parser(settings, 2).labels_of(picture) == full).mean() > 0.9


def test_onnx_too(settings: Path, tmp_path: Path) -> None:
    torch.onnx.export(
        Planted(SIDE), (torch.rand(1, 3, SIDE, SIDE),), tmp_path / "planted.onnx", dynamo=False
    )
    settings.write_text(f'weights = "planted.onnx"\nsize = {SIDE}\n')
    parser = load_parser(settings, 3)
    assert parser.title == "planted"
    labels = parser.labels_of(np.zeros((SIDE, SIDE, 3), np.uint8))
    assert parser.where(labels, "hair")[:10].all()


def test_nothing_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr("explain.parsing.FOLDER", tmp_path)
    assert installed_parser() is None


def test_a_missing_file_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "none.toml"))
    with pytest.raises(ModelNotInstalled, match=VARIABLE):
        installed_parser()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("size = 8", "size"),
        ('colour = "CMYK"', "RGB or BGR"),
        ("mean = [1, 2]", "three numbers"),
        ("std = [0, 1, 1]", "must not be 0"),
        ('labels = ["skin"]', "hair"),
        ("depth = 3", "not known"),
        ("size = 1.5", "cannot be"),
        ("= =", "valid TOML"),
    ],
)
def test_wrong_settings_are_said(settings: Path, line: str, said: str) -> None:
    settings.write_text(f'weights = "planted.pt"\n{line}\n')
    with pytest.raises(BadSetting, match=said):
        load_parser(settings, hash(line))


def test_an_answer_of_another_shape_is_said(settings: Path) -> None:
    settings.write_text(
        f'weights = "planted.pt"\nsize = {SIDE}\nlabels = ["background", "skin", "hair"]\n'
    )
    with pytest.raises(BadSetting, match="labels"):
        load_parser(settings, 4).labels_of(np.zeros((SIDE, SIDE, 3), np.uint8))
