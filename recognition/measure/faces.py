"""The face of interest in every picture of a data set, aligned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from recognition.align import Frame
from recognition.compare import face_at
from recognition.measure.landmarks import Progress, find_central_faces
from recognition.picture import read
from recognition.types import Face


def central_faces(
    folder: Path,
    pictures: Sequence[str],
    frame: Frame,
    cache: Path,
    *,
    workers: int = 2,
    progress: Progress | None = None,
) -> Iterator[tuple[str, Face]]:
    """Each picture in which a face was found, and that face; one at a time.

    Args:
        folder: The data set.
        pictures: Paths below it.
        frame: What to align the faces to, a model for example.
        cache: Folder for the found landmarks.
        workers: Processes that find faces.
        progress: Called with (done, all) while faces are looked for.
    """
    found = find_central_faces(folder, pictures, cache, workers=workers, progress=progress)
    for name in pictures:
        detection = found[name]
        if detection is not None:
            yield name, face_at(read(folder / name), detection, frame)
