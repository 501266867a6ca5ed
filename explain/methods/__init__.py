"""One explainer a file; each ends in its entry ``EXPLAINER``."""
