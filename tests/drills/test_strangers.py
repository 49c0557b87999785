"""Ten thousand wrong tries by strangers, from a thousand networks through two proxies, while the
right people sign in."""

import re
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import httpx
import pytest
from townsfolk import value
from web_scene import PAGE, PASSWORD

from reports.people import waits

pytestmark = pytest.mark.long

TRIES: Final = 10_000
NETWORKS: Final = 1_000
AT_ONCE: Final = 8
OUTER, INNER = "198.51.100.2", "127.0.0.1"
"""Two proxies, one behind the other: the inner one is who connects."""
HOME, OFFICE, AWAY = "192.0.2.77", "203.0.113.9", "203.0.113.200"
NAMES: Final = ("sato", "sato", "sato", "roads", "yamada", "nobody")


@pytest.fixture
def behind_two_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUSTED_PROXIES", f"{INNER},{OUTER}")


def stranger(turn: int) -> str:
    return f"100.64.{turn % NETWORKS // 250}.{turn % 250 + 1}"


def come(browser: httpx.Client, way: str, name: str, password: str) -> httpx.Response:
    """`way`: as X-Forwarded-For comes to the city's own machine."""
    headers = {**PAGE, "x-forwarded-for": way}
    return browser.post(
        "/sign-in", data={"name": name, "password": password}, headers=headers, timeout=60
    )


def knocks(site: str, first: int, codes: Counter[int]) -> None:
    """One of those who try at once. Every other one says to come from where the right person is:
    what they write themselves stands left of what the proxies saw, and is not believed."""
    with httpx.Client(base_url=site, trust_env=False) as browser:
        for turn in range(first, TRIES, AT_ONCE):
            said = f"{HOME}, " if turn % 2 else ""
            way = f"{said}{stranger(turn)}, {OUTER}"
            answer = come(browser, way, NAMES[turn % len(NAMES)], f"password number {turn}")
            codes[answer.status_code] += 1
            browser.cookies.clear()


def test_ten_thousand_wrong_tries_keep_nobody_out(
    behind_two_proxies: None, site: str, request: pytest.FixtureRequest
) -> None:
    codes: Counter[int] = Counter()
    took: list[float] = []
    over = threading.Event()
    known = httpx.Client(base_url=site, trust_env=False)
    request.addfinalizer(known.close)
    assert come(known, f"{HOME}, {OUTER}", "sato", PASSWORD).status_code == 303

    def goes_in_and_out() -> None:
        while not over.is_set():
            began = time.monotonic()
            answer = come(known, f"{HOME}, {OUTER}", "sato", PASSWORD)
            took.append(time.monotonic() - began)
            assert answer.status_code == 303, answer.text
            over.wait(0.5)

    with ThreadPoolExecutor(AT_ONCE + 1) as threads:
        right = threads.submit(goes_in_and_out)
        began = time.monotonic()
        try:
            list(threads.map(lambda first: knocks(site, first, codes), range(AT_ONCE)))
        finally:
            over.set()
        right.result()
    lasted = time.monotonic() - began
    looked_at = value("SELECT count(*) FROM audit WHERE what = 'wrong password'")
    print(
        f"{TRIES} tries in {lasted:.0f} s: {dict(codes)}; {looked_at} of them were looked at;"
        f" the right person came in {len(took)} times, in {max(took):.2f} s at the most"
    )
    assert set(codes) == {401, 429}
    assert codes.total() == TRIES
    assert looked_at == codes[401]
    assert len(took) > 10
    assert value("SELECT DISTINCT network FROM sign_ins") == HOME

    with httpx.Client(base_url=site, trust_env=False) as office:
        assert come(office, f"{OFFICE}, {OUTER}", "boss", "x" * 12).status_code == 401
    with httpx.Client(base_url=site, trust_env=False) as away:
        waits_for = come(away, f"{AWAY}, {OUTER}", "sato", PASSWORD)
        longest = waits.LONGEST_FOR_A_NEWCOMER.total_seconds()
        assert waits_for.status_code == 429
        assert int(waits_for.headers["retry-after"]) <= longest
        assert re.search(r'data-seconds="\d+"', waits_for.text)
    assert value("SELECT count(*) FROM users WHERE disabled") == 0
