"""SHAP, exact: each region's fair share of the score, over all ways to combine the regions."""

from __future__ import annotations

from math import factorial

import numpy as np
import numpy.typing as npt

from explain.base import Explainer
from explain.parts import SCHEME, count, hide_in_both, paint_both
from explain.regions import SCHEMES
from explain.run import Maps, Run


def shapley(worth: npt.NDArray[np.floating], players: int) -> npt.NDArray[np.float64]:
    """``phi_r = sum_S |S|! (R - |S| - 1)! / R! * (v(S + r) - v(S))`` over all S without r.

    Args:
        worth: (2 ** R,) v of each coalition; bit r of the index says whether r is in it.
        players: R.

    Returns:
        (R,); they sum to ``v(all) - v(none)``.
    """
    coalitions = np.arange(len(worth))
    members = np.array([each.bit_count() for each in range(len(worth))])
    weight = np.array(
        [factorial(n) * factorial(players - n - 1) / factorial(players) for n in range(players)]
    )
    shares = []
    for player in range(players):
        without = coalitions[coalitions >> player & 1 == 0]
        gain = worth[without | 1 << player].astype(float) - worth[without]
        shares.append(weight[members[without]] @ gain)
    return np.array(shares)


def explain_both(run: Run, scheme: str) -> Maps:
    """``v(S)``: the score with the regions of S, and what is in no region, visible in both.

    All 2^R coalitions are scored: no sampling, no regression.
    """
    players = count(run, scheme)
    visible = (np.arange(2**players)[:, None] >> np.arange(players) & 1).astype(bool)
    return paint_both(run, scheme, shapley(hide_in_both(run, scheme, ~visible), players))


EXPLAINER = Explainer(
    name="shap",
    title="SHAP over regions",
    sentence="Tries every combination of visible and hidden regions and gives each region its fair "
    "share of the score; the shares add up exactly.",
    citation="Lundberg & Lee, A Unified Approach to Interpreting Model Predictions, NeurIPS 2017, "
    "eq. 4, enumerated; regions as in Doh et al. 2024",
    cost="fast",
    function=explain_both,
    parameters=(SCHEME,),
    work=lambda _pair, scheme: 2 + 2 * 2 ** len(SCHEMES[scheme]),
)
