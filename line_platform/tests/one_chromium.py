"""A real Chromium for every test of a process, whoever's tests they are."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-gpu-compositing",  # only what draws by WebGL needs the processor to play one
]

expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def one_chromium() -> Iterator[Browser]:
    """Without a window; Playwright allows one in a process."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
