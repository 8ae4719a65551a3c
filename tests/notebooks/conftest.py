"""A browser for the pages: Debian's chromium, or another of its family that is installed."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's program; without one a test is skipped, with CI=true it fails."""
    for name in BROWSERS:
        if found := shutil.which(name):
            return found
    absent = "no browser: install chromium, for example: apt install chromium"
    if os.environ.get("CI") == "true":
        pytest.fail(absent)
    pytest.skip(absent)


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """One for all pages of a module; no longer, for its loop is in the way of other tests' own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        try:
            yield browser
        finally:
            browser.close()


@pytest.fixture(scope="session")
def hard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that is hard to look at; read it only."""
    from tests.notebooks.homes import hard_home  # this file is also tried alone

    return hard_home(tmp_path_factory.mktemp("hard"))
