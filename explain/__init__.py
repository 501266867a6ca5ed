"""A decision -> maps, regions, table: why did the model score these two faces as it did?"""

from explain.base import COSTS, Explainer, Explanation, Parameter
from explain.registry import EXPLAINERS, explain, explain_many

__all__ = [
    "COSTS",
    "EXPLAINERS",
    "Explainer",
    "Explanation",
    "Parameter",
    "explain",
    "explain_many",
]
