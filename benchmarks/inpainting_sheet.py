"""Draw ``assets/figures/inpainting.jpg``: faces, and the same without their own parts.

    python -m benchmarks.inpainting_sheet --photos DIR

DIR holds the four CC0 photographs of Lisa and the four taken at 15 to 60 cm. Each row is one face;
``--seeds`` fills a part, then all parts inside the face.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw

from explain import SCHEMES
from explain.benchmark.filling import ALL_INNER, OUTER, SCHEME, closed
from explain.inpainters import INPAINTERS, Inpainter
from explain.inpainting import prepare
from explain.run import Run
from recognition import Face, compare_faces, find_face, load_model
from recognition.types import Pixels

OUT = Path(__file__).parent.parent / "assets" / "figures" / "inpainting.jpg"
PHOTOGRAPHS = ("lisa_lisa1.jpg", "lisa_lisa3.jpg", "zoom_30cm.jpg", "zoom_60cm.jpg")
PARTS = ("nose", "eyes", "eyebrows", "mouth", "forehead", "hair")
SIDE, HEAD = 132, 22


def row(face: Face, entry: Inpainter, fills: int) -> list[Pixels]:
    """The face, then one fill of each part, then all inner parts by several seeds."""
    filled = prepare(Run(compare_faces(face, face, load_model())), entry, fills, SCHEME)
    names = list(SCHEMES[SCHEME])
    inner = [at for at, name in enumerate(names) if name not in OUTER]
    holes = np.stack([filled.holes["a"][names.index(part)] for part in PARTS])
    whole = closed(filled.holes["a"][inner].any(0))
    drawn = [
        face.pixels[None],
        filled.pictures("a", holes, [0])[:],
        filled.pictures("a", whole[None], range(filled.fills))[:],
    ]
    return [np.rint(255 * each).astype(np.uint8) for each in np.concatenate(drawn)]


def draw(rows: Sequence[Sequence[Pixels]], titles: Sequence[str]) -> Image.Image:
    """The sheet with its column titles."""
    sheet = Image.new("RGB", (SIDE * len(titles), HEAD + SIDE * len(rows)), "white")
    pen = ImageDraw.Draw(sheet)
    for column, title in enumerate(titles):
        pen.text((column * SIDE + 4, 5), title, "black")
    for line, pictures in enumerate(rows):
        for column, picture in enumerate(pictures):
            small = cv2.resize(picture, (SIDE - 2, SIDE - 2), interpolation=cv2.INTER_AREA)
            sheet.paste(Image.fromarray(small), (column * SIDE, HEAD + line * SIDE))
    return sheet


def main() -> None:
    """Find the faces and draw."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--inpainter", choices=list(INPAINTERS), default="learned")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    entry, model = INPAINTERS[options.inpainter], load_model()
    faces = [find_face(options.photos / name, model) for name in PHOTOGRAPHS]
    titles = ["original", *(f"no own {part}" for part in PARTS)]
    titles += [f"{ALL_INNER} {seed + 1}" for seed in range(options.seeds)]
    sheet = draw([row(face, entry, options.seeds) for face in faces], titles)
    sheet.save(options.out, quality=88)
    print(f"{options.out.name}: {options.out.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
