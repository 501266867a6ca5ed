"""Maps as pictures: pink-white-green (PiYG), zero in the middle, the range always [-1, 1].

The palette is colour-blind safe, and fixed, so that two maps can be compared by eye: green makes
the faces more similar, pink less, and where there is no evidence the photograph stays as it is.
"""

from __future__ import annotations

import cv2
import matplotlib
import numpy as np

from explain.regions import RegionMasks
from explain.run import Map
from recognition.types import Face, Pixels

PALETTE = "PiYG"
OPACITY = 0.75

# White at zero would veil the photograph where there is no evidence: opacity grows with |value|,
# and is full from this value on.
FULL_FROM = 0.5


# An odd number of colours, so that zero has its own, the neutral one in the middle.
_STEPS = 128
_COLOURS = matplotlib.colormaps[PALETTE].resampled(2 * _STEPS + 1)(np.arange(2 * _STEPS + 1))
_COLOURS = np.rint(_COLOURS[:, :3] * 255).astype(np.uint8)
_BAND = 256


def heatmap(values: Map) -> Pixels:
    """The bare map in colours, (H, W, 3) uint8; zero is the palette's neutral middle."""
    return _COLOURS[np.rint(np.clip(values, -1, 1) * _STEPS).astype(np.int16) + _STEPS]


def overlay(pixels: Pixels, values: Map, opacity: float = OPACITY) -> Pixels:
    """Lay a map on a picture of the same size.

    Args:
        pixels: (H, W, 3) uint8 RGB.
        values: (H, W) in [-1, 1].
        opacity: Of the strongest evidence, 0 to 1.

    Returns:
        (H, W, 3) uint8; unchanged where the map is 0.
    """
    laid = np.empty_like(pixels)
    # In bands: a photograph of 4000 pixels would take half a gigabyte of floats at once.
    for top in range(0, len(pixels), _BAND):
        band = slice(top, top + _BAND)
        laid[band] = _blend(pixels[band], values[band], opacity)
    return laid


def _blend(pixels: Pixels, values: Map, opacity: float) -> Pixels:
    share = opacity * np.minimum(1, np.abs(values) / FULL_FROM)[..., None].astype(np.float32)
    # Gray underneath: the colours of skin and map would mix to colours of neither.
    gray = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)[..., None].astype(np.float32)
    muted = pixels + np.minimum(1, 2 * share) * (gray - pixels)
    return np.rint(muted + share * (heatmap(values) - muted)).astype(np.uint8)


def on_crop(face: Face, values: Map, opacity: float = OPACITY) -> Pixels:
    """A map on the aligned crop it was made for, (H, W, 3) uint8."""
    return overlay(face.aligned, values, opacity)


def on_photo(face: Face, values: Map, opacity: float = OPACITY) -> Pixels:
    """A map laid back onto the original photograph, (h, w, 3) uint8.

    Only the part of the photograph that the crop covers is worked on.
    """
    photo = face.photo.copy()
    height, width = values.shape
    x0, y0, x1, y1 = _extent(face, (height, width))
    if x0 >= x1 or y0 >= y1:
        return photo
    part = photo[y0:y1, x0:x1]
    moved = face.matrix.astype(np.float64)
    moved[:, 2] += moved[:, :2] @ (x0, y0)
    laid_back = cv2.warpAffine(
        values,
        moved,
        (x1 - x0, y1 - y0),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT,
    )
    photo[y0:y1, x0:x1] = overlay(part, np.asarray(laid_back, np.float32), opacity)
    return photo


def outlines(pixels: Pixels, regions: RegionMasks, thickness: int = 1) -> Pixels:
    """The outlines of the regions on a crop, (H, W, 3) uint8."""
    drawn = np.ascontiguousarray(pixels).copy()
    for mask in regions.masks:
        edges, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        cv2.drawContours(drawn, edges, -1, (255, 255, 255), thickness)
    return drawn


def legend(width: int = 320, height: int = 24, *, signed: bool = True) -> Pixels:
    """The palette from -1 or 0 (left) to 1 (right), (height, width, 3) uint8."""
    values = np.linspace(-1.0 if signed else 0.0, 1.0, width, dtype=np.float32)
    return heatmap(np.broadcast_to(values, (height, width)))


def _extent(face: Face, shape: tuple[int, int]) -> tuple[int, int, int, int]:
    """(x0, y0, x1, y1) of the crop in the photograph, clipped to it."""
    height, width = shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    placed = (corners - face.matrix[:, 2]) @ np.linalg.inv(face.matrix[:, :2].astype(float)).T
    rows, columns = face.photo.shape[:2]
    x0, y0 = np.floor(np.maximum(placed.min(0), 0)).astype(int)
    x1, y1 = np.ceil(np.minimum(placed.max(0) + 1, (columns, rows))).astype(int)
    return int(x0), int(y0), int(x1), int(y1)
