"""The faces of an inpainting explainer: this is the face without its own nose."""

from __future__ import annotations

import base64
from html import escape

import cv2
import numpy as np

from explain import Explanation
from explain.run import Replaced
from recognition.types import Pixels

SIDE = 160  # pixels a face is shown with
SMALLEST = 0.0005  # changes of the score below this are called none


def replaced_html(explanation: Explanation) -> str:
    """Both faces without each of their own regions, one fill of it; empty for other explainers.

    The pictures travel inside the page: no file of them is ever written.
    """
    if not explanation.replaced:
        return ""
    most = max(explanation.replaced, key=lambda each: abs(each.change))
    cards = "".join(_card(each, explanation, each is most) for each in explanation.replaced)
    score = explanation.pair.score
    return (
        '<section class="replaced" id="replaced"><h3>The faces without their own parts</h3>'
        '<p class="about">In both faces one region is replaced by one that could be another '
        f"person's. As they are, the two faces score {score:.3f}; the further the score falls, the "
        "more the region speaks for the same person; the one that counts most is framed. What is "
        f"in the replaced regions is made up: it shows nobody.</p><div>{cards}</div></section>"
    )


def _card(each: Replaced, explanation: Explanation, is_most: bool) -> str:
    faces = "".join(
        f'<img src="{_inline(picture)}" alt="{which} face with {escape(each.region)} replaced" '
        f'width="{SIDE}" height="{SIDE}">'
        for which, picture in zip(("First", "Second"), each.pictures, strict=True)
    )
    fills = explanation.params.get("fills", 1)
    spread = f" <small>± {each.spread:.3f} over {fills} fills</small>" if each.spread else ""
    return (
        f"<figure{' class=most' if is_most else ''}><span>{faces}</span>"
        f"<figcaption><b>Without their own {escape(each.region)}</b><br>"
        f"{_effect(each)}{spread}</figcaption></figure>"
    )


def _effect(each: Replaced) -> str:
    if abs(each.change) < SMALLEST:
        return f"the score stays at {each.score:.3f}"
    verb = "falls" if each.change > 0 else "rises"
    return f"the score {verb} by {abs(each.change):.3f} to {each.score:.3f}"


def _inline(picture: Pixels) -> str:
    shown = cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    _, coded = cv2.imencode(".jpg", np.ascontiguousarray(shown[..., ::-1]))
    return "data:image/jpeg;base64," + base64.b64encode(coded.tobytes()).decode()
