"""Whoever is not of this machine gets nothing done, not even through a browser on it."""

import httpx
import pytest
from line_platform_client import Platform


def calls(platform: Platform, headers: dict[str, str]) -> set[int]:
    """The answers of every port and part, to a look and to an order."""
    person = platform.people()[0]
    say = f"{platform.api}/_platform/people/{person}/text"
    return {
        platform.http.get(f"{platform.api}/_platform/people", headers=headers).status_code,
        platform.http.get(platform.addresses["chat"], headers=headers).status_code,
        platform.http.post(say, json={"text": "a"}, headers=headers).status_code,
        platform.line("GET", "/v2/bot/info", **headers).status_code,
    }


@pytest.mark.short
@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8100", "10.0.0.1", "127.0.0.1.x", "["]
)
def test_another_host_is_refused(platform: Platform, host: str) -> None:
    assert calls(platform, {"host": host}) == {403}


@pytest.mark.short
@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://["]
)
def test_what_a_page_of_somebody_else_sends_is_refused(platform: Platform, origin: str) -> None:
    assert calls(platform, {"origin": origin}) == {403}
    assert platform.timeline(platform.people()[0]) == []


@pytest.mark.short
@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "127.0.0.9", "[::1]"])
def test_this_machine_by_any_of_its_names_is_answered(platform: Platform, name: str) -> None:
    host = f"{name}:{httpx.URL(platform.api).port}"
    assert calls(platform, {"host": host}) == {200}
    assert calls(platform, {"host": host, "origin": f"http://{host}"}) == {200}
