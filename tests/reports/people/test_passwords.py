"""Which passwords are refused, and how browsers are called."""

import hashlib
import unicodedata

import pytest

from reports.people import agents
from reports.people.passwords import Weak, weakness

NAMES = ["yamada", "道路作業班 山田", "小金井市", "Koganei City"]
WIN = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML)"
ANDROID = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("kX9fj2LmQa7", Weak.SHORT),
        ("kX9fj2LmQa7Z", None),
        (unicodedata.normalize("NFD", "がぎぐげござ"), Weak.SHORT),
        ("柿食えば鐘が鳴るなり法隆寺", None),
        ("🦊の道は 🦊だけが知っている", None),
        ("no rules at all", None),
        (hashlib.sha512(b"long").hexdigest() + "x" * 72, None),
        ("x" * 201, Weak.LONG),
        ("passwordpassword", Weak.COMMON),
        ("Ｐａｓｓｗｏｒｄ１２３４", Weak.COMMON),
        ("123456789012", Weak.COMMON),
        ("aaaaaaaaaaaaaaaa", Weak.COMMON),
        ("qwertyuiop123", Weak.COMMON),
        ("administrator", Weak.COMMON),
        ("YAMADAyamada2026", Weak.NAMES),
        ("小金井市小金井市小金井市", Weak.NAMES),
        ("koganei-city-2026", Weak.NAMES),
        ("道路作業班 山田 12345", Weak.NAMES),
        ("yamada eats persimmons", None),
    ],
)
def test_a_new_password_is_long_and_not_guessed(password: str, why: Weak | None) -> None:
    assert weakness(password, NAMES) is why


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (f"{WIN} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "Windowsのパソコン・Edge"),
        (f"{WIN} Chrome/140.0.0.0 Safari/537.36", "Windowsのパソコン・Chrome"),
        (f"{IPHONE} Version/18.1 Mobile/15E148 Safari/604.1", "iPhone・Safari"),
        (f"{IPHONE} Mobile/15E148 Safari Line/14.1.0", "iPhone・LINE"),
        (f"{ANDROID} Chrome/140.0.0.0 Mobile Safari/537.36", "Androidのスマートフォン・Chrome"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Firefox/143.0", "Linuxのパソコン・Firefox"),
        ("curl/8.5.0", agents.UNKNOWN),
        ("", agents.UNKNOWN),
    ],
)
def test_a_browser_is_called_so_that_its_owner_knows_it(agent: str, words: str) -> None:
    assert agents.in_words(agent) == words
