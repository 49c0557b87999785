"""What goes wrong is logged by its kind and place; nobody's words, name, position or token is."""

import json

import pytest
import structlog
from townsfolk import HARUKA, HONCHO, hear, photo, place, rows, words

from bot import ticket_meant

pytestmark = pytest.mark.usefixtures("database_url")


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def a_fault_that_quotes(*_: object) -> None:
    raise ValueError("佐藤さんの穴")


def test_an_event_that_fails_is_logged_with_its_place_in_the_code_and_without_its_content(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = photo() | {"replyToken": "a-secret-token"}
    hear(place(), words("穴のそばの佐藤です"))
    monkeypatch.setattr(ticket_meant, "_question", a_fault_that_quotes)
    hear(secret)
    out = capsys.readouterr().out
    (line,) = [json.loads(line) for line in out.splitlines()]
    assert (line["event"], line["level"]) == ("event_failed", "error")
    assert line["failed"] == "ValueError"
    assert any(where.startswith("bot/ticket_meant.py:") for where in line["at"])
    for private in ("佐藤", "穴", "a-secret-token", HARUKA, str(HONCHO.lat)):
        assert private not in out


@pytest.mark.changes_the_schema
def test_trouble_with_the_database_is_logged_by_its_code_and_without_the_values(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows("ALTER TABLE photos ADD CONSTRAINT trouble CHECK (line_message_id = '') NOT VALID")
    sent = photo()
    hear(sent)
    out = capsys.readouterr().out
    assert json.loads(out)["sqlstate"] == "23514"
    assert sent["message"]["id"] not in out


def test_a_line_of_nothing_wrong_is_its_facts_and_its_time(
    capsys: pytest.CaptureFixture[str],
) -> None:
    structlog.get_logger().info("said", message=7)
    (line,) = lines(capsys)
    assert line.pop("timestamp")
    assert line == {"event": "said", "level": "info", "message": 7}
