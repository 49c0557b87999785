"""A fault that nobody expected: people read a page, programs JSON, and the log quotes nobody."""

import json
from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

pytestmark = pytest.mark.changes_the_app
SENTENCE = "システムの誤りのため、処理できませんでした。管理者に知らせてください。"
PROBLEM = {
    "type": "about:blank",
    "title": "Internal Server Error",
    "status": 500,
    "detail": SENTENCE,
    "reason": "internal_server_error",
}


def fail() -> None:
    raise KeyError("角の佐藤さん")


def begin_and_fail() -> StreamingResponse:
    def lines() -> Iterator[str]:
        yield "one line\n"
        fail()

    return StreamingResponse(lines(), headers={"Content-Length": "1000"})


@pytest.fixture
def broken(app: FastAPI, site: str) -> str:
    """A site of which some addresses fail."""
    for path in ("/broken", "/api/broken", "/line/broken"):
        app.add_api_route(path, fail)
    app.add_api_route("/breaks-off", begin_and_fail)
    return site


def faults(printed: str) -> list[tuple[str, str]]:
    """Which are logged, and the level of each."""
    lines = [json.loads(line) for line in printed.splitlines()]
    found = [line for line in lines if line["event"] == "fault"]
    assert all(line["at"][-1].startswith("tests/web/test_faults.py:") for line in found)
    return [(line["level"], line["failed"]) for line in found]


def test_people_read_a_page_and_programs_json(
    broken: str, capfd: pytest.CaptureFixture[str]
) -> None:
    page = httpx.get(f"{broken}/broken", headers={"Accept": "text/html"})
    assert (page.status_code, SENTENCE in page.text) == (500, True)
    assert page.headers["X-Frame-Options"] == "DENY"
    for path, told in (("/api/broken", PROBLEM), ("/line/broken", {"detail": SENTENCE})):
        answer = httpx.get(f"{broken}{path}")
        assert (answer.status_code, answer.json()) == (500, told)
    told = capfd.readouterr()
    assert faults(told.out) == [("error", "KeyError")] * 3
    assert "佐藤" not in told.out + told.err
    assert "Traceback" not in told.err


def test_an_answer_that_breaks_off_does_not_look_whole(
    broken: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(f"{broken}/breaks-off")
    told = capfd.readouterr()
    assert faults(told.out) == [("error", "KeyError")]
    assert "佐藤" not in told.out + told.err
    assert "Traceback" not in told.err
