"""Somebody who is new at a page: how many keys and clicks something takes them, and how long."""

import time
from dataclasses import dataclass, field
from typing import Final

import pytest
from playwright.sync_api import Locator, Page

A_LETTER_MS: Final = 200
A_KEY_MS: Final = 300
A_CLICK_MS: Final = 1_200
"""Five letters a second, and a look before each click."""


@dataclass
class Hands:
    """What somebody did at the page, and since when."""

    page: Page
    keys: int = 0
    letters: int = 0
    clicks: int = 0
    began: float = field(default_factory=time.monotonic)

    def type(self, words: str) -> None:
        self.letters += len(words)
        self.page.keyboard.type(words, delay=A_LETTER_MS)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.keys += 1
            self.page.wait_for_timeout(A_KEY_MS)
            self.page.keyboard.press(key)

    def click(self, what: Locator) -> None:
        self.clicks += 1
        self.page.wait_for_timeout(A_CLICK_MS)
        what.click()

    def choose(self, what: Locator, option: str) -> None:
        """Two clicks: it opens, and one of it is taken."""
        self.clicks += 2
        self.page.wait_for_timeout(2 * A_CLICK_MS)
        what.select_option(option)

    def told(self, what: str, capsys: pytest.CaptureFixture[str]) -> float:
        """How many seconds it took, which is said with the rest."""
        seconds = time.monotonic() - self.began
        with capsys.disabled():
            print(
                f"\n{what}: {self.keys} keys, {self.letters} letters, {self.clicks} clicks,"
                f" {seconds:.1f} s"
            )
        return seconds
