"""The audit log's page and its CSV, for administrators; and how the database finds rows."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from townsfolk import rows, value
from web_scene import PASSWORD, Browser, filed

from reports.audit import listed
from reports.audit.kinds import Kind
from reports.audit.listed import Asked
from reports.people.accounts import create_user
from store import sql
from store.database import transaction
from web.desk.audit import routes

MANY = 1_000_000
MOST_MS = 50.0


@pytest.fixture
def boss(come_in: Callable[[str], Browser]) -> Browser:
    with transaction() as db:
        create_user(
            db, name="kanri", shown_name="管理 太郎", password=PASSWORD, role="administrator"
        )
    return come_in("kanri")


def many(count: int) -> None:
    """So many looks, a second apart, of five people at a hundred tickets."""
    rows(f"""
        SET LOCAL session_replication_role = replica;
        INSERT INTO audit (at, kind, what, about, user_id, via, address)
        SELECT '2026-01-01'::timestamptz + n * interval '1 second',
               CASE n % 1000 WHEN 0 THEN 'export' ELSE 'look' END, 'ticket',
               'ticket:100-000-' || lpad((n % 100)::text, 3, '0'), 900 + n % 5, '', '10.0.0.5'
        FROM generate_series(1, {count}) AS n
    """)


def test_the_page_narrows_by_who_what_about_and_when_and_goes_on(
    boss: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(120)
    one = filed(words="穴")
    boss.get(f"/staff/tickets/{one.number}")
    shown = boss.get("/staff/audit").text
    assert f"/staff/tickets/{one.number}" in shown
    assert "管理 太郎" in shown
    for query, has, lacks in (
        ("user=901", "利用者 901", "利用者 902"),
        ("kind=look&about=ticket:100-000-007", "受付票 100-000-007", "受付票 100-000-008"),
        (f"about={one.number}", one.number, "100-000-"),
        ("until=2026-01-02", "100-000-", one.number),
        ("since=2026-01-03", one.number, "100-000-"),
        ("about=user:999999", "当てはまる記録はありません", "受付票"),
    ):
        log = boss.get(f"/staff/audit?{query}").text.partition('class="log"')[2]
        assert has in log, query
        assert lacks not in log, query
    first = boss.get("/staff/audit?user=901").text
    monkeypatch.setattr(routes, "MOST_SHOWN", 10)
    pages, address = [], "/staff/audit?user=901"
    while address:
        text = boss.get(address).text
        pages.append(text.count("<tr class="))
        address = text.partition('class="button" href="/staff/audit?')[2].partition('"')[0]
        address = f"/staff/audit?{address.replace('&amp;', '&')}" if address else ""
    assert pages == [10, 10, 4]
    assert first.count("<tr class=") == 24
    for wrong in ("user=x", "kind=x", "since=x", "after=x", "after=2026-01-01_1", f"user={2**40}"):
        assert boss.get(f"/staff/audit?{wrong}").status_code in (400, 404, 422), wrong


def test_the_csv_is_whole_and_stands_in_the_log_itself(boss: Browser, staff: Browser) -> None:
    many(40)
    rows("UPDATE departments SET phone = '=1+1' WHERE key = 'road'")
    told = boss.get("/staff/audit.csv")
    assert staff.get("/staff/audit").status_code == 403
    assert staff.get("/staff/audit.csv").status_code == 403
    lines = list(csv.reader(io.StringIO(told.text.removeprefix("\ufeff"))))
    assert len(lines) == value("SELECT count(*) FROM audit WHERE what <> 'not allowed'")
    assert [line for line in lines if '"=1+1"' in line[9]]
    newest = rows("SELECT kind, what FROM audit WHERE kind = 'export' ORDER BY id DESC LIMIT 1")
    assert tuple(newest[0]) == ("export", "audit")


@pytest.mark.long
def test_every_way_to_ask_a_million_rows_is_by_an_index(database_url: str) -> None:
    many(MANY)
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=MANY // 2)
    asked = {
        "all": Asked(),
        "who": Asked(user_id=901),
        "kind": Asked(kind=Kind.EXPORT),
        "about": Asked(about="ticket:100-000-007"),
        "time": Asked(since=moment, until=moment + timedelta(days=1)),
        "who and kind": Asked(user_id=900, kind=Kind.EXPORT),
    }
    with transaction() as db:
        sql.run(db, "ANALYZE audit")
        for name, one in asked.items():
            for after in (None, listed.Place(moment, MANY)):
                statement, values = listed.asked_of(one, after)
                plan = sql.run(db, f"EXPLAIN (ANALYZE) {statement}", most=51, **values)
                words = "\n".join(line for (line,) in plan)
                assert "ix_audit_" in words, (name, words)
                assert "Seq Scan on audit a" not in words, (name, words)
                took = float(words.partition("Execution Time: ")[2].split()[0])
                print(name, "after" if after else "newest", f"{took:.2f} ms")
                assert took < MOST_MS, (name, words)


def test_who_is_found_on_the_privacy_page_is_written_down(boss: Browser) -> None:
    one = filed(words="穴")
    assert boss.post("/staff/privacy/people", who=one.number).status_code == 200
    found = rows("SELECT kind, about FROM audit WHERE what = 'person''s data'")
    resident = value("SELECT resident_id FROM reports")
    assert [tuple(each) for each in found] == [("look", f"resident:{resident}")]
