"""Measure the region masks against regions that people marked.

    python -m explain.evaluate_regions --parsing DIR --london DIR --out DIR

Writes ``masks.json`` and ``masks.md``: intersection over union of every region of both schemes, on
the crops that models see.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path

import cv2
import numpy as np

from explain.benchmark import region_truth
from explain.benchmark.region_truth import Truth
from explain.head import head_of
from explain.mesh import Mask, mesh_of
from explain.regions import SCHEMES, RegionMasks, lay_out
from recognition import FaceModel, find_face
from recognition.errors import FacewhyError, NoFaceFound
from recognition.templates import template
from recognition.types import Face

SETS: Mapping[str, tuple[str, Callable[[Path], Iterator[Truth]]]] = {
    "parsing": ("CelebAMask-HQ, label maps", region_truth.parsing),
    "london": ("London Set, marked points", region_truth.london),
}
FINER = 4
SMALLEST = 10
"""Pixels of the crop; where a region has fewer, a photograph does not show it."""


@dataclass(frozen=True)
class Figure:
    """How well one region is met over a set of pictures.

    Attributes:
        data: A key of :data:`SETS`.
        crop: Template and size of the crop, as ``arcface:112``.
        scheme: Region scheme.
        region: Its name.
        pictures: How many show the region.
        iou: Mean intersection over union, 0 to 1; None where only bounds are known.
        lowest: The smallest of all pictures'.
        tenth: The 10th percentile.
        median: The median.
        inside: Mean share of the mask that lies in the true region, or its bounds.
        covered: Mean share of the true region that the mask has.
    """

    data: str
    crop: str
    scheme: str
    region: str
    pictures: int
    iou: float | None
    lowest: float | None
    tenth: float | None
    median: float | None
    inside: float
    covered: float | None


@dataclass(frozen=True)
class Overlap:
    """One region of one picture: pixels of the mask, of the truth and of both."""

    mask: int
    truth: int
    both: int
    bounds: bool = False

    @property
    def iou(self) -> float:
        """Intersection over union; 0 where the two do not meet."""
        return self.both / max(1, self.mask + self.truth - self.both)


def frame(crop: str) -> FaceModel:
    """A stand-in with the crop ``template:size``; it is never asked for an embedding."""
    name, size = crop.split(":")
    side = int(size), int(size)
    return FaceModel.from_function(lambda batch: batch, side, template=template(name, side))


def on_crop(face: Face, mask: Mask) -> Mask:
    """Carry a mask from the photograph onto the crop, by the share of each pixel."""
    height, width = face.pixels.shape[:2]
    matrix = face.matrix.astype(np.float64) * FINER
    matrix[:, 2] += (FINER - 1) / 2
    size = width * FINER, height * FINER
    fine = cv2.warpAffine(mask.astype(np.float32), matrix, size, flags=cv2.INTER_NEAREST)
    share = fine.reshape(height, FINER, width, FINER).mean((1, 3))
    carried: Mask = share > 0.5
    return carried


def overlaps(truth: Truth, face: Face, masks: RegionMasks) -> dict[str, Overlap]:
    """Every region that the truth knows and the crop shows."""
    found = {}
    for region in masks.names:
        known = truth.regions.get(region, truth.bounds.get(region))
        if known is None:
            continue
        judged = on_crop(face, truth.judged.get(region, np.ones_like(known)))
        real, mask = on_crop(face, known) & judged, masks[region] & judged
        if real.sum() >= SMALLEST:
            found[region] = Overlap(
                int(mask.sum()),
                int(real.sum()),
                int((real & mask).sum()),
                region not in truth.regions,
            )
    return found


def sum_up(
    data: str, crop: str, scheme: str, found: Sequence[Mapping[str, Overlap]]
) -> list[Figure]:
    """The figures of all regions of a scheme."""
    figures = []
    for region in SCHEMES[scheme]:
        each = [overlap[region] for overlap in found if region in overlap]
        if not each:
            continue
        inside = float(np.mean([one.both / max(1, one.mask) for one in each]))
        if each[0].bounds:
            figures.append(
                Figure(data, crop, scheme, region, len(each), None, None, None, None, inside, None)
            )
            continue
        iou = np.array([one.iou for one in each])
        figures.append(
            Figure(
                data,
                crop,
                scheme,
                region,
                len(each),
                float(iou.mean()),
                float(iou.min()),
                float(np.percentile(iou, 10)),
                float(np.median(iou)),
                inside,
                float(np.mean([one.both / one.truth for one in each])),
            )
        )
    return figures


def measure(folders: Mapping[str, Path], crops: Sequence[str]) -> list[Figure]:
    """Everything about the sets that were given."""
    figures = []
    for data, folder in folders.items():
        truths = list(SETS[data][1](folder))
        for crop in crops:
            found: dict[str, list[dict[str, Overlap]]] = {scheme: [] for scheme in SCHEMES}
            for truth, face in _found(truths, frame(crop)):
                mesh = mesh_of(face)
                head = head_of(face, mesh)
                for scheme, each in found.items():
                    masks = lay_out(mesh, head if "hair" in SCHEMES[scheme] else None, scheme, face)
                    each.append(overlaps(truth, face, masks))
            for scheme, each in found.items():
                figures += sum_up(data, crop, scheme, each)
    return figures


def _found(truths: Iterable[Truth], model: FaceModel) -> Iterator[tuple[Truth, Face]]:
    for truth in truths:
        try:
            yield truth, find_face(truth.photo, model)
        except NoFaceFound:
            continue


NOTES = (
    "Intersection over union on the crop that a model sees (name of the alignment, pixels); "
    "regions of fewer than 10 pixels there are left out.",
    "Inside: share of the mask that lies in the marked region. Covered: share of the marked region "
    "that the mask has.",
    "CelebAMask-HQ: label maps; left and right of these maps are not used. Forehead, cheeks and "
    "chin are not labelled: inside says how much of the mask is skin.",
    "London: 189 points that people set on each neutral picture. Ears are marked where the head "
    "has them, under hair too; the forehead reaches up to the hairline behind a fringe. Hair is "
    "what stands out from the plain backdrop, outside the marked face and ears and above the "
    "earlobes. Cheeks and chin are not marked: inside says how much lies in the face's outline.",
)
COLUMNS = (
    "scheme",
    "region",
    "pictures",
    "IoU",
    "lowest",
    "10 %",
    "median",
    "inside",
    "covered",
)


def markdown(figures: Sequence[Figure]) -> str:
    """The figures as tables, one for each set and crop."""
    lines: list[str] = []
    for data, crop in dict.fromkeys((each.data, each.crop) for each in figures):
        lines += [f"### {SETS[data][0]}, crop {crop}", ""]
        lines += [
            "| scheme | region | pictures | IoU | lowest | 10 % | median | inside | covered |"
        ]
        lines += ["|" + " --- |" * 9]
        lines += [_row(each) for each in figures if (each.data, each.crop) == (data, crop)]
        lines += [""]
    return "\n".join(chain(lines, (f"- {note}" for note in NOTES))) + "\n"


def _row(figure: Figure) -> str:
    values = (
        figure.iou,
        figure.lowest,
        figure.tenth,
        figure.median,
        figure.inside,
        figure.covered,
    )
    cells = ["" if value is None else f"{value:.2f}" for value in values]
    return "| " + " | ".join([figure.scheme, figure.region, str(figure.pictures), *cells]) + " |"


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m explain.evaluate_regions", description=__doc__)
    for data, (title, _) in SETS.items():
        parser.add_argument(f"--{data}", type=Path, help=f"folder of the {title}")
    parser.add_argument(
        "--crops", default="dlib-lower:150,arcface:112", help="template:pixels, with commas"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for the table")
    options = parser.parse_args(arguments)
    folders = {data: vars(options)[data] for data in SETS if vars(options)[data]}
    if not folders:
        parser.error("give --parsing, --london or both")
    try:
        figures = measure(folders, options.crops.split(","))
    except FacewhyError as error:
        parser.exit(2, f"{error}\n")
    text = markdown(figures)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "masks.md").write_text(text)
    rounded = [
        {key: round(value, 4) if isinstance(value, float) else value for key, value in row.items()}
        for row in map(asdict, figures)
    ]
    (options.out / "masks.json").write_text(
        json.dumps({"notes": NOTES, "figures": rounded}, indent=1) + "\n"
    )
    print(text)


if __name__ == "__main__":
    main()
