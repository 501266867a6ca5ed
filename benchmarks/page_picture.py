"""The picture of the page in the README: an example, one question, photographed in Chromium.

python -m benchmarks.page_picture
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

import app

PICTURE = Path(__file__).parent.parent / "assets" / "figures" / "page.jpg"
EXAMPLE = 2  # the face mask, as in table 1 of the paper
QUESTION = "Why do you think so?"


def main() -> None:
    """Take the picture."""
    chromium = shutil.which("chromium")
    PICTURE.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        served = app.launch(Path(folder), prevent_thread_lock=True, quiet=True, server_port=None)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1120, "height": 900})
        expect.set_options(timeout=120_000)
        page.goto(str(served.local_url))
        page.locator("#examples button").nth(EXAMPLE).click()
        expect(page.locator("#regions")).to_be_visible()
        page.wait_for_timeout(5000)  # the chat learns of the table after it is shown
        page.locator("#question textarea, #question input").first.fill(QUESTION)
        page.keyboard.press("Enter")
        expect(page.locator("#chat .bot")).to_contain_text("confidence")
        page.wait_for_timeout(4000)  # the example's hint goes away
        page.screenshot(path=PICTURE, full_page=True, type="jpeg", quality=80)
        browser.close()
        served.close()


if __name__ == "__main__":
    main()
