"""The embeddings of a data set's pictures, computed once a model and kept in a cache."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from recognition.align import align
from recognition.detectors.detection import Detection
from recognition.measure.landmarks import Progress, find_central_faces
from recognition.model import Batch, FaceModel
from recognition.picture import read
from recognition.score import describe

CHUNK = 256


@dataclass(frozen=True, eq=False)
class Gallery:
    """Unit-length embeddings of many pictures.

    Attributes:
        vectors: (N, D) float32, length 1 each.
        row: Picture -> its row; a picture in which no face was found has none.
        failures: Pictures in which no face was found.
    """

    vectors: npt.NDArray[np.float32]
    row: Mapping[str, int]
    failures: tuple[str, ...]


def embed_pictures(
    folder: Path,
    pictures: Sequence[str],
    model: FaceModel,
    cache: Path,
    *,
    workers: int = 2,
    progress: Progress | None = None,
) -> Gallery:
    """Find, align and embed the face of interest in every picture, as the product does.

    Interrupted runs go on where they stopped: each chunk of embeddings is a file below
    ``<cache>/<model>-<hash of weights and settings>/``.

    Args:
        folder: The data set.
        pictures: Paths below it.
        model: The embedder.
        cache: Folder for the results.
        workers: Processes of the detector.
        progress: Called with (done, all), for the detector's run and then for the model's.
    """
    faces = find_central_faces(folder, pictures, cache, workers=workers, progress=progress)
    found = [picture for picture in pictures if faces[picture] is not None]
    store = cache / f"{model.name}-{model.fingerprint}"
    store.mkdir(parents=True, exist_ok=True)
    known = _read(store)
    missing = [picture for picture in found if picture not in known]
    for start in range(0, len(missing), CHUNK):
        names = missing[start : start + CHUNK]
        batch = _crops(folder, names, faces, model)
        vectors = np.concatenate(
            [
                describe(model, batch[at : at + model.batch_size])
                for at in range(0, len(batch), model.batch_size)
            ]
        )
        known.update(zip(names, vectors, strict=True))
        digest = hashlib.sha256("\n".join(names).encode()).hexdigest()[:16]
        np.savez(store / f"{digest}.npz", names=np.array(names), vectors=vectors)
        if progress:
            progress(start + len(names), len(missing))
    return Gallery(
        vectors=np.stack([known[picture] for picture in found]),
        row={picture: number for number, picture in enumerate(found)},
        failures=tuple(picture for picture in pictures if faces[picture] is None),
    )


def _crops(
    folder: Path,
    pictures: Sequence[str],
    faces: Mapping[str, Detection | None],
    model: FaceModel,
) -> Batch:
    crops = []
    for picture in pictures:
        face = faces[picture]
        assert face is not None
        pixels = read(folder / picture).pixels
        crops.append(align(pixels, face.landmarks, model.template, model.input_size)[0])
    return np.stack(crops)


def _read(store: Path) -> dict[str, npt.NDArray[np.float32]]:
    known: dict[str, npt.NDArray[np.float32]] = {}
    for path in sorted(store.glob("*.npz")):
        with np.load(path) as chunk:
            known.update(zip(chunk["names"].tolist(), chunk["vectors"], strict=True))
    return known
