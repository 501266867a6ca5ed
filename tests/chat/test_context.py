from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from chat import AUDIENCES, build_context
from chat.evaluation.cases import random_case
from chat.line import Line
from chat.types import Sentence
from explain import RegionTable
from page.words import PRIVACY
from recognition.errors import UnknownName

PAPER_TABLE = RegionTable(
    "p2w",
    (
        *("left eyebrow", "right eyebrow", "left eye", "right eye", "left cheek", "right cheek"),
        *("chin", "lips", "nose"),
    ),
    ("s0-", "s1-", "s0+", "s1+", "avg"),
    np.array(
        [
            [1, 5, 1, 5, 1],
            [3, 5, 1, 4, 1],
            [1, 5, 2, 5, 1],
            [3, 5, 2, 5, 3],
            [4, 5, 5, 5, 5],
            [2, 5, 3, 5, 4],
            [4, 5, 1, 5, 4],
            [5, 5, 2, 5, 5],
            [5, 5, 5, 5, 5],
        ]
    ),
)


def test_facts_hold_the_numbers_of_the_pair(case, context) -> None:
    pair = case.pair
    assert f"{pair.score:.3f}" in context["score"].text
    assert f"{pair.threshold:.3f}" in context["threshold"].text
    assert context["decision"].key == pair.decision
    assert pair.model.title in context["model"].text
    assert f"{100 * pair.confidence:.1f} %" in context["confidence"].text


def test_table_of_the_paper_in_words(case) -> None:
    context = build_context(case.pair, PAPER_TABLE)
    assert context["most"].key == "the left eyebrow"
    assert context["least"].key == "the nose"
    assert "mean level of 2.6 and a ratio of ones of 0.6" in context["region.left eyebrow"].text
    assert (
        "left one has a mean level of 4.8 and the right one 3.8" in context["regions.cheeks"].text
    )
    assert context["ranking"].key.startswith("left eyebrow (2.6)")
    assert context["ranking"].key.endswith("nose (5.0)")
    assert "the left eyebrow" in context["reason"].text


def test_ties_name_every_region(case) -> None:
    table = replace(PAPER_TABLE, levels=np.full((9, 5), 3))
    context = build_context(case.pair, table)
    assert all(region in context["most"].text for region in table.regions)
    assert "no technique gave any region level 1" in context["ones"].text


def test_without_calibration_no_probability_is_stated(case) -> None:
    pair = replace(case.pair, pic=None, log10_lr=None, lr_cap=None, calibration="")
    context = build_context(pair, case.table)
    assert "no calibration" in context["confidence"].text
    assert not {"pic", "likelihood ratio", "calibration"} & set(context.topics)


@pytest.mark.parametrize(
    ("log10_lr", "ratio"), [(0.41, "2.6"), (-1.1, "13"), (3.2041, "1,600"), (-4.0, "10,000")]
)
@pytest.mark.parametrize("audience", AUDIENCES)
def test_likelihood_ratios_are_written_out(case, audience, log10_lr, ratio) -> None:
    context = build_context(replace(case.pair, log10_lr=log10_lr, lr_cap=5.0), audience=audience)
    assert f" about {ratio} " in context["likelihood ratio"].text


def test_the_privacy_sentence_says_what_the_page_says(context) -> None:
    page = " ".join(PRIVACY.split())
    for said in ("stay on the machine that runs this page", "are deleted within an hour"):
        assert said in page and said in context["privacy"].text


def test_pic_is_a_share_of_pairs_and_never_a_belief(case) -> None:
    for audience in AUDIENCES:
        text = build_context(case.pair, case.table, audience=audience)["confidence"].text
        assert "of pairs that score like this" in text
        assert "equal" in text


def test_without_a_table_there_are_no_regions(case) -> None:
    context = build_context(case.pair)
    assert context.regions == ()
    assert "most" not in context
    assert "decision" in context


@pytest.mark.parametrize("seed", range(4))
def test_every_context_is_well_formed(seed: int) -> None:
    case = random_case(np.random.default_rng(seed))
    for audience in AUDIENCES:
        context = build_context(case.pair, case.table, audience=audience, palette=case.palette)
        assert len(set(context.topics)) == len(context.topics)
        for sentence in context.sentences:
            assert sentence.key in sentence.text
            assert sentence.text.endswith(".") and sentence.question.endswith("?")
            assert not set("[]{}") & set(sentence.text)
            assert sentence.kind == (
                "fact" if sentence in context.sentences[:40] else sentence.kind
            )


def test_audiences_get_the_same_topics_in_other_words(case) -> None:
    contexts = [build_context(case.pair, case.table, audience=each) for each in AUDIENCES]
    assert len({context.topics for context in contexts}) == 1
    assert len({context.text for context in contexts}) == 3


def test_unknown_audience_is_refused(case) -> None:
    with pytest.raises(UnknownName, match="examiner"):
        build_context(case.pair, audience="child")


def test_marks_from_outside_do_no_harm(case) -> None:
    face = replace(case.pair.a, source=replace(case.pair.a.source, name="a[1] {x}.jpg"))
    context = build_context(replace(case.pair, a=face))
    assert context["picture.first"].key == "a(1) {x}.jpg"


def test_line_falls_back_to_the_simpler_wording() -> None:
    line = Line("x", "What?", "Plain [x].", "", "Deep [x].")
    assert line.sentence("fact", "examiner").text == "Plain x."
    assert line.sentence("fact", "researcher").text == "Deep x."


def test_unmarked_sentence_is_its_own_key() -> None:
    assert Sentence.marked("x", "fact", "What?", "All of it.").key == "All of it"
