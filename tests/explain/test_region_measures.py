"""What is measured of regions: overlap with marked ones, importance over pairs."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks.region_importance import bars, figure, importance, markdown
from explain import evaluate_regions, explain
from explain.benchmark import region_truth
from explain.evaluate_regions import Overlap, on_crop
from explain.regions import SCHEMES
from explain.table import masks_of
from recognition import Comparison, Face, FaceModel, find_face
from recognition.errors import BadSetting

NAMES = tuple(SCHEMES["ifv"])


def test_overlap_by_hand() -> None:
    assert Overlap(mask=30, truth=20, both=10).iou == 0.25
    assert Overlap(mask=7, truth=7, both=7).iou == 1
    assert Overlap(mask=0, truth=5, both=0).iou == 0


def test_a_mask_lands_where_its_pixels_do(astronaut: Path, model: FaceModel) -> None:
    face: Face = find_face(astronaut, model)
    disc = np.zeros(face.photo.shape[:2], np.uint8)
    nose = tuple(int(each) for each in np.rint(face.landmarks[2]))
    cv2.circle(disc, nose, 12, (1,), -1)
    carried = on_crop(face, disc.astype(bool))
    centre = np.argwhere(carried).mean(0)[::-1]
    there = face.landmarks[2] @ face.matrix[:, :2].T + face.matrix[:, 2]
    np.testing.assert_allclose(centre, there, atol=1)
    scale = np.hypot(*face.matrix[0, :2])
    assert carried.sum() == pytest.approx(disc.sum() * scale**2, rel=0.05)


def test_london_polygons_hold_their_own_landmarks(shared: Path) -> None:
    truth = next(region_truth.london(shared / "data/london"))
    points = region_truth.london_points(shared / "data/london" / f"{truth.name}.tem")
    for pupil, side in zip(np.rint(points[:2]).astype(int), ("right", "left"), strict=True):
        assert truth.regions[f"{side} eye"][pupil[1], pupil[0]]
    hair, face = truth.regions["hair"], truth.bounds["cheeks"]
    assert hair.any() and not (hair & face).any()
    assert not truth.regions["nose"][~face].any()


def test_a_folder_without_label_maps_is_said(tmp_path: Path) -> None:
    for read, said in ((region_truth.parsing, "label map"), (region_truth.london, "London")):
        with pytest.raises(BadSetting, match=said):
            next(read(tmp_path))


def test_the_command_writes_its_table(shared: Path, tmp_path: Path) -> None:
    folder = str(shared / "data/parsing")
    evaluate_regions.main(["--parsing", folder, "--crops", "arcface:112", "--out", str(tmp_path)])
    figures = json.loads((tmp_path / "masks.json").read_text())["figures"]
    assert {each["region"] for each in figures} >= {"hair", "ears", "eyes", "nose", "cheeks"}
    assert "| ifv | hair | 4 |" in (tmp_path / "masks.md").read_text()


def test_importance_is_the_mean_in_a_region(impostor_pair: Comparison) -> None:
    result = explain("concepts", impostor_pair, removal="single", scheme="ifv")
    masks = masks_of(result, "ifv")
    values = importance(result, masks)
    assert values.shape == (len(NAMES),)
    assert np.nanmax(np.abs(values)) == pytest.approx(1, abs=1e-5)
    nose = [result.maps[at][masks[side]["nose"]] for at, side in enumerate(("a", "b"))]
    assert values[NAMES.index("nose")] == pytest.approx(np.concatenate(nose).mean(), abs=1e-5)


def test_bars_by_hand() -> None:
    values = np.full((50, len(NAMES)), 0.1)
    values[:, NAMES.index("nose")] = 0.9
    values[:, NAMES.index("ears")] = np.nan
    values[:10, NAMES.index("eyes")] = 1
    values[10:, NAMES.index("eyes")] = np.nan
    made = {bar.region: bar for bar in bars("concepts", values)}
    assert "ears" not in made
    assert made["nose"].mean == pytest.approx(0.9) and made["nose"].first == pytest.approx(0.8)
    assert made["eyes"].pairs == 10 and made["eyes"].mean == 1
    assert made["chin"].low == pytest.approx(0.1) and made["chin"].high == pytest.approx(0.1)


def test_the_interval_covers_the_truth_and_narrows() -> None:
    rng = np.random.default_rng(0)
    widths = []
    for pairs in (25, 400):
        values = rng.normal(0.3, 0.5, (pairs, len(NAMES)))
        made = bars("concepts", values)
        assert sum(bar.low < 0.3 < bar.high for bar in made) >= len(NAMES) - 2
        widths.append(np.mean([bar.high - bar.low for bar in made]))
    assert widths[1] == pytest.approx(widths[0] / 4, rel=0.3)


def test_chart_and_table_show_every_region(tmp_path: Path) -> None:
    charts = {"concepts": bars("concepts", np.random.default_rng(0).random((5, len(NAMES))))}
    text = markdown(charts, ["A note."])
    assert all(f"| {name} |" in text for name in NAMES)
    figure(charts, 5).savefig(tmp_path / "chart.png")
    assert cv2.imread(str(tmp_path / "chart.png")).std() > 5
