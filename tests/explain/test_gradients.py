"""The gradient family against slow formulas, captum, and planted answers."""

from __future__ import annotations

from pathlib import Path

import captum.attr
import numpy as np
import pytest
import torch

from explain import activations
from explain.registry import EXPLAINERS, explain
from explain.run import Run
from recognition import FaceModel, pair_from_aligned
from recognition.errors import BadSetting, Cancelled, NeedsGradients
from recognition.own import load_own
from tests.explain.planted import (
    SIZE,
    WINDOWS,
    alike,
    composite,
    inside,
    patches,
    pooled,
    share_inside,
    texture,
)

PIXEL_METHODS = ("gradient", "smoothgrad", "ig", "xssab", "fggb")
LAYER_METHODS = ("gradcam", "gradcam++", "stylianou")


def leaf(pixels: np.ndarray) -> torch.Tensor:
    return torch.tensor(pixels).permute(2, 0, 1)[None].requires_grad_()


def embed(network: torch.nn.Module, x: torch.Tensor, mirror: bool) -> torch.Tensor:
    raw = network(x)[0] + network(x.flip(3))[0] if mirror else network(x)[0]
    return raw / raw.norm()


def normalised(values: np.ndarray) -> np.ndarray:
    return values / np.abs(values).max()


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("name", PIXEL_METHODS)
def test_planted_window_wins(name: str, window: str, seed: int) -> None:
    corner = WINDOWS[window]
    pair = alike(patches(corner), seed, threshold=0.0)
    for values in explain(
        name, pair, seed=seed, **({"samples": 8} if "smooth" in name else {})
    ).maps:
        assert np.abs(inside(values, corner)).max() == 1
        assert share_inside(np.abs(values), corner) > 0.8  # xSSAB blurs


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("name", LAYER_METHODS)
def test_planted_window_wins_in_the_features(name: str, window: str, seed: int) -> None:
    corner = WINDOWS[window]
    for values in explain(name, alike(pooled(corner, seed), seed)).maps:
        assert share_inside(np.abs(values), corner) > 0.7  # features are four pixels apart


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("name", ["ig", "fggb"])
def test_signs_of_a_half_and_half_picture(name: str, seed: int) -> None:
    for values in explain(name, composite(patches(), seed)).maps:
        assert values[:, : SIZE // 2].mean() > 0 > values[:, SIZE // 2 :].mean()


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_xssab_signs(seed: int) -> None:
    """A third of the face is unrelated: without any, both sets of arguments weigh the same."""
    pair = composite(patches(), seed)
    b = pair.b.pixels.copy()
    b[:, 16:32] = texture(seed + 50)[:, 16:32]
    pair = pair_from_aligned(pair.a.pixels, b, pair.model, threshold=0.0)
    for values in explain("xssab", pair, blur=False).maps:
        assert values[:, :16].mean() > 0 > values[:, 32:].mean()


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_stylianou_tells_like_features_from_unlike_ones(seed: int) -> None:
    network = torch.nn.Sequential(torch.nn.AvgPool2d(4), *list(patches().network)[2:])
    model = FaceModel.from_network(network, (SIZE, SIZE))
    for values in explain("stylianou", composite(model, seed)).maps:
        assert values[:, :20].mean() > 0 > values[:, 28:].mean()


@pytest.mark.parametrize("mirror", [False, True])
def test_xssab_equals_the_published_code(mirror: bool) -> None:
    """Written after the authors': normalised input, one picture at a time, weights held fixed."""
    pair = pair_from_aligned(texture(3), texture(4), pooled(), threshold=0.9)
    object.__setattr__(pair, "mirror", mirror)
    network = pair.model.network
    got = explain("xssab", pair, blur=False)
    for side, values in enumerate(got.maps):
        me, you = (pair.a, pair.b) if side == 0 else (pair.b, pair.a)
        x = ((leaf(me.pixels) - 0.5) / 0.5).detach().requires_grad_()
        mine = embed(network, x * 0.5 + 0.5, mirror)
        yours = embed(network, leaf(you.pixels), mirror).detach()
        argument = (mine * yours).detach()
        bound = pair.threshold / len(argument)
        maps = []
        for chosen in (argument >= bound, argument < bound):
            (gradient,) = torch.autograd.grad(
                (yours * mine)[chosen].sum(),
                x,
                retain_graph=True,
            )
            maps.append(gradient[0].abs().mean(0).numpy())
        # The authors' pixels reach from -1 to 1, ours from 0 to 1: half the slope.
        error = 2 * (maps[0] - maps[1]) - values * got.peaks[side]
        assert np.abs(error).max() <= 1e-6 * 2 * maps[0].max()


def test_xssab_costs_one_forward_and_two_backward_passes_a_picture() -> None:
    result = explain("xssab", alike(pooled(), 0))
    assert (result.passes, result.backward_passes) == (2, 4)


def test_gradient_equals_finite_differences() -> None:
    pair = alike(patches((4, 4)), 1)
    values = explain("gradient", pair).maps[0]
    run, step, slopes = Run(pair), 1e-2, []
    for y, x in ((6, 6), (12, 17), (30, 30)):
        channels = []
        for channel in range(3):
            up, down = pair.a.pixels.copy(), pair.a.pixels.copy()
            up[y, x, channel] += step
            down[y, x, channel] -= step
            high, low = run.scores(np.stack([up, down]), "a")
            channels.append(abs(high - low) / (2 * step))
        slopes.append(max(channels))
    peak = explain("gradient", pair).peaks[0]
    np.testing.assert_allclose(
        [values[6, 6] * peak, values[12, 17] * peak, values[30, 30]], slopes, atol=1e-4
    )


def test_ig_sums_to_the_score_gained_since_black() -> None:
    layers = torch.nn.AvgPool2d(4), torch.nn.Flatten(), torch.nn.Linear(432, 16), torch.nn.Tanh()
    torch.manual_seed(0)
    pair = alike(FaceModel.from_network(torch.nn.Sequential(*layers), (SIZE, SIZE)), 2)
    result = explain("ig", pair, steps=64)
    run = Run(pair)
    black = float(run.scores(np.zeros((1, SIZE, SIZE, 3), np.float32), "a")[0])
    assert result.maps[0].sum() * result.peaks[0] == pytest.approx(run.reference - black, abs=1e-4)


def test_fggb_equals_the_formula() -> None:
    pair = alike(pooled((28, 4)), 5, threshold=0.4)
    network, x = pair.model.network, leaf(pair.a.pixels)
    mine, yours = embed(network, x, False), embed(network, leaf(pair.b.pixels), False)
    total = np.zeros((SIZE, SIZE))
    for k in range(len(mine)):
        (gradient,) = torch.autograd.grad(mine[k], x, retain_graph=True)
        size = gradient[0].abs().mean(0).numpy()
        weight = (mine[k] * yours[k]).item() - pair.threshold / len(mine)
        total += weight * size / np.linalg.norm(size)
    np.testing.assert_allclose(explain("fggb", pair).maps[0], normalised(total), atol=1e-5)


def test_gradcam_equals_captum() -> None:
    pair = alike(pooled(), 4)
    network = pair.model.network
    other = torch.from_numpy(Run(pair).embeddings["b"])

    def score(x: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.normalize(network(x), dim=1) @ other

    x = leaf(pair.a.pixels)
    cam = captum.attr.LayerGradCam(score, network[3]).attribute(x, relu_attributions=True)
    want = cam.detach().numpy()[0, 0]
    got = explain("gradcam", pair, evidence="similar").maps[0]
    rows = np.arange(SIZE // len(want) // 2, SIZE, SIZE // len(want))
    near = (got[rows][:, rows] + got[rows - 1][:, rows - 1]) / 2  # about the cells' centres
    assert np.corrcoef(near.ravel(), want.ravel())[0, 1] > 0.99


def test_stylianou_splits_the_score_exactly() -> None:
    pair = alike(pooled(), 6)
    found = activations.read(Run(pair), 4)
    network = pair.model.network
    features = found.maps.detach()
    f_a, f_b = found.embedded.detach()
    weight = network[6].weight
    places = features.shape[2] * features.shape[3]
    split = torch.einsum("cyx,dc,d->yx", features[0], weight, f_b) / places
    split = split / (f_a.norm() * f_b.norm())
    assert float(split.sum()) == pytest.approx(pair.score, abs=1e-5)
    want = activations.to_pixels(Run(pair), torch.stack([split, split]))[0]
    got = explain("stylianou", pair).maps[0]
    np.testing.assert_allclose(got, normalised(want), atol=1e-6)


@pytest.mark.parametrize("name", PIXEL_METHODS + LAYER_METHODS)
def test_swapping_the_pictures_swaps_the_maps(name: str) -> None:
    pair = alike(pooled(), 7)
    swapped = pair_from_aligned(pair.b.pixels, pair.a.pixels, pair.model, threshold=0.5)
    forth, back = explain(name, pair, seed=3).maps, explain(name, swapped, seed=3).maps
    np.testing.assert_allclose(forth[0], back[1], atol=1e-5)
    np.testing.assert_allclose(forth[1], back[0], atol=1e-5)


@pytest.mark.parametrize("name", PIXEL_METHODS + LAYER_METHODS)
def test_a_mirrored_score_gives_mirrored_maps(name: str) -> None:
    """Averaging the mirror image makes the score blind to mirroring, and so must the map be."""
    pair = alike(pooled(), 8)
    turned = pair_from_aligned(
        pair.a.pixels[:, ::-1].copy(), pair.b.pixels, pair.model, threshold=0.5
    )
    for each in (pair, turned):
        object.__setattr__(each, "mirror", True)
    params = {"samples": 200, "noise": 0.01} if name == "smoothgrad" else {}
    straight, flipped = (
        explain(name, pair, **params).maps[0],
        explain(name, turned, **params).maps[0],
    )
    tolerance = 0.2 if name == "smoothgrad" else 1e-4  # the noise itself is not mirrored
    assert np.abs(straight - flipped[:, ::-1]).max() < tolerance


@pytest.mark.parametrize("name", PIXEL_METHODS + LAYER_METHODS)
def test_a_black_box_is_told_apart(name: str) -> None:
    model = FaceModel.from_function(lambda x: x.mean((1, 2)), (SIZE, SIZE))
    with pytest.raises(NeedsGradients, match="black box"):
        explain(name, alike(model, 0))


def hooks(network: torch.nn.Module) -> int:
    return sum(len(module._forward_hooks) for module in network.modules())


@pytest.mark.parametrize("name", LAYER_METHODS)
def test_hooks_are_gone_afterwards(name: str) -> None:
    pair = alike(pooled(), 0)
    explain(name, pair)
    assert hooks(pair.model.network) == 0


class Breaks(torch.nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if x.requires_grad:
            raise RuntimeError("broken")
        return x


@pytest.mark.parametrize("name", LAYER_METHODS)
def test_hooks_are_gone_after_an_error(name: str) -> None:
    network = torch.nn.Sequential(*pooled().network, Breaks())
    pair = alike(FaceModel.from_network(network, (SIZE, SIZE)), 0)
    with pytest.raises(RuntimeError, match="broken"):
        explain(name, pair)
    assert hooks(pair.model.network) == 0


def test_no_gradient_is_left_on_the_network() -> None:
    model = pooled()
    network = model.network.requires_grad_(True)
    pair = alike(model, 0)
    for name in PIXEL_METHODS + LAYER_METHODS:
        explain(name, pair)
    assert all(parameter.grad is None for parameter in network.parameters())


def layer_read(smallest: int) -> int:
    """Rows of the maps that are read in a network with maps of 24, 12, 12, 6 and 1 rows."""
    layers = [torch.nn.Conv2d(3, 4, 2, stride=2), torch.nn.AvgPool2d(2), torch.nn.ReLU()]
    layers += [torch.nn.AvgPool2d(2), torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten()]
    model = FaceModel.from_network(torch.nn.Sequential(*layers), (SIZE, SIZE))
    return activations.read(Run(alike(model, 0)), smallest).maps.shape[2]


@pytest.mark.parametrize(("smallest", "rows"), [(2, 6), (6, 6), (7, 12), (24, 24), (64, 24)])
def test_the_last_layer_large_enough_is_read(smallest: int, rows: int) -> None:
    assert layer_read(smallest) == rows


def test_a_network_without_feature_maps_is_named() -> None:
    layers = torch.nn.Flatten(), torch.nn.Linear(3 * SIZE**2, 8)
    model = FaceModel.from_network(torch.nn.Sequential(*layers), (SIZE, SIZE), title="Flat")
    with pytest.raises(BadSetting, match="Flat shows no layer"):
        explain("gradcam", alike(model, 0))


def test_unlike_evidence_is_below_zero() -> None:
    pair = alike(pooled(), 9)
    assert explain("gradcam++", pair, evidence="similar").maps[0].min() >= 0
    assert explain("gradcam++", pair, evidence="dissimilar").maps[0].max() <= 0


@pytest.mark.parametrize("name", ["smoothgrad", "ig", "fggb"])
def test_stops_when_asked(name: str) -> None:
    def stop(fraction: float) -> None:
        if fraction > 0:
            raise Cancelled

    with pytest.raises(Cancelled):
        explain(name, alike(pooled(), 0), progress=stop)


def test_smoothgrad_follows_its_seed() -> None:
    pair = alike(pooled(), 0)
    first, again, other = (
        explain("smoothgrad", pair, seed=seed, samples=4).maps[0] for seed in (1, 1, 2)
    )
    assert np.array_equal(first, again) and not np.array_equal(first, other)


@pytest.mark.parametrize("name", LAYER_METHODS)
def test_a_torchscript_file_has_no_layers_and_says_so(name: str, tmp_path: Path) -> None:
    script = torch.jit.trace(pooled().network, torch.rand(2, 3, SIZE, SIZE))
    script.save(str(tmp_path / "own.pt"))
    settings = f'name = "own"\nweights = "own.pt"\ninput_size = [{SIZE}, {SIZE}]\n'
    (tmp_path / "own.toml").write_text(settings)
    model = load_own(tmp_path / "own.toml")
    with pytest.raises(BadSetting, match="ONNX file instead of TorchScript"):
        explain(name, alike(model, 0))
    assert explain("gradient", alike(model, 0)).backward_passes > 0


def test_every_gradient_method_is_tested_here() -> None:
    elsewhere = {"optimal", "ddfv", "xcos"}
    ours = {name for name, entry in EXPLAINERS.items() if entry.needs_gradients} - elsewhere
    assert ours == set(PIXEL_METHODS + LAYER_METHODS)
    assert texture(0).min() > 0  # black must mean "hidden" in these pictures
