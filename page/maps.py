"""Maps as the page shows them: large enough to see, with a legend in words."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from explain import Explanation, Maps, heatmap, on_photo, outlines, overlay
from page.found import SHOWN_SIDE
from page.regions import masks_on
from recognition import Comparison, Face
from recognition.picture import reduced
from recognition.types import Pixels

CROP_SIDE = 450  # pixels an aligned crop is enlarged to
VIEWS = (
    ("Aligned face", "aligned"),
    ("With the regions", "regions"),
    ("Whole photograph", "photo"),
)


def map_pictures(pair: Comparison, maps: Maps, view: str, scheme: str) -> tuple[Pixels, Pixels]:
    """Both maps laid on their pictures.

    Args:
        pair: The two faces.
        maps: A map (H, W) in [-1, 1] of each.
        view: ``aligned``, ``regions`` (aligned, with the outlines) or ``photo``.
        scheme: Of the regions.
    """
    return (
        _map_picture(pair.a, maps[0], view, scheme),
        _map_picture(pair.b, maps[1], view, scheme),
    )


def _map_picture(face: Face, values: npt.NDArray[np.float32], view: str, scheme: str) -> Pixels:
    if view == "photo":
        return reduced(on_photo(face, values), SHOWN_SIDE)
    size = (CROP_SIDE, round(CROP_SIDE * values.shape[0] / values.shape[1]))
    pixels = np.asarray(cv2.resize(face.aligned, size, interpolation=cv2.INTER_CUBIC), np.uint8)
    large = np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_LINEAR), np.float32)
    picture = overlay(pixels, large)
    if view == "regions":
        regions = masks_on(face, scheme)
        large_masks = [cv2.resize(mask.astype(np.float32), size) > 0.5 for mask in regions.masks]
        picture = outlines(picture, replace(regions, masks=np.stack(large_masks)))
    return picture


def legend_html(explanation: Explanation) -> str:
    """The palette with its two ends and its middle in words."""
    low = -1.0 if explanation.signed else 0.0
    stops = heatmap(np.linspace(low, 1, 9, dtype=np.float32)[None])[0]
    colours = ", ".join(f"rgb({r}, {g}, {b})" for r, g, b in stops.tolist())
    bar = f'<span class="bar" style="background: linear-gradient(90deg, {colours})"></span>'
    if not any(explanation.peaks):
        return '<p class="about">This explainer found no evidence in either picture.</p>'
    left = "pink: makes the faces less similar" if explanation.signed else "white: no evidence"
    note = "" if explanation.signed else " This explainer looks for similarity only."
    return (
        f'<div class="legend"><span>{left}</span>{bar}<span>green: makes them more similar</span>'
        f"<small>No colour: no evidence. Each map is scaled by its own strongest place.{note}"
        "</small></div>"
    )
