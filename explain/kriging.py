"""The smooth map whose visible parts add up to the scores seen: a Gaussian process (kriging)."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

PLACES = 20  # the map is solved for on 20 x 20 places
REACHES = (0.08, 0.12, 0.18, 0.27)  # how far neighbours are alike, as shares of the crop
NOISES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)  # what the sum misses, as a share of the variance

Values = npt.NDArray[np.float64]


def coarse(masks: npt.NDArray[np.float32]) -> Values:
    """Masks (N, H, W) as their means in each of 20 x 20 places."""
    size = (PLACES, PLACES)
    return np.stack(
        [cv2.resize(mask, size, interpolation=cv2.INTER_AREA) for mask in masks]
    ).astype(float)


def krige(masks: Values, scores: Values) -> Values:
    """Posterior mean of h in ``s_i = c + sum_x h(x) M_i(x) + noise``, h a Gaussian process.

    Reach of the process and noise are those under which the scores are most likely.

    Args:
        masks: (N, P, P), 1 = visible.
        scores: (N,).

    Returns:
        (P, P), in units of the score a wholly visible place.
    """
    place = (np.arange(masks.shape[1]) + 0.5) / masks.shape[1]
    apart = (place[:, None] - place) ** 2
    seen = masks - masks.mean(0)
    centred, count, rest = scores - scores.mean(), len(scores), 0.0
    if count > seen[0].size:
        seen, centred, rest = _as_many_as_places(seen, centred)
    best, found = -np.inf, np.zeros(masks.shape[1:])
    for reach in REACHES:
        near = np.exp(-apart / (2 * reach**2))
        spread = near @ seen @ near  # the covariance of h with each score
        joint = np.tensordot(seen, spread, ([1, 2], [1, 2]))
        size = max(np.trace(joint) / count, 1e-30)
        joint, spread = joint / size, spread / size
        variances, directions = np.linalg.eigh(joint)
        along = directions.T @ centred
        for noise in NOISES:
            total = np.maximum(variances, 0) + noise
            scale = ((along**2 / total).sum() + rest / noise) / count
            volume = np.log(total).sum() + (count - len(along)) * np.log(noise)
            likelihood = -0.5 * (count * np.log(scale + 1e-30) + volume)
            if likelihood > best:
                best = likelihood
                found = np.tensordot(directions @ (along / total), spread, 1)
    return found


def _as_many_as_places(seen: Values, centred: Values) -> tuple[Values, Values, float]:
    """Fewer equations with the same answer: what no map can explain of the scores is noise.

    Args:
        seen: (N, P, P), the masks less their mean, N > P * P.
        centred: (N,), the scores less their mean.

    Returns:
        Combinations of the masks (P * P, P, P), those of the scores (P * P,), and the sum of
        squares of what is left of the scores.
    """
    basis, combined = np.linalg.qr(seen.reshape(len(seen), -1))
    explained = basis.T @ centred
    left = centred - basis @ explained
    return combined.reshape(-1, *seen.shape[1:]), explained, float(left @ left)


def predict(masks: Values, scores: Values) -> Values:
    """Scores under all masks (N, P, P), of which the first n, ``scores`` (n,), are known.

    The others are what the smooth map that explains the known ones best adds up to, and never
    beyond those.
    """
    known = len(scores)
    field = krige(masks[:known], scores)
    seen = masks[known:] - masks[:known].mean(0)
    guessed = scores.mean() + np.tensordot(seen, field, 2)
    return np.concatenate([scores, guessed.clip(scores.min(), scores.max())])
