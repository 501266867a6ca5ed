"""The measuring commands: data sets are read right, caches resume, planted people are found."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from recognition import BadSetting, FaceModel, calibrate, evaluate, find_face, load_model
from recognition.calibration import operating_point
from recognition.measure import lfw, london
from recognition.measure.embeddings import Gallery, embed_pictures
from recognition.measure.held_out import held_out
from recognition.measure.landmarks import find_central_faces
from recognition.measure.lfw import Pair
from recognition.measure.scores import pair_scores
from recognition.measure.verification import verify
from recognition.score import describe

PEOPLE, PICTURES, DIMENSIONS = 200, 4, 32


def planted_gallery(rng: np.random.Generator, noise: float = 0.15) -> Gallery:
    """People as directions, their pictures scattered around them."""
    who = rng.normal(size=(PEOPLE, 1, DIMENSIONS))
    vectors = who / np.sqrt(DIMENSIONS) + rng.normal(0, noise, (PEOPLE, PICTURES, DIMENSIONS))
    vectors = vectors.reshape(-1, DIMENSIONS).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    names = [
        f"P{person:03d}/P{person:03d}_{picture:04d}.jpg"
        for person in range(PEOPLE)
        for picture in range(PICTURES)
    ]
    return Gallery(vectors, {name: row for row, name in enumerate(names)}, failures=())


def planted_pairs(gallery: Gallery, people: range, folds: int) -> list[Pair]:
    """Each person's first two pictures, and each with the next person's."""
    pairs = []
    for number, person in enumerate(people):
        fold = number * folds // len(people)
        other = people[(number + 1) % len(people)]
        first, second = (f"P{person:03d}/P{person:03d}_{n:04d}.jpg" for n in (0, 1))
        pairs.append(Pair(first, second, True, fold))
        pairs.append(Pair(first, f"P{other:03d}/P{other:03d}_0002.jpg", False, fold))
    return pairs


def test_pairs_of_both_views(tmp_path: Path) -> None:
    (tmp_path / "pairsDevTrain.txt").write_text("1\nAnn\t1\t2\nAnn\t1\tBob\t12\n")
    (tmp_path / "pairsDevTest.txt").write_text("1\nCy\t3\t4\nCy\t3\tBob\t2\n")
    (tmp_path / "pairs.txt").write_text("2\t1\nA\t1\t2\nA\t1\tB\t2\nC\t1\t2\nC\t1\tD\t2\n")
    first = lfw.read_pairs(tmp_path, lfw.VIEW_1)
    assert first[1] == Pair("Ann/Ann_0001.jpg", "Bob/Bob_0012.jpg", False, 0)
    assert [pair.genuine for pair in first] == [True, False, True, False]
    assert [pair.fold for pair in lfw.read_pairs(tmp_path, lfw.VIEW_2)] == [0, 0, 1, 1]
    assert lfw.identity("Ann/Ann_0001.jpg") == "Ann"
    with pytest.raises(BadSetting, match=r"pairs\.txt"):
        lfw.read_pairs(tmp_path / "nowhere", lfw.VIEW_2)


@pytest.fixture
def folder(tmp_path: Path, astronaut: Path, admiral: Path) -> Path:
    """A data set: two people, one beside a larger one, one picture without a face."""
    root = tmp_path / "faces"
    root.mkdir()
    left = Image.open(astronaut).convert("RGB")
    right = Image.open(admiral).convert("RGB")
    left.save(root / "a.png")
    right.save(root / "b.png")
    both = Image.new("RGB", (900, 500), "gray")
    both.paste(left.resize((300, 300)), (300, 100))
    both.paste(right.resize((300, 355)), (600, 100))
    both.save(root / "both.png")
    Image.new("RGB", (200, 200), "green").save(root / "none.png")
    return root


NAMES = ["a.png", "b.png", "both.png", "none.png"]


def test_the_central_face_is_the_one_of_interest(folder: Path, tmp_path: Path) -> None:
    faces = find_central_faces(folder, NAMES, tmp_path / "cache", workers=1)
    assert faces["none.png"] is None
    central = faces["both.png"]
    assert central is not None and 300 < central.box[0] < central.box[2] < 600
    # Found again from the cache, after an interruption in the middle of a line.
    (path,) = (tmp_path / "cache").glob("landmarks-*.jsonl")
    lines = path.read_text().splitlines()
    assert len(lines) == 4
    path.write_text("\n".join(lines[:3]) + "\n" + lines[3][:20])
    again = find_central_faces(folder, NAMES, tmp_path / "cache", workers=1)
    for name, face in faces.items():
        other = again[name]
        assert (face is None) == (other is None)
        if face and other:
            np.testing.assert_allclose(face.landmarks, other.landmarks, atol=1e-2)
    # The line that was cut must not have spoilt the one written after it.
    assert len(find_central_faces(folder, NAMES, tmp_path / "cache", workers=1)) == 4


def test_embeddings_are_those_of_the_product(
    folder: Path, tmp_path: Path, model: FaceModel
) -> None:
    gallery = embed_pictures(folder, NAMES, model, tmp_path / "cache", workers=1)
    assert gallery.failures == ("none.png",) and set(gallery.row) == set(NAMES[:3])
    face = find_face(folder / "a.png", model)
    expected = describe(model, face.pixels[None])[0]
    np.testing.assert_allclose(gallery.vectors[gallery.row["a.png"]], expected, atol=1e-3)

    def refuse(batch: np.ndarray) -> np.ndarray:
        raise AssertionError("embedded again")

    cached = replace(model, function=refuse)
    again = embed_pictures(folder, NAMES, cached, tmp_path / "cache", workers=1)
    np.testing.assert_array_equal(again.vectors, gallery.vectors)
    with pytest.raises(AssertionError, match="embedded again"):
        other = replace(cached, mirror=False)
        embed_pictures(folder, NAMES, other, tmp_path / "cache", workers=1)


def test_verification_of_planted_people(rng: np.random.Generator) -> None:
    gallery = planted_gallery(rng)
    pairs = planted_pairs(gallery, range(PEOPLE), folds=10)
    result = verify(gallery, pairs)
    assert result.accuracy > 0.97 and result.eer < 0.03
    assert len(result.accuracies) == 10
    assert result.impostors > 100_000
    assert result.fnmr_all[1e-4] >= result.fnmr_all[1e-3] >= result.fnmr_all[1e-2]


def test_a_picture_without_a_face_counts_as_wrong(rng: np.random.Generator) -> None:
    gallery = planted_gallery(rng, noise=0.02)
    pairs = planted_pairs(gallery, range(PEOPLE), folds=10)
    lost = "P007/P007_0001.jpg"
    rows = {name: row for name, row in gallery.row.items() if name != lost}
    result = verify(replace(gallery, row=rows, failures=(lost,)), pairs)
    assert len(result.scored.failed) == 1 and result.failures == (lost,)
    assert result.accuracy == pytest.approx(1 - 1 / len(pairs))


def test_held_out_probabilities_see_nobody_twice(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    gallery = planted_gallery(rng)
    view_1 = planted_pairs(gallery, range(150), folds=1)
    view_2 = planted_pairs(gallery, range(50, 200), folds=5)
    seen: list[set[str]] = []

    def spy(gallery: Gallery, pairs: list[Pair]):
        seen.append({lfw.identity(name) for pair in pairs for name in (pair.a, pair.b)})
        return pair_scores(gallery, pairs)

    monkeypatch.setattr("recognition.measure.held_out.pair_scores", spy)
    result = held_out(gallery, view_1, pair_scores(gallery, view_2))
    for fold, people in enumerate(seen):
        judged = [pair for pair in view_2 if pair.fold == fold]
        assert not people & {lfw.identity(name) for p in judged for name in (p.a, p.b)}
    assert len(seen) == 5 and np.isfinite(result.pic).all() and np.isfinite(result.xface).all()
    assert result.pic_reliability.ece < 0.05 and result.pic_reliability.cllr < 0.2


def test_calibration_of_planted_people(rng: np.random.Generator, model: FaceModel) -> None:
    gallery = planted_gallery(rng)
    found = calibrate.calibrate(model, gallery, planted_pairs(gallery, range(PEOPLE), folds=1))
    assert found.genuine == found.impostor == PEOPLE
    assert found.fingerprint == model.fingerprint
    assert found.evidence(1.0).log10_lr == pytest.approx(np.log10(PEOPLE), abs=1e-3)
    assert found.evidence(0.0).log10_lr < -1
    strict = found.operating_point("fmr-1e-3")
    assert strict.fmr is not None and 0 < strict.fmr <= 1e-3


def test_london_by_group(rng: np.random.Generator) -> None:
    people = [
        london.Person(f"{number:03d}", "female" if number % 2 else "male", "x" if number else "y")
        for number in range(20)
    ]
    vectors = rng.normal(size=(40, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    names = london.pictures_of(people)
    gallery = Gallery(vectors, {name: row for row, name in enumerate(names)}, ())
    groups = {group.name: group for group in london.by_group(gallery, people)}
    assert groups["everyone"].people == 20 and "y" not in groups, "one person is no group"
    assert len(groups["male"].genuine) == 10
    assert len(groups["male"].impostor) == 20 * 18 // 2
    assert london.CAUTION in london.table(iter(groups.values()), 0.5)


def test_a_wrong_folder_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (calibrate.main, evaluate.main):
        with pytest.raises(SystemExit):
            command(["--lfw", str(tmp_path), "--cache", str(tmp_path)])
        assert "give the folder that holds LFW" in capsys.readouterr().err


RETAIL = "face-reidentification-retail-0095"


@pytest.mark.slow
@pytest.mark.parametrize(("name", "right"), [("dlib-resnet29", 0.97), (RETAIL, 0.98)])
def test_two_recognisers_on_part_of_lfw(
    name: str, right: float, shared: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """100 pairs of view 2, judged at the threshold measured on view 1."""
    if name == RETAIL:
        settings = Path(__file__).parents[2] / "docs" / "own-models" / f"{RETAIL}.toml"
        text = settings.read_text().replace(
            f'"{RETAIL}.xml"', f'"{shared}/models/{name}/{name}.xml"'
        )
        path = tmp_path_factory.mktemp("retail") / "retail.toml"
        path.write_text(text)
        model = load_model(str(path))
    else:
        model = load_model(name)
    root = shared / "data" / "lfw"
    pairs = lfw.read_pairs(root, lfw.VIEW_2)
    some = [pair for pair in pairs if pair.genuine][:500:10]
    some += [pair for pair in pairs if not pair.genuine][:500:10]
    cache = tmp_path_factory.getbasetemp() / "lfw-cache"
    gallery = embed_pictures(root, lfw.pictures_of(some), model, cache, workers=1)
    scored = pair_scores(gallery, some)
    threshold = operating_point(model, "eer").threshold
    assert operating_point(model, "eer").fmr is not None, (
        "the shipped calibration is for this model"
    )
    assert not scored.failed
    assert np.mean((scored.scores >= threshold) == scored.genuine) >= right


def test_evaluation_writes_its_files(
    rng: np.random.Generator, tmp_path: Path, model: FaceModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    gallery = planted_gallery(rng)
    pairs = planted_pairs(gallery, range(PEOPLE), folds=10)
    result = verify(gallery, pairs)
    planted = result, held_out(gallery, pairs[:120], result.scored)
    monkeypatch.setattr(evaluate, "evaluate_lfw", lambda *ignored: planted)
    evaluate.main(["--lfw", str(tmp_path), "--out", str(tmp_path / "out")])
    out = tmp_path / "out"
    rows = list(csv.DictReader((out / f"{model.name}-pairs.csv").open()))
    assert len(rows) == len(pairs)
    assert float(rows[0]["score"]) == pytest.approx(result.scored.scores[0], abs=1e-6)
    summary = json.loads((out / f"{model.name}.json").read_text())
    assert summary["accuracy"] == pytest.approx(result.accuracy, abs=1e-5)
    for picture in ("det.png", f"{model.name}-reliability.png"):
        assert np.asarray(Image.open(out / picture)).std() > 5
