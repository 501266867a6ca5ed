"""Where the parts of a face are: MediaPipe's face mesh, or the mean mesh when it finds no face."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from recognition.align import carry, similarity_transform
from recognition.templates import TEMPLATES
from recognition.types import Face, Pixels, Points

Mask = npt.NDArray[np.bool_]
MeshSource = Literal["face mesh", "five-point template"]

MEAN_MESH = Path(__file__).parent.parent / "assets" / "mean_face_mesh.npy"
"""(478, 2) float32, shares of the crop; made by ``training/mean_face_mesh.py``."""

_STDERR = threading.Lock()


@dataclass(frozen=True, eq=False)
class Mesh:
    """The 478 points of MediaPipe's face mesh on an aligned crop.

    Attributes:
        points: (478, 2) float32, x and y in pixels of the crop; some may lie outside it.
        source: Whether they were found or are the mean face laid on the five landmarks.
    """

    points: Points
    source: MeshSource

    @property
    def sentence(self) -> str:
        """Where the points come from, for a person."""
        if self.source == "face mesh":
            return "The regions follow the face mesh found in this photograph."
        return (
            "The face mesh found no face in this photograph, so the regions are those of an "
            "average face laid on the eyes, nose and mouth corners."
        )


def mesh_of(face: Face) -> Mesh:
    """The mesh of one face, carried onto its aligned crop."""
    points = find_mesh(face.photo, face.box)
    if points is not None:
        return Mesh(carry(points, face.matrix), "face mesh")
    landmarks = carry(face.landmarks, face.matrix)
    onto_face = similarity_transform(np.array(TEMPLATES["dlib"], np.float32), landmarks)
    return Mesh(carry(np.load(MEAN_MESH), onto_face), "five-point template")


def find_mesh(photo: Pixels, box: tuple[float, float, float, float]) -> Points | None:
    """The 478 mesh points of the face in a box of a photograph.

    Args:
        photo: (h, w, 3) uint8 RGB.
        box: (x0, y0, x1, y1) of the face in pixels.

    Returns:
        (478, 2) in the photograph's pixels, or None when the mesh sees no face there.
    """
    # In a whole photograph the mesh's own detector misses small faces, and in a group it chooses
    # for itself whose face it takes.
    x0, y0, x1, y1 = box
    margin = 0.5 * max(x1 - x0, y1 - y0)
    left, top = (max(0, int(edge - margin)) for edge in (x0, y0))
    part = np.ascontiguousarray(photo[top : int(y1 + margin), left : int(x1 + margin)])
    with quiet():
        from mediapipe.python.solutions.face_mesh import FaceMesh  # takes seconds to import

        with FaceMesh(static_image_mode=True, refine_landmarks=True, max_num_faces=1) as mesher:
            found = mesher.process(part).multi_face_landmarks
    if not found:
        return None
    points = np.array([(point.x, point.y) for point in found[0].landmark], np.float32)
    height, width = part.shape[:2]
    return points * np.array([width, height], np.float32) + np.array([left, top], np.float32)


@contextmanager
def quiet() -> Iterator[None]:
    """Keep MediaPipe's native log off the terminal: it has no switch, so its file is swapped."""
    with _STDERR, open(os.devnull, "w") as nowhere:
        kept = os.dup(2)
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
