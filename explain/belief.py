"""What is believed about places nobody has looked at: a Gaussian process over the gains of spots.

Two spots bring alike as far as they overlap, so the gains of neighbouring places tell of each
other. Taking a place makes what overlaps with it worth less, for the most part near it, and moves
the others by an amount that can only be bounded; so beliefs fade instead of being thrown away.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

# Measured on exhaustive greedy searches over 30 x 30 places, spots three places wide
# (dlib-resnet29, LFW): how far the gain of a place was off what ``took`` expects, in units of the
# gain just taken.
FAR, NEAR, REACH = 0.15, 0.55, 2.3  # at any distance; more at the place itself; in spot widths
ROUNDING = 1e-4  # of the variance; keeps the equations solvable

Places = npt.NDArray[np.intp]
Values = npt.NDArray[np.float32]
Exact = npt.NDArray[np.float64]  # what is subtracted again and again


class Belief:
    """Expected gain and its uncertainty at each place of a square grid.

    Args:
        grid: Places along each side.
        width: Standard deviation of a spot, as a share of the side.
        places: (n,) those whose gains are known; the others are believed to be of their kind.
        gains: (n,) what they bring.

    Attributes:
        expected: (grid * grid,) the gain each place is believed to bring.
    """

    def __init__(self, grid: int, width: float, places: Places, gains: Values) -> None:
        line = (np.arange(grid) + 0.5) / grid / width
        apart = (line[:, None] - line) ** 2
        self._apart: Exact = (apart[:, None, :, None] + apart[None, :, None, :]).reshape(
            grid**2, grid**2
        )
        self._alike: Exact = np.exp(-self._apart / 2)
        self._rounding = ROUNDING * max(float(gains.var()), 1e-12)
        self._covariance = self._alike * (self._rounding / ROUNDING)
        self.expected: Exact = np.full(grid**2, gains.mean(), float)
        self.learn(places, gains)

    def learn(self, places: Places, gains: Values) -> None:
        """Look at places (n,): their gains are known now, the neighbours' better than before."""
        shared = self._covariance[places]
        among = shared[:, places] + self._rounding * np.eye(len(places))
        root = np.linalg.inv(np.linalg.cholesky(among))
        news = root @ shared
        self.expected += (root @ (gains - self.expected[places])) @ news
        self._covariance -= news.T @ news

    def took(self, place: int, gain: float) -> None:
        """Take a place: what overlaps with it brings less now, and all are known less well."""
        left = 1 - np.exp(-self._apart[place] / 4)  # two spots overlap over sqrt(2) widths
        doubt = gain * (FAR + NEAR * np.exp(-self._apart[place] / (2 * REACH**2)))
        self.expected = self.expected * left
        self._covariance *= np.outer(left, left)
        self._covariance += self._alike * np.outer(doubt, doubt)

    def promising(
        self, candidates: npt.NDArray[np.bool_], leader: float, caution: float, count: int
    ) -> Places:
        """The places to look at next: those that may beat the leader, the likeliest first.

        Each is chosen as if the ones before it had been looked at already and brought what was
        expected, so that they do not crowd together.

        Args:
            candidates: (grid * grid,) where to choose from.
            leader: Gain to be beaten.
            caution: How many standard deviations of luck a place is given.
            count: Most places to choose.

        Returns:
            (n,) with n <= count; none when nothing can win.
        """
        variance = np.diag(self._covariance).copy()
        columns = np.zeros((0, len(variance)))
        open_ = candidates.copy()
        chosen: list[int] = []
        while len(chosen) < count and open_.any():
            hope = self.expected + caution * np.sqrt(np.maximum(variance, 0))
            best = int(np.where(open_, hope, -np.inf).argmax())
            if hope[best] <= leader:
                break
            chosen.append(best)
            open_[best] = False
            column = self._covariance[best] - columns[:, best] @ columns
            column /= np.sqrt(max(float(column[best]), 0) + self._rounding)
            columns = np.vstack([columns, column])
            variance -= column**2
        return np.array(chosen, np.intp)
