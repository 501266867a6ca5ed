"""Every explainer of the registry keeps the contract; new ones are covered by being there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
import torch

from explain import COSTS, EXPLAINERS, explain, explain_many
from explain.base import carry_out
from explain.run import SIDES, Run, Side
from recognition import FaceModel, pair_from_aligned
from recognition.errors import (
    BadSetting,
    Cancelled,
    ModelNotInstalled,
    NeedsGradients,
    UnknownName,
)
from recognition.types import Comparison
from tests.explain.planted import alike, pooled
from tests.explain.trained import with_trained

# Fewer of everything that is many by default: this is about the contract.
FEW = {"masks": 60, "samples": 60, "steps": 3, "stride": 12, "grid": 4, "fills": 1}

READ_FEATURES_ALONE = {"xcos"}  # they need the network, but no gradient of it


def few(name: str) -> dict[str, float]:
    """Settings that make an explainer quick, inside their ranges."""
    return {
        each.name: max(FEW[each.name], each.minimum or 0)
        for each in EXPLAINERS[name].parameters
        if each.name in FEW
    }


@pytest.fixture(params=EXPLAINERS)
def name(request: pytest.FixtureRequest) -> str:
    """Each explainer in turn."""
    return str(request.param)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """Two small pictures and a network small enough for everything, with what it needs trained."""
    return alike(with_trained(pooled(), tmp_path_factory.mktemp("trained")), 0)


def test_maps_keep_the_contract(name: str, pair: Comparison) -> None:
    fractions: list[float] = []
    result = explain(name, pair, progress=fractions.append, **few(name))
    low = -1 if EXPLAINERS[name].signed else 0
    for values in result.maps:
        assert values.shape == pair.model.input_size
        assert values.dtype == np.float32
        assert np.isfinite(values).all()
        assert low <= values.min() <= values.max() <= 1
    assert result.passes > 0
    differentiates = EXPLAINERS[name].needs_gradients and name not in READ_FEATURES_ALONE
    assert (result.backward_passes > 0) == differentiates
    assert result.seconds > 0
    assert set(result.params) == {each.name for each in EXPLAINERS[name].parameters}
    assert fractions == sorted(fractions)
    assert 0 <= fractions[0] < fractions[-1] == 1


def test_pictures_and_embeddings_are_left_alone(name: str, pair: Comparison) -> None:
    before = pair.a.pixels.copy(), pair.b.pixels.copy()
    explain(name, pair, **few(name))
    np.testing.assert_array_equal(pair.a.pixels, before[0])
    np.testing.assert_array_equal(pair.b.pixels, before[1])


@pytest.mark.parametrize("side", SIDES)
def test_one_side_alone_is_the_same_map(name: str, side: Side, pair: Comparison) -> None:
    at, one = SIDES.index(side), EXPLAINERS[name]
    both = explain(name, pair, **few(name))
    alone = carry_out(one, Run(pair, sides=(side,)), few(name))
    np.testing.assert_allclose(alone.maps[at], both.maps[at], atol=1e-5)
    assert alone.passes <= both.passes


def test_a_black_picture_without_an_embedding_is_explained(name: str, pair: Comparison) -> None:
    """Of a network without a bias its embedding has length 0, which nothing may divide by."""
    black = pair_from_aligned(np.zeros_like(pair.a.pixels), pair.b.pixels, pair.model)
    assert not Run(black).embeddings["a"].any()
    result = explain(name, black, **few(name))
    assert np.isfinite(result.maps).all() and np.isfinite(result.peaks).all()


def test_same_seed_same_maps(name: str, pair: Comparison) -> None:
    one, other = (explain(name, pair, seed=7, **few(name)) for _ in range(2))
    for mine, yours in zip(one.maps, other.maps, strict=True):
        np.testing.assert_array_equal(mine, yours)


def test_swapping_the_pictures_swaps_the_maps(name: str, pair: Comparison) -> None:
    swapped = pair_from_aligned(pair.b.pixels, pair.a.pixels, pair.model, threshold=pair.threshold)
    one, other = explain(name, pair, **few(name)), explain(name, swapped, **few(name))
    np.testing.assert_allclose(one.maps[0], other.maps[1], atol=1e-2)
    np.testing.assert_allclose(one.maps[1], other.maps[0], atol=1e-2)


def test_cancelling_stops_and_leaves_no_hooks(name: str, pair: Comparison) -> None:
    calls = 0

    def stop(fraction: float) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        explain(name, pair, progress=stop, **few(name))
    assert calls == 2
    assert isinstance(pair.model.network, torch.nn.Module)
    for module in pair.model.network.modules():
        assert not module._forward_hooks
        assert not module._backward_hooks


def test_mirrored_scores_are_explained_and_counted(name: str, pair: Comparison) -> None:
    mirrored = replace(pair, mirror=True)
    result = explain(name, mirrored, **few(name))
    assert result.passes % 2 == 0
    assert result.passes > 0


def test_entries_say_what_a_person_needs(name: str) -> None:
    entry = EXPLAINERS[name]
    assert entry.name == name
    assert entry.title and entry.citation
    assert entry.sentence.endswith(".")
    assert entry.cost in COSTS
    for each in entry.parameters:
        assert each.check(each.default) == each.default
        assert each.sentence.endswith(".")
        if each.minimum is not None and not isinstance(each.default, bool | str):
            with pytest.raises(BadSetting, match=each.name):
                each.check(each.minimum - 1)


def test_gradient_methods_refuse_a_black_box(name: str, pair: Comparison) -> None:
    black_box = FaceModel.from_function(pair.model.function, pair.model.input_size)
    opaque = pair_from_aligned(pair.a.pixels, pair.b.pixels, black_box)
    if EXPLAINERS[name].needs_gradients:
        with pytest.raises(NeedsGradients, match="black box"):
            explain(name, opaque)
    else:
        assert explain(name, opaque, **few(name)).passes > 0


def test_what_was_not_trained_is_said_with_its_command(name: str, pair: Comparison) -> None:
    needed = EXPLAINERS[name].trained
    if needed is not None:
        untrained = replace(pair, model=replace(pair.model, calibration_file=""))
        with pytest.raises(ModelNotInstalled, match=f"python -m {needed.command} --model pooled"):
            explain(name, untrained)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda pair: explain("s0", pair), UnknownName, "s0-"),
        (lambda pair: explain_many(["s0-", "nothing"], pair), UnknownName, "nothing"),
        (lambda pair: explain("s0-", pair, grid=1000), BadSetting, "grid"),
        (lambda pair: explain("s0-", pair, grid=7.5), BadSetting, "whole number"),
        (lambda pair: explain("s0-", pair, width="wide"), BadSetting, "width"),
        (lambda pair: explain("s0-", pair, width=float("nan")), BadSetting, "width"),
        (lambda pair: explain("s0-", pair, width=float("inf")), BadSetting, "width"),
        (lambda pair: explain("s0-", pair, grid=float("nan")), BadSetting, "whole number"),
        (lambda pair: explain("s0-", pair, grid=-float("inf")), BadSetting, "whole number"),
        (lambda pair: explain("s0-", pair, width=10**400), BadSetting, "width"),
        (lambda pair: explain("s1-", pair, finer=2), BadSetting, "odd number"),
        (lambda pair: explain("s0-", pair, grids=7), UnknownName, "grids"),
        (lambda pair: explain_many(["s0-"], pair, stop=0.1), UnknownName, "stop"),
    ],
)
def test_wrong_calls_say_what_is_wrong(call, error, words: str, pair: Comparison) -> None:
    with pytest.raises(error, match=words):
        call(pair)


def test_registry_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        EXPLAINERS["mine"] = EXPLAINERS["s0-"]  # type: ignore[index]


def test_previews_are_maps(pair: Comparison) -> None:
    seen: list[tuple[str, Mapping]] = []
    explain_many(["s0-", "s1-"], pair, preview=lambda name, maps: seen.append((name, maps)))
    assert {name for name, _ in seen} == {"s0-", "s1-"}
    assert all(values.shape == pair.model.input_size for _, maps in seen for values in maps)


def test_passes_are_those_really_made(pair: Comparison) -> None:
    batches: list[int] = []
    results = explain_many(["s0-", "s1-", "avg"], replace(counted(pair, batches), mirror=True))
    assert sum(result.passes for result in results.values()) == sum(batches)


def counted(pair: Comparison, batches: list[int]) -> Comparison:
    """The pair, with a black box that writes down how many pictures it is given."""

    def counting(batch: np.ndarray) -> np.ndarray:
        batches.append(len(batch))
        return pair.model.function(batch)

    return replace(pair, model=replace(pair.model, function=counting))


@pytest.mark.parametrize("name", ["s1-", "s1+", "avg", "minplus", "seq"])
def test_half_of_the_passes_are_about_half_of_the_bar(name: str, pair: Comparison) -> None:
    """Of one side: two sides would each have a half, whatever happens inside them."""
    batches: list[int] = []
    told: list[tuple[int, float]] = []

    def tell(done: float) -> None:
        told.append((sum(batches), done))

    carry_out(EXPLAINERS[name], Run(counted(pair, batches), sides=("a",), progress=tell), {})
    at_half = [done for passes, done in told if passes <= sum(batches) / 2]
    assert 0.2 < at_half[-1] < 0.9
    assert told[-1][1] == 1


def test_a_part_stands_for_its_share_of_a_step(pair: Comparison) -> None:
    fractions: list[float] = []
    run = Run(pair, progress=fractions.append)
    for _ in run.steps(range(2)):
        with run.part(0, 0.2):
            pass
        with run.part(0.2, 1):
            for _ in run.steps(range(2)):
                pass
    np.testing.assert_allclose(sorted(set(fractions)), [0, 0.1, 0.3, 0.5, 0.6, 0.8, 1])


def test_nested_steps_report_even_progress(pair: Comparison) -> None:
    fractions: list[float] = []
    run = Run(pair, progress=fractions.append)
    for _ in run.steps(range(2)):
        for _ in run.steps(range(4)):
            pass
    assert sorted(set(fractions)) == [0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1]
