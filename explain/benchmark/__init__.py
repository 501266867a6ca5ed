"""How good an explanation is: pairs of LFW, measures, floors, and the table of explainers."""
