"""The verdict card: the decision first, then what it rests on."""

from __future__ import annotations

from html import escape

from page.scale import scale_svg
from recognition import Comparison, Face, calibration
from recognition.evidence import two_digits, verbal

KINDS = {
    "same person": ("same", "✓", "Same person"),
    "different people": ("different", "✗", "Different people"),
    "too close to call": ("open", "?", "Too close to call"),
}


def verdict_html(pair: Comparison) -> str:
    """The card for one comparison.

    Args:
        pair: The comparison.
    """
    kind, sign, title = KINDS[pair.decision]
    side = "at or above" if pair.is_match else "below"
    facts = [
        ("Confidence", confidence_words(pair)),
        ("Evidence", evidence_words(pair)),
        ("Operating point", escape(pair.operating_point.words)),
        ("Model", f"{escape(pair.model.title)} · weights: {escape(pair.model.licence)}"),
    ]
    rows = "".join(f"<dt>{name}</dt><dd>{words}</dd>" for name, words in facts if words)
    return f"""
<section class="verdict {kind}" aria-label="Verdict">
  <header><span class="sign" aria-hidden="true">{sign}</span>
    <div><h2 id="decision">{title}</h2>
    <p>Similarity score <b>{pair.score:.3f}</b>, {side} the threshold {pair.threshold:.3f}.</p>
    {open_words(pair)}</div>
  </header>
  {scale_svg(pair)}
  <dl>{rows}</dl>
  {warnings_html(pair)}
</section>"""


def confidence_words(pair: Comparison) -> str:
    """What is known about how sure the decision is, as HTML."""
    if pair.pic is None:
        return (
            "Unknown: nobody has calibrated this model here, so its score cannot be turned into a "
            "probability."
        )
    share, shown = (
        (pair.pic, "the same person") if pair.pic >= 0.5 else (1 - pair.pic, "different people")
    )
    return (
        f"Of pairs that score like this, <b>{percent(share)}</b> show {shown} "
        f"(equal numbers of both assumed).{xface_words(pair)}"
    )


def xface_words(pair: Comparison) -> str:
    """What xFace's logistic says instead, as HTML; empty without calibration."""
    calibrated = calibration.of(pair.model)
    if calibrated is None:
        return ""
    share = calibrated.xface.confidence(pair.score)
    answer = "the same person" if calibrated.xface.is_match(pair.score) else "different people"
    return (
        f" <small>For comparison, xFace's confidence, which has a threshold of its own: "
        f"{percent(share)} that they are {answer}.</small>"
    )


def evidence_words(pair: Comparison) -> str:
    """The likelihood ratio with its cap, and in words, as HTML; empty without calibration."""
    if pair.log10_lr is None:
        return ""
    ratio = two_digits(10 ** abs(pair.log10_lr))
    which = "the same person" if pair.log10_lr >= 0 else "different people"
    cap = ", the most that the calibration data can support" if pair.is_capped else ""
    words = verbal(pair.log10_lr)
    return (
        f"Such a score is about {ratio} times as likely for two photographs of {which}{cap}: "
        f"{escape(words)}."
    )


def open_words(pair: Comparison) -> str:
    """Why a pair is too close to call, or the answer not to be relied on; else empty."""
    if pair.operating_point.name == "uncalibrated":
        return "<p>Nobody measured this threshold: do not rely on this answer.</p>"
    if pair.log10_lr is None or pair.decision != "too close to call":
        return ""
    if (pair.log10_lr > 0) == pair.is_match:
        return "<p>Both answers are about equally likely at this score.</p>"
    if pair.is_match:
        return "<p>It passes this threshold, yet such scores are more common for strangers.</p>"
    return (
        "<p>It misses this strict threshold, yet such scores are more common for the same "
        "person.</p>"
    )


def percent(share: float) -> str:
    """A share in per cent, never rounded to a certainty."""
    if share > 0.999:
        return "more than 99.9 %"
    if share < 0.001:
        return "less than 0.1 %"
    return f"{share:.1%}".replace("%", " %")


def warnings_html(pair: Comparison) -> str:
    """The pictures' warnings as a list; nothing when there are none."""
    said = [
        f"<li><b>{name}:</b> {escape(sentence)}</li>"
        for name, face in (("First photograph", pair.a), ("Second photograph", pair.b))
        for sentence in face.warnings
    ]
    return f'<ul class="warnings">{"".join(said)}</ul>' if said else ""


def alert_html(sentence: str) -> str:
    """What went wrong and what to do, in the place of the verdict."""
    return f'<section class="alert" role="alert"><p>{escape(sentence)}</p></section>'


def face_labels(face: Face) -> list[tuple[str, int]]:
    """(label, index) of each face of a photograph, for a menu."""
    return [
        (f"Face {index + 1}: {x1 - x0:.0f} x {y1 - y0:.0f} pixels", index)
        for index, (x0, y0, x1, y1) in enumerate(face.boxes)
    ]
