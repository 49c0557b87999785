"""Trouble with the database: logged by its kind, and waited for only where waiting helps."""

import json
from typing import Any

import pytest
from sqlalchemy import text
from web_scene import Browser, filed

from settings import settings
from store.database import engine, transaction

LATER = "いま処理できません。少し待って、もう一度お試しください。"
FAULT = "管理者に知らせてください。"


def logged(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    lines = capsys.readouterr().out.splitlines()
    return [line for line in map(json.loads, lines) if line["event"] == "database_trouble"]


@pytest.mark.changes_the_schema
def test_a_column_that_is_missing_is_a_fault_and_says_so(
    staff: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    one = filed(words="へいの前の佐藤です")
    with transaction() as db:
        db.execute(text("ALTER TABLE remarks RENAME COLUMN words TO said"))
    answer = staff.get(f"/staff/tickets/{one.number}")
    assert answer.status_code == 500
    assert FAULT in answer.text
    assert LATER not in answer.text
    (line,) = logged(capsys)
    assert (line["level"], line["sqlstate"]) == ("error", "42703")
    assert any(where.startswith("reports/tickets/queries.py:") for where in line["at"])


@pytest.mark.changes_the_schema
def test_what_was_written_is_not_in_the_log_when_it_is_refused(
    staff: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    one = filed()
    with transaction() as db:
        db.execute(text("ALTER TABLE history ADD CONSTRAINT trouble CHECK (note = '') NOT VALID"))
    path = f"/staff/tickets/{one.number}/move"
    answer = staff.post(path, to="scheduled", seen="received", note="角の佐藤さんへ")
    assert answer.status_code == 500
    out = capsys.readouterr().out
    assert '"sqlstate": "23514"' in out
    assert "佐藤" not in out
    assert one.number not in out


@pytest.mark.changes_the_schema
def test_a_database_that_is_away_is_waited_for(
    staff: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    engine().dispose()
    engine.cache_clear()
    settings().database_url = "postgresql+psycopg://127.0.0.1:9/nowhere"
    page, program = staff.get("/staff/"), staff.client.get("/staff/tickets.geojson")
    assert (page.status_code, program.status_code) == (503, 503)
    assert LATER in page.text
    assert program.json() == {"detail": LATER}
    assert {(line["level"], line["failed"]) for line in logged(capsys)} == {
        ("warning", "OperationalError")
    }


def test_a_letter_that_the_database_cannot_keep_is_no_fault(
    staff: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    one = filed()
    for path in (
        "/staff/where?lon=139.5246&lat=35.7015&category=%00",
        "/staff/tickets.geojson?department=%00",
        "/staff/departments/%00",
        "/staff/departments?saved=%00",
        "/staff/terms?lang=%00",
        "/staff/tickets/%00",
        "/map/tickets/15/29082/12902.mvt?category=%00",
        "/sign-in?next=%00",
        "/terms?lang=%00",
    ):
        assert staff.get(path).status_code != 500, path
    department = {"department": "\0", "seen": "road", "why": "\0"}
    answer = staff.post(f"/staff/tickets/{one.number}/department", **department)
    assert answer.status_code == 422
    assert logged(capsys) == []
