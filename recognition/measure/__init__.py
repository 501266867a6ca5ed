"""How good a model is: LFW and the London set, error rates, calibration quality, pictures."""
