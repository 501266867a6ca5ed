"""RePaint with a tiny random network, saved as diffusers saves them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import DDPMScheduler, UNet2DModel

from explain import EXPLAINERS, explain
from explain.inpainters import find_inpainter, repaint
from explain.inpainters.repaint import Diffusion, Schedule
from explain.regions import RegionMasks
from page.cost import estimate
from recognition.errors import BadSetting, Cancelled, ModelNotInstalled
from recognition.types import Face
from tests.explain.regional import planted

SIDE = 32
QUICK = "steps = 4\njump_length = 2\njump_n_sample = 2\n"


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as save_pretrained of a pipeline writes it."""
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("repaint")
    network = UNet2DModel(
        sample_size=SIDE,
        block_out_channels=(8, 16),
        layers_per_block=1,
        norm_num_groups=4,
        down_block_types=("DownBlock2D", "AttnDownBlock2D"),
        up_block_types=("AttnUpBlock2D", "UpBlock2D"),
        attention_head_dim=4,
    )
    network.save_pretrained(folder / "unet")
    DDPMScheduler(num_train_timesteps=20).save_pretrained(folder / "scheduler")
    (folder / "repaint.toml").write_text(QUICK)
    return folder


@pytest.fixture
def own(saved: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(repaint.VARIABLE, str(saved))
    return saved


@pytest.fixture
def diffusion(saved: Path) -> Diffusion:
    return repaint.load(saved, 1)


def test_only_the_hole_changes_and_the_seed_decides_how(
    own: Path, face: Face, masks: RegionMasks
) -> None:
    entry, hole = find_inpainter("repaint"), masks["mouth"]
    assert entry.ready
    one, other, again = entry.fill(face, hole, [5, 6, 5])
    for each in (one, other):
        np.testing.assert_array_equal(each[~hole], face.pixels[~hole])
        assert np.abs(each[hole] - face.pixels[hole]).mean() > 0.01
    np.testing.assert_allclose(one, again, atol=1e-5)
    assert np.abs(one - other)[hole].mean() > 0.01
    np.testing.assert_allclose(one, entry.fill(face, hole, [5])[0], atol=1e-4)


def test_the_fill_does_not_depend_on_what_was_in_the_hole(diffusion: Diffusion) -> None:
    rng = np.random.default_rng(0)
    picture = rng.random((SIDE, SIDE, 3)).astype(np.float32)
    hole = np.zeros((1, SIDE, SIDE), bool)
    hole[:, 8:20, 8:20] = True
    other = np.where(hole[0, ..., None], 1 - picture, picture)
    one, two = (repaint.repaint(diffusion, each, hole, [3]) for each in (picture, other))
    np.testing.assert_allclose(one[0], two[0], atol=1e-5)
    np.testing.assert_allclose(one[0][~hole[0]], picture[~hole[0]], atol=1e-3)


def test_a_network_that_knows_the_picture_paints_it_back(diffusion: Diffusion) -> None:
    """An oracle that says which noise there is leads to the picture, in the hole too."""
    rng = np.random.default_rng(1)
    picture = rng.random((SIDE, SIDE, 3)).astype(np.float32)
    wanted = torch.from_numpy(picture).permute(2, 0, 1)[None] * 2 - 1
    kept = DDPMScheduler(num_train_timesteps=20).alphas_cumprod

    class Oracle:
        device = torch.device("cpu")

        def __call__(self, noisy: torch.Tensor, time: int) -> object:
            class Answer:
                sample = (noisy - kept[time].sqrt() * wanted) / (1 - kept[time]).sqrt()

            return Answer

    hole = np.zeros((1, SIDE, SIDE), bool)
    hole[:, 4:30, 4:30] = True
    filled = repaint.repaint(replace(diffusion, network=Oracle()), picture, hole, [0])
    np.testing.assert_allclose(filled[0], picture, atol=0.02)


def test_steps_are_counted_as_in_the_paper(diffusion: Diffusion) -> None:
    """T = 4, j = 2, r = 2: one jump back of two steps, so 4 + 2 denoised and 2 undone."""
    said: list[tuple[int, int]] = []
    hole = np.ones((1, SIDE, SIDE), bool)
    black = np.zeros((SIDE, SIDE, 3), np.float32)
    repaint.repaint(diffusion, black, hole, [0], lambda *at: said.append(at))
    assert said == [(at, 8) for at in range(1, 9)]


def test_it_stops_when_told(diffusion: Diffusion) -> None:
    def stop(done: int, _all: int) -> None:
        if done == 3:
            raise Cancelled("Stopped.")

    hole = np.ones((1, SIDE, SIDE), bool)
    with pytest.raises(Cancelled):
        repaint.repaint(diffusion, np.zeros((SIDE, SIDE, 3), np.float32), hole, [0], stop)


def test_a_network_alone_in_its_folder(saved: Path, tmp_path: Path) -> None:
    UNet2DModel.from_pretrained(saved / "unet").save_pretrained(tmp_path)
    opened = repaint.load(tmp_path, 2)
    assert opened.side == SIDE
    assert opened.schedule == Schedule()


def test_what_is_missing_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, face: Face, masks: RegionMasks
) -> None:
    monkeypatch.setenv(repaint.VARIABLE, str(tmp_path))
    entry = find_inpainter("repaint")
    assert not entry.ready
    with pytest.raises(ModelNotInstalled, match=repaint.VARIABLE):
        entry.fill(face, masks["nose"], [0])


@pytest.mark.parametrize("settings", ["steps = 0", "pace = 3", 'steps = "many"'])
def test_a_wrong_schedule_is_said(saved: Path, tmp_path: Path, settings: str) -> None:
    (tmp_path / "unet").symlink_to(saved / "unet")
    (tmp_path / "repaint.toml").write_text(settings)
    with pytest.raises(BadSetting, match="jump_length"):
        repaint.load(tmp_path, 3)


def test_a_folder_of_something_else_is_said(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(BadSetting, match="cannot be opened"):
        repaint.load(tmp_path, 4)


@pytest.mark.usefixtures("own")
def test_an_explanation_that_waits_for_fills_tells_how_far_it_is_and_can_be_stopped(
    masks: RegionMasks,
) -> None:
    pair = planted(masks["nose"], 0)
    batches = 2 * -(-len(masks.names) // repaint.BATCH)
    told: list[float] = []
    explain("inpaint-s0", pair, inpainter="repaint", fills=1, progress=told.append)
    assert told == sorted(told)
    assert len({round(share, 6) for share in told}) >= 8 * batches  # eight steps for each batch

    def stop(share: float) -> None:
        if share > 0.1:
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        explain("inpaint-s0", pair, inpainter="repaint", fills=1, progress=stop)


def test_nobody_can_tell_how_long_a_network_of_the_users_own_takes(masks: RegionMasks) -> None:
    pair = planted(masks["nose"], 0)
    for name in ("inpaint-s0", "inpaint-s1"):
        assert EXPLAINERS[name].expected_work(pair, {"inpainter": "repaint"}) is None
    assert "hours" in estimate("inpaint-s0", pair, {"inpainter": "repaint"})
