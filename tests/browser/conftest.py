"""The real page in a real Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

import app

PATIENCE = 120_000  # milliseconds; a machine that runs other tests too is slow


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the page is served for these tests."""
    page = app.launch(
        tmp_path_factory.mktemp("examples"), prevent_thread_lock=True, quiet=True, server_port=None
    )
    yield page.local_url
    page.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("there is no chromium here; install it with: sudo apt-get install chromium")
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Page]:
    """A fresh visitor on the page."""
    expect.set_options(timeout=PATIENCE)
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    yield page
    context.close()


def upload(page: Page, side: str, path: Path) -> None:
    """Upload a photograph and wait until the page has it."""
    field = page.locator(f"#photo-{side}")
    field.locator("input[type=file]").set_input_files(str(path))
    expect(field.locator("img").first).to_be_visible()
