"""The face of interest in every picture of a data set, found once and kept in a cache."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import torch

from recognition.detect import detect
from recognition.detectors import mtcnn
from recognition.detectors.detection import Detection
from recognition.picture import read

Progress = Callable[[int, int], None]


def find_central_faces(
    folder: Path,
    pictures: Sequence[str],
    cache: Path,
    *,
    workers: int = 2,
    progress: Progress | None = None,
) -> dict[str, Detection | None]:
    """Detect with the product's own detector; of several faces, the one nearest the middle.

    Interrupted runs go on where they stopped: each result is a line of
    ``<cache>/landmarks-<detector>.jsonl`` as soon as it is there.

    Args:
        folder: The data set.
        pictures: Paths below it.
        cache: Folder for the results.
        workers: Processes, one thread each; 1 stays in this one.
        progress: Called with (done, all).

    Returns:
        Picture -> face, None where none was found.
    """
    cache.mkdir(parents=True, exist_ok=True)
    path = cache / f"landmarks-{mtcnn.VERSION}.jsonl"
    known = _read(path)
    missing = [picture for picture in pictures if picture not in known]
    if missing:
        jobs = [(str(folder), picture) for picture in missing]
        with path.open("a") as file:
            # An interrupted run may have left half a line.
            file.write("\n" if path.stat().st_size else "")
            for done, (picture, face) in enumerate(_find_all(jobs, workers), 1):
                known[picture] = face
                file.write(json.dumps(_as_line(picture, face)) + "\n")
                file.flush()
                if progress:
                    progress(done, len(missing))
    return {picture: known[picture] for picture in pictures}


def _find_all(
    jobs: Sequence[tuple[str, str]], workers: int
) -> Iterator[tuple[str, Detection | None]]:
    if workers == 1:
        yield from map(_find, jobs)
        return
    with multiprocessing.get_context("spawn").Pool(workers, _one_thread) as pool:
        yield from pool.imap_unordered(_find, jobs, chunksize=8)


def _one_thread() -> None:
    torch.set_num_threads(1)


def _find(job: tuple[str, str]) -> tuple[str, Detection | None]:
    folder, name = job
    pixels = read(Path(folder, name)).pixels
    found = detect(pixels)
    height, width = pixels.shape[:2]
    return name, min(found, key=lambda face: _off_centre(face, width, height), default=None)


def _off_centre(face: Detection, width: int, height: int) -> float:
    x0, y0, x1, y1 = face.box
    return float(np.hypot((x0 + x1 - width) / 2, (y0 + y1 - height) / 2))


def _as_line(picture: str, face: Detection | None) -> dict[str, object]:
    if face is None:
        return {"picture": picture, "box": None}
    return {
        "picture": picture,
        "box": [round(value, 3) for value in face.box],
        "landmarks": np.round(face.landmarks.astype(float), 3).tolist(),
        "confidence": round(face.confidence, 6),
        "detector": face.detector,
    }


def _read(path: Path) -> dict[str, Detection | None]:
    if not path.is_file():
        return {}
    known: dict[str, Detection | None] = {}
    for entry in _whole_lines(path.read_text().splitlines()):
        known[str(entry["picture"])] = (
            Detection(
                box=tuple(entry["box"]),
                landmarks=np.array(entry["landmarks"], dtype=np.float32),
                confidence=entry["confidence"],
                detector=entry["detector"],
            )
            if entry["box"]
            else None
        )
    return known


def _whole_lines(lines: Iterable[str]) -> Iterable[dict]:
    for line in lines:
        try:
            yield json.loads(line)
        except json.JSONDecodeError:  # The last line of an interrupted run.
            continue
