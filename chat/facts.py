"""What is true of this pair of photographs. To teach the chat a fact, add a Line here."""

from __future__ import annotations

from collections.abc import Iterator

from chat.line import Line, unmarked
from chat.words import count, percent, support
from recognition.evidence import two_digits
from recognition.types import Comparison, Face

# One fact is one line, however long, so that the next one is easily added.
# fmt: off
# ruff: noqa: E501


def facts(pair: Comparison, reasons: str = "") -> Iterator[Line]:
    """Everything a comparison says about itself.

    Args:
        pair: The comparison.
        reasons: The most important regions in words, when there is a table.
    """
    yield from _decision(pair, reasons)
    yield from _confidence(pair)
    yield from _system(pair)
    for name, face in (("first", pair.a), ("second", pair.b)):
        yield from _picture(name, face)


def _decision(pair: Comparison, reasons: str) -> Iterator[Line]:
    score, threshold = f"{pair.score:.3f}", f"{pair.threshold:.3f}"
    side = "above" if pair.is_match else "below"
    gap = f"{abs(pair.score - pair.threshold):.3f}"
    most = "regions that mattered most were" if " and " in reasons else "region that mattered most was"
    regions = f", and the {most} {reasons}" if reasons else ""
    if pair.decision == "too close to call":
        regions = f"; this is too little evidence to take a side{regions}"

    yield Line("decision", "What is the decision?",
        f"The decision for these two photographs is: [{pair.decision}].",
        f"The decision for this pair of photographs at the chosen operating point is: [{pair.decision}].",
        f"The decision for this pair is [{pair.decision}], at a cosine of {score}.")
    yield Line("reason", "How did you come to this decision?",
        f"The system came to this decision because the two faces got a similarity score of {score}, {side} the threshold of {threshold}{regions}.",
        f"The decision was reached by comparing the similarity score of {score} with the threshold of {threshold}, {side} which it lies{regions}.",
        f"The decision follows from comparing the cosine of the two embeddings, {score}, with the threshold, {threshold}, {side} which it lies{regions}.")
    yield Line("score", "What is the similarity score?",
        f"The similarity score of the two faces is [{score}].",
        f"The similarity score of this pair is [{score}], on a scale from -1 to 1.",
        f"The similarity score, the cosine of the two embeddings, is [{score}].")
    yield Line("threshold", "What is the threshold?",
        f"The threshold used for this decision is [{threshold}].",
        f"The decision threshold in use here is a score of [{threshold}].")
    yield Line("margin", "How close was it?",
        f"It was [{gap} {side} the threshold]: that is the distance between the score and the limit for a match.")
    yield Line("operating point", "Which operating point was chosen, and how often is it wrong?",
        f"The operating point is chosen like this: [{unmarked(pair.operating_point.words).rstrip('.')}].",
        f"The operating point is {pair.operating_point.name}: [{unmarked(pair.operating_point.words).rstrip('.')}].")


def _confidence(pair: Comparison) -> Iterator[Line]:
    if pair.pic is None or pair.confidence is None:
        yield Line("confidence", "How sure are you about the decision?",
            "How sure the decision is [cannot be said], because this model has no calibration, so no confidence can be given.")
        return
    same, other = percent(pair.pic), percent(1 - pair.pic)
    shares = f"[{same} show the same person]" if pair.is_match else f"[{other} show different people]"
    yield Line("confidence", "How sure are you about the decision?",
        f"The confidence in this decision: of pairs that score like this, {shares} (equal numbers of both assumed).",
        f"The confidence in this decision is a share: of pairs that score like this, {shares} (equal numbers of both assumed).",
        f"The confidence in this decision (PIC for a match, 1 - PIC for a non-match): of pairs that score like this, {shares} (equal priors).")
    yield Line("pic", "What is the PIC-score of this pair?",
        f"The PIC-score of this pair is [{pair.pic:.3f}].")
    if pair.log10_lr is not None:
        favoured = "the same person" if pair.log10_lr >= 0 else "different people"
        ratio = two_digits(10 ** abs(pair.log10_lr))
        cap = ", the largest value that the calibration data can support" if pair.is_capped else ""
        yield Line("likelihood ratio", "How strong is the evidence?",
            f"The strength of the evidence: a score like this is about [{ratio} times more likely for {favoured}] than for the other case, which is called {support(pair.log10_lr)}{cap}.",
            f"The likelihood ratio is about [{ratio} in favour of {favoured}], {support(pair.log10_lr)} on the verbal scale of ENFSI{cap}.",
            f"The likelihood ratio is about [{ratio} in favour of {favoured}] (log10 LR {pair.log10_lr:+.2f}), {support(pair.log10_lr)} on the verbal scale of ENFSI{cap}.")
    if pair.calibration:
        yield Line("calibration", "Which data does the confidence come from?",
            f"The confidence was worked out from known pairs of photographs: [{unmarked(pair.calibration).rstrip('.')}].",
            f"The calibration behind the confidence was computed on [{unmarked(pair.calibration).rstrip('.')}].")


def _system(pair: Comparison) -> Iterator[Line]:
    model = pair.model
    height, width = model.input_size
    yield Line("model", "Which model compared the faces?",
        f"The face recognition model that compared the faces is [{unmarked(model.title)}].",
        f"The face recognition model is [{unmarked(model.title)}], registered here as {unmarked(model.name)}.",
        f"The face recognition model is [{unmarked(model.title)}], registered here as {unmarked(model.name)}, with an input of {width} x {height} pixels.")
    if model.licence:
        yield Line("licence", "Under which licence is the model?",
            f"The licence of the model is [{unmarked(model.licence)}].")
    yield Line("detector", "How were the faces found?",
        f"The faces were found in the photographs by the detector [{unmarked(pair.a.detector)}].",
        f"The faces were found by the detector [{unmarked(pair.a.detector)}], with a detection confidence of {pair.a.detection:.3f} in the first and {pair.b.detection:.3f} in the second photograph.")
    if pair.mirror:
        yield Line("mirror", "Are mirror images used?",
            "Each face is also looked at in the mirror: [the results for the face and its mirror image are averaged].",
            "Each embedding is [the mean of the embeddings of the aligned face and of its mirror image].")


def _picture(name: str, face: Face) -> Iterator[Line]:
    width, height = face.source.size
    file = unmarked(face.source.name)
    yield Line(f"picture.{name}", f"Which file is the {name} photograph?",
        f"The {name} photograph is the file [{file}], {width} x {height} pixels in size.",
        f"The {name} photograph is the file [{file}], {face.source.format}, {width} x {height} pixels, SHA-256 {face.source.sha256[:12]}.")
    warnings = unmarked(" ".join(face.warnings)).rstrip(".")
    yield Line(f"quality.{name}", f"What about the quality of the {name} photograph?",
        f"The quality of the {name} photograph raised a warning: [{warnings}]." if warnings
        else f"The quality of the {name} photograph [raised no warning].")
    yield Line(f"faces.{name}", f"How many faces were found in the {name} photograph?",
        f"In the {name} photograph [{count(max(len(face.boxes), 1), 'face')}] "
        f"{'was' if len(face.boxes) < 2 else 'were'} found.")
