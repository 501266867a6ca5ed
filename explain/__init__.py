"""A decision -> maps, regions, table: why did the model score these two faces as it did?"""

from explain.base import COSTS, Explainer, Explanation, Parameter
from explain.overlay import heatmap, on_photo, outlines, overlay
from explain.regions import SCHEMES, RegionMasks, region_masks
from explain.registry import DEFAULT_EXPLAINER, EXPLAINERS, explain, explain_many
from explain.run import Maps
from explain.table import TABLE_TECHNIQUES, Masks, RegionTable, masks_of, region_table

__all__ = [
    "COSTS",
    "DEFAULT_EXPLAINER",
    "EXPLAINERS",
    "SCHEMES",
    "TABLE_TECHNIQUES",
    "Explainer",
    "Explanation",
    "Maps",
    "Masks",
    "Parameter",
    "RegionMasks",
    "RegionTable",
    "explain",
    "explain_many",
    "heatmap",
    "masks_of",
    "on_photo",
    "outlines",
    "overlay",
    "region_masks",
    "region_table",
]
