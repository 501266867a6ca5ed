"""Where the five landmarks belong in a crop, by the convention a network was trained with.

Five (x, y): the eye on the left of the picture, the eye on the right, nose tip, mouth corners left
and right, as fractions of the crop's (width, height).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

Template = tuple[tuple[float, float], ...]


def _fractions(size: float, *points: tuple[float, float]) -> Template:
    return tuple((x / size, y / size) for x, y in points)


TEMPLATES: Mapping[str, Template] = MappingProxyType(
    {
        # MTCNN's points in the crops that dlib's own landmarks give, averaged.
        "dlib": _fractions(
            150, (41.9, 35.7), (101.4, 35.2), (71.8, 71.9), (45.6, 102.7), (97.8, 103.0)
        ),
        # The same for a face 4 % smaller and 5.5 pixels further down: of 17 placements tried the
        # one with the fewest errors of dlib's network on LFW's view 1.
        "dlib-lower": _fractions(
            150, (43.2, 42.8), (100.3, 42.3), (71.9, 77.5), (46.8, 107.1), (96.9, 107.4)
        ),
        # Of insightface, and of what is trained on its crops.
        "arcface": _fractions(
            112,
            (38.2946, 51.6963),
            (73.5318, 51.5014),
            (56.0252, 71.7366),
            (41.5493, 92.3655),
            (70.7299, 92.2041),
        ),
        # MTCNN's points in MTCNN's own boxes, averaged over LFW: facenet-pytorch was trained on
        # upright crops of the box.
        "facenet": (
            (0.290, 0.386),
            (0.738, 0.386),
            (0.517, 0.584),
            (0.325, 0.757),
            (0.721, 0.757),
        ),
        # Open Model Zoo's face-reidentification-retail-0095, as its documentation gives them.
        "omz": (
            (0.31556875, 0.46157411),
            (0.68262292, 0.45982864),
            (0.50026249, 0.64050539),
            (0.34947188, 0.82469196),
            (0.65343646, 0.82325089),
        ),
    }
)


def template(name: str, size: tuple[int, int]) -> Template:
    """A template in pixels of a crop.

    Args:
        name: One of ``TEMPLATES``.
        size: (H, W) of the crop.
    """
    height, width = size
    return tuple((x * width, y * height) for x, y in TEMPLATES[name])
