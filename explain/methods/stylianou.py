"""Stylianou et al.: the score, split exactly over the places of the last feature map.

Where that map is small the split says little of the face: dlib's is 2 x 2 and the convolutions of
its last block reach only one corner of it (the other sums are padded with zeros), and with mirrored
crops added the two columns are alike, so that every map is a fall or a rise from top to bottom. The
rank correlation of two of them is near 1 or -1, whatever was shuffled.
"""

from __future__ import annotations

from explain.activations import read, smallest_of, to_pixels
from explain.base import Explainer
from explain.run import Maps, Run


def explain_both(run: Run, smallest: int) -> Maps:
    """``H(p) = sum_c F_cp ds'/dF_cp``, ``s' = eA . eB / (|eA| |eB|)`` with the lengths held fixed.

    Where average pooling and a linear layer without bias follow, ``ds'/dF`` is that layer times
    the other embedding, and the places sum to the score exactly. Behind an earlier layer the split
    is first-order; it stays complete as far as the layers in between have no bias.
    """
    activations = read(run, smallest)
    gradient = run.gradients(activations.terms, activations.maps, pictures=2)
    return to_pixels(run, (activations.maps.detach() * gradient).sum(1))


EXPLAINER = Explainer(
    name="stylianou",
    title="Stylianou et al.",
    sentence="Splits the score over the places of the recogniser's last feature maps: the parts "
    "add up to the score.",
    citation="Stylianou, Souvenir & Pless, Visualizing Deep Similarity Networks, WACV 2019, eq. 3",
    cost="instant",
    function=explain_both,
    parameters=(smallest_of(2),),
    needs_gradients=True,
    work=lambda _pair, **_: 6,
)
