"""The verdict card: the decision first, then what it rests on."""

from __future__ import annotations

from html import escape

from recognition import Comparison, Face

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
        ("Operating point", escape(pair.operating_point.words)),
        ("Model", f"{escape(pair.model.title)} · weights: {escape(pair.model.licence)}"),
    ]
    rows = "".join(f"<dt>{name}</dt><dd>{words}</dd>" for name, words in facts)
    return f"""
<section class="verdict {kind}" aria-label="Verdict">
  <header><span class="sign" aria-hidden="true">{sign}</span>
    <div><h2 id="decision">{title}</h2>
    <p>Similarity score <b>{pair.score:.3f}</b>, {side} the threshold {pair.threshold:.3f}.</p>
    </div>
  </header>
  {scale_svg(pair)}
  <dl>{rows}</dl>
  {warnings_html(pair)}
</section>"""


def confidence_words(pair: Comparison) -> str:
    """What is known about how sure the decision is, as HTML."""
    if pair.pic is None or pair.log10_lr is None:
        return (
            "Unknown: nobody has calibrated this model here, so its score cannot be turned into a "
            "probability."
        )
    words = (
        f"Of pairs that score like this, <b>{percent(pair.pic)}</b> show the same person "
        "(equal numbers of both assumed)."
    )
    ratio = 10 ** abs(pair.log10_lr)
    which = "the same person" if pair.log10_lr >= 0 else "different people"
    words += f" Such a score is about {ratio:,.0f} times as likely for two photographs of {which}"
    if pair.lr_cap is not None and abs(pair.log10_lr) >= pair.lr_cap - 1e-9:
        words += ", the most that the calibration data can support"
    return f"{words}. <small>Calibrated on {escape(pair.calibration)}.</small>"


def percent(share: float) -> str:
    """A share in per cent, never rounded to a certainty."""
    if share > 0.999:
        return "more than 99.9 %"
    if share < 0.001:
        return "less than 0.1 %"
    return f"{share:.1%}".replace("%", " %")


def scale_svg(pair: Comparison, width: int = 640) -> str:
    """A number line with the threshold and the score on it."""
    low = min(pair.threshold, pair.score) - 0.05
    low = max(-1.0, min(low, 2 * pair.threshold - 1.0))
    high = 1.0

    def x(score: float) -> float:
        return 14 + (width - 28) * (score - low) / (high - low)

    cut, here = x(pair.threshold), x(pair.score)
    return f"""
  <svg class="scale" viewBox="0 0 {width} 58" role="img"
    aria-label="Score {pair.score:.3f} on a line with the threshold at {pair.threshold:.3f}">
    <rect class="below" x="14" y="24" width="{cut - 14:.1f}" height="10" rx="5"/>
    <rect class="above" x="{cut:.1f}" y="24" width="{width - 14 - cut:.1f}" height="10" rx="5"/>
    <line class="cut" x1="{cut:.1f}" x2="{cut:.1f}" y1="18" y2="40"/>
    <text x="{cut:.1f}" y="54" text-anchor="middle">threshold</text>
    <text x="14" y="54">different people</text>
    <text x="{width - 14}" y="54" text-anchor="end">same person</text>
    <circle class="score" cx="{here:.1f}" cy="29" r="8"/>
    <text class="here" x="{min(max(here, 40), width - 40):.1f}" y="14"
      text-anchor="middle">this pair</text>
  </svg>"""


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
