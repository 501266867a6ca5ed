"""What a visitor does: two photographs in, the verdict, the maps, the table, a question."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlparse

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from page.actions import stopping
from tests.browser.conftest import upload

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def choose(visit: Page, explainer: str) -> None:
    visit.locator("#explainer input").click()
    visit.get_by_role("option", name=explainer, exact=True).click()


def judge_at(visit: Page, point: str) -> None:
    visit.locator("#settings button").first.click()
    visit.locator("#operating-point input").click()
    visit.get_by_role("option", name=point, exact=True).click()


def test_two_photographs_to_an_answer(visit: Page, astronaut: Path, admiral: Path) -> None:
    upload(visit, "a", astronaut)
    upload(visit, "b", admiral)
    visit.locator("#compare").click()

    expect(visit.locator("#decision")).to_have_text("Different people")
    expect(visit.locator("#verdict")).to_contain_text("1 in 1,000 pairs of different people")
    for side in "ab":
        expect(visit.locator(f"#map-{side} img").first).to_be_visible()
    rows = visit.locator("#regions tbody tr")
    expect(rows).to_have_count(9)
    assert all(1 <= int(level) <= 5 for level in visit.locator("#regions .level").all_inner_texts())
    expect(visit.locator("#legend")).to_contain_text("similar")

    visit.locator("#question textarea, #question input").first.fill("What is the decision?")
    visit.keyboard.press("Enter")
    answer = visit.locator("#chat .bot").last
    expect(answer).to_contain_text("different people")
    expect(answer).to_contain_text("confidence")


def test_one_click_on_an_example(visit: Page) -> None:
    visit.locator("#examples button").nth(1).click()
    expect(visit.locator("#decision")).to_be_visible()
    expect(visit.locator("#map-b img").first).to_be_visible()


def test_a_file_that_is_no_picture_gets_a_sentence_and_nothing_is_lost(
    visit: Page, astronaut: Path, tmp_path: Path
) -> None:
    upload(visit, "a", astronaut)
    no_face = tmp_path / "stripes.png"
    stripes = np.tile(np.array([[[200], [40]]], np.uint8).repeat(8, 1), (300, 20, 3))
    Image.fromarray(stripes).save(no_face)
    upload(visit, "b", no_face)
    visit.locator("#compare").click()
    alert = visit.locator("#verdict [role=alert]")
    expect(alert).to_contain_text("No face was found")
    expect(visit.locator("#results")).to_be_hidden()
    expect(visit.locator("#photo-a img").first).to_be_visible()


@pytest.mark.parametrize("content", [b"not a picture", b""])
def test_a_file_of_another_kind_with_a_pictures_name(
    visit: Page, admiral: Path, tmp_path: Path, content: bytes
) -> None:
    upload(visit, "b", admiral)
    (tmp_path / "holiday.png").write_bytes(content)
    field = visit.locator("#photo-a input[type=file]")
    field.set_input_files(str(tmp_path / "holiday.png"))
    expect(visit.locator("#photo-a img").first).to_be_attached()
    visit.locator("#compare").click()
    alert = visit.locator("#verdict [role=alert]")
    expect(alert).to_contain_text("cannot be read as a picture")
    expect(visit.locator("#verdict")).not_to_contain_text("Error")


def test_comparing_nothing_says_what_to_do(visit: Page) -> None:
    visit.locator("#compare").click()
    expect(visit.locator("#verdict [role=alert]")).to_contain_text("Add both photographs")


def test_several_faces_can_be_chosen(
    visit: Page, astronaut: Path, admiral: Path, tmp_path: Path
) -> None:
    group = tmp_path / "group.png"
    pictures = [Image.open(path).convert("RGB").resize((512, 600)) for path in (astronaut, admiral)]
    Image.fromarray(np.hstack(pictures)).save(group)
    upload(visit, "a", group)
    upload(visit, "b", admiral)
    visit.locator("#compare").click()
    choices = visit.locator("#face-a input[type=radio]")
    expect(choices).to_have_count(2)
    expect(visit.locator("#verdict .warnings")).to_contain_text("There are 2 faces here")
    first = visit.locator("#decision").inner_text()
    other = 1 if choices.nth(0).is_checked() else 0
    choices.nth(other).click()
    expect(visit.locator("#decision")).not_to_have_text(first)
    assert {first, visit.locator("#decision").inner_text()} == {"Same person", "Different people"}


def test_nothing_is_fetched_from_anybody_else(visit: Page, address: str) -> None:
    hosts: set[str] = set()
    visit.on("request", lambda request: hosts.add(urlparse(request.url).netloc))
    visit.reload()
    expect(visit.locator("#compare")).to_be_visible()
    visit.wait_for_timeout(1500)
    assert hosts - {""} == {urlparse(address).netloc}


def test_a_narrow_window_needs_no_sideways_scrolling(visit: Page) -> None:
    visit.set_viewport_size({"width": 390, "height": 800})
    visit.locator("#examples button").nth(1).click()
    expect(visit.locator("#regions")).to_be_visible()
    width = visit.evaluate("document.documentElement.scrollWidth")
    assert width <= 390


def test_stop_ends_the_work(visit: Page) -> None:
    visit.locator("#examples button").nth(1).click()
    expect(visit.locator("#status progress")).to_be_visible()
    visit.locator("#stop").click()
    expect(visit.locator("#status")).to_contain_text(re.compile("Stopped"))


def test_who_leaves_stops_the_work_and_is_forgotten(visit: Page) -> None:
    others = set(stopping._VISITS)
    visit.locator("#examples button").nth(1).click()
    expect(visit.locator("#status progress")).to_be_visible()
    (mine,) = (each for name, each in stopping._VISITS.items() if name not in others)
    run = mine.run
    visit.close()
    assert run is not None and run.wait(60)
    assert mine not in stopping._VISITS.values()


def test_a_typed_threshold_counts(visit: Page) -> None:
    visit.locator("#examples button").nth(0).click()
    expect(visit.locator("#decision")).to_have_text("Same person")
    judge_at(visit, "A threshold of my own")
    number = visit.get_by_label("number input for Threshold")
    expect(number).not_to_have_value("0.9")  # where the operating point before was
    number.fill("0.999")
    number.press("Enter")
    expect(visit.locator("#verdict")).to_contain_text("below the threshold 0.999")
    expect(visit.locator("#decision")).not_to_have_text("Same person")


def test_of_two_explainers_chosen_in_a_row_the_last_one_is_shown(visit: Page) -> None:
    visit.locator("#examples button").nth(1).click()
    expect(visit.locator("#status progress")).to_be_visible()
    choose(visit, "RISE")
    choose(visit, "S0-: single removal")
    expect(visit.locator("#status")).to_contain_text("S0-: single removal: 404 passes")
    expect(visit.locator("#legend")).to_contain_text("similar")
    expect(visit.locator("#map-a img").first).to_be_visible()


def test_another_operating_point_keeps_the_table_working(visit: Page) -> None:
    visit.locator("#examples button").nth(1).click()
    expect(visit.locator("#regions tbody tr")).to_have_count(9)
    judge_at(visit, "FMR 0.01 % (1 in 10,000)")
    expect(visit.locator("#verdict")).to_contain_text("1 in 10,000 pairs")
    visit.get_by_role("button", name="Settings of the table").click()
    heads = visit.locator("#regions thead th")
    before = heads.count()
    # Two in a row: the second stops the run of the first.
    visit.locator("#techniques").get_by_label("XSSAB", exact=True).check()
    visit.locator("#techniques").get_by_label("CONCEPTS", exact=True).check()
    expect(heads).to_have_count(before + 2)
    visit.get_by_label("With the regions").check()
    expect(visit.locator("#map-a img").first).to_be_visible()
    expect(visit.locator("#verdict")).to_contain_text("1 in 10,000 pairs")


def test_another_photograph_takes_the_old_verdict_away(
    visit: Page, astronaut: Path, admiral: Path
) -> None:
    upload(visit, "a", astronaut)
    upload(visit, "b", admiral)
    visit.locator("#compare").click()
    expect(visit.locator("#decision")).to_have_text("Different people")
    field = visit.locator("#photo-b")
    field.get_by_label("Remove").or_(field.get_by_label("Clear")).first.click()
    expect(visit.locator("#decision")).to_have_count(0)
    expect(visit.locator("#results")).to_be_hidden()
    upload(visit, "b", astronaut)
    visit.locator("#compare").click()
    expect(visit.locator("#decision")).to_have_text("Same person")


def test_settings_change_the_cost_before_the_click_and_the_maps(visit: Page) -> None:
    visit.locator("#examples button").nth(1).click()
    cost = visit.locator("#about")
    expect(cost).to_contain_text(re.compile(r"about [\d,]+ passes"))
    choose(visit, "S0-: single removal")
    expect(cost).to_contain_text("about 404 passes")
    visit.get_by_role("button", name="Settings of this explainer").click()
    grid = visit.get_by_label("number input for grid")
    grid.fill("5")
    grid.press("Enter")
    expect(cost).to_contain_text("about 104 passes")
    visit.locator("#explain").click()
    expect(visit.locator("#status")).to_contain_text("grid 5")


def test_the_faces_without_their_own_parts(visit: Page, astronaut: Path, admiral: Path) -> None:
    upload(visit, "a", astronaut)
    upload(visit, "b", admiral)
    visit.locator("#compare").click()
    expect(visit.locator("#map-a img").first).to_be_visible()
    choose(visit, "Inpainting, single region")

    cards = visit.locator("#replaced figure")
    expect(cards.filter(has_text="Without their own nose")).to_be_visible()
    expect(cards.first).to_contain_text("the score")
    assert cards.count() >= 7
    pictures = visit.locator("#replaced img")
    assert pictures.count() == 2 * cards.count()
    assert all(
        each.startswith("data:") for each in pictures.evaluate_all("all => all.map(x => x.src)")
    )

    visit.set_viewport_size({"width": 390, "height": 844})
    width = visit.evaluate("document.documentElement.scrollWidth")
    assert width <= 390, "the page is wider than a telephone"
