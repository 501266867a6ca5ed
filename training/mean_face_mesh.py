"""Make ``assets/mean_face_mesh.npy``: the mean face mesh on dlib's crop.

``python -m training.mean_face_mesh --lfw DIR`` takes one picture of every n-th person and, point by
point, the median over the faces.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from explain.mesh import MEAN_MESH, find_mesh
from recognition import FacewhyError, find_face, load_model
from recognition.align import carry


def main() -> None:
    """Measure the meshes and save their mean as shares of the crop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lfw", type=Path, required=True, help="folder with one folder a person")
    parser.add_argument("--faces", type=int, default=200)
    options = parser.parse_args()
    model = load_model("dlib-resnet29")
    people = sorted(folder for folder in options.lfw.iterdir() if folder.is_dir())
    meshes = []
    for folder in people[:: max(1, len(people) // options.faces)][: options.faces]:
        try:
            face = find_face(min(folder.glob("*.jpg")), model)
        except FacewhyError:
            continue
        points = find_mesh(face.photo, face.box)
        if points is not None:
            height, width = model.input_size
            meshes.append(carry(points, face.matrix) / (width, height))
    np.save(MEAN_MESH, np.median(meshes, axis=0).astype(np.float32))
    print(f"{MEAN_MESH.name}: {len(meshes)} of {options.faces} faces")


if __name__ == "__main__":
    main()
