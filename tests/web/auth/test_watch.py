"""Who looks, gets a file or is refused stands in the log, at the price of one statement."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from townsfolk import rows, value
from web_scene import PASSWORD, Browser, filed

from reports.people.accounts import create_user
from store import sql
from store.database import transaction
from web.auth import doors, looks, pace, watch
from web.auth.looks import NOTHING, SHOWN, SaysNothing, check

ComeIn = Callable[[str], Browser]


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The statements that are sent meanwhile, by whichever door."""
    sent: list[str] = []
    execute = sql.psycopg.Cursor.execute

    def count(cursor: Any, statement: Any, *more: Any, **named: Any) -> Any:
        sent.append(str(statement))
        return execute(cursor, statement, *more, **named)

    with monkeypatch.context() as patched:
        patched.setattr(sql.psycopg.Cursor, "execute", count)
        yield sent


def written(since: int) -> list[tuple[Any, ...]]:
    found = rows(
        f"SELECT kind, what, about, user_id, address, new FROM audit WHERE id > {since} ORDER BY id"
    )
    return [tuple(row) for row in found]


def newest() -> int:
    return int(value("SELECT coalesce(max(id), 0) FROM audit"))


def test_a_look_costs_a_page_one_statement(staff: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"/staff/tickets/{filed(words='穴').number}"
    staff.get(address)
    with counted(monkeypatch) as with_it:
        staff.get(address)
    monkeypatch.setattr(watch, "SHOWN", {})
    with counted(monkeypatch) as without:
        staff.get(address)
    extra = [one for one in with_it if "audit" in one]
    assert len(extra) == 1
    assert len(with_it) == len(without) + 1


def test_looks_files_and_refusals_are_written_with_who_and_from_where(
    staff: Browser, crew: Browser
) -> None:
    one = filed(words="穴", pictures=1)
    ticket, since = f"ticket:{one.number}", newest()
    user = value("SELECT id FROM users WHERE name = 'sato'")
    staff.get(f"/staff/tickets/{one.number}")
    staff.get(f"/staff/photos/{one.photo_id}/original")
    staff.get(f"/staff/photos/{one.photo_id}/small")
    staff.get("/staff/tickets.csv?q=穴のことば")
    staff.get("/staff/tickets/000-000-000")
    staff.get("/staff/people")
    staff.client.post(f"/staff/tickets/{one.number}/move", data={"csrf": "x"})
    crew.client.post("/sign-in", data={"name": "sato", "password": "a wrong password"})
    door = "POST /staff/tickets/{number}/move"
    assert [entry[:5] for entry in written(since)] == [
        ("look", "ticket", ticket, user, "testclient"),
        ("look", "original photo", f"photo:{one.photo_id}", user, "testclient"),
        ("export", "list", "", user, "testclient"),
        ("refusal", "not allowed", "", user, "testclient"),
        ("refusal", "form of another page", ticket, user, "testclient"),
        ("refusal", "wrong password", f"user:{user}", None, "testclient"),
    ]
    told = [entry[5] for entry in written(since)]
    assert told[2:5] == [{"query": ["q"]}, {"door": "GET /staff/people"}, {"door": door}]
    assert "穴" not in str(told)


def test_who_is_refused_again_and_again_does_not_fill_the_log(
    staff: Browser, crew: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = value("SELECT id FROM users WHERE name = 'sato'")
    since, many = newest(), iter(range(1, 100))
    monkeypatch.setattr(pace, "_in_redis", lambda name, more: (next(many), 60))
    for _ in range(40):
        assert staff.get("/staff/people").status_code == 403
    told = [entry[5] for entry in written(since) if entry[3] == user]
    door = {"door": "GET /staff/people"}
    assert told == [door] * 10 + [{**door, "in_a_minute": many} for many in (16, 32)]


def test_of_a_question_only_names_are_kept_whatever_is_asked(staff: Browser) -> None:
    many = "&".join(f"n{'x' * at}=1" for at in range(60))
    since = newest()
    for odd in ("%00=1", "%ED%A0%80=1", "穴のことば=1", "090-1234-5678", f"{'a' * 3000}=1", many):
        assert staff.get(f"/staff/tickets.csv?q=x&{odd}").status_code == 200, odd[:20]
    told = [entry[5]["query"] for entry in written(since)]
    assert told[:-1] == [["q"]] * 5
    assert len(told[-1]) <= 30


def test_what_staff_change_is_signed_by_the_database_with_old_and_new(come_in: ComeIn) -> None:
    with transaction() as db:
        create_user(db, name="kanri", shown_name="管理", password=PASSWORD, role="administrator")
    boss, one = come_in("kanri"), filed(words="個人のことば", pictures=1)
    me, other = (value(f"SELECT id FROM users WHERE name = '{name}'") for name in ("kanri", "sato"))
    resident = one.resident_id
    edited = value("SELECT edited_at FROM terms WHERE language = 'ja'").isoformat()
    posts: list[tuple[str, dict[str, str], str]] = [
        (f"/staff/people/{other}/role", {"role": "viewer"}, "users changed"),
        (f"/staff/people/{other}/disable", {}, "users changed"),
        (f"/staff/people/{other}/enable", {}, "users changed"),
        (f"/staff/people/{other}/link", {}, "invitations added"),
        ("/staff/people/new", {"name": "new", "role": "staff"}, "users added"),
        ("/staff/account/name", {"shown_name": "管理 花子"}, "users changed"),
        (f"/staff/tickets/{one.number}/notes", {"memo": "秘密のメモ"}, "notes added"),
        (
            f"/staff/tickets/{one.number}/department",
            {"department": "trees", "why": "木"},
            "ticket assigned",
        ),
        (f"/staff/tickets/{one.number}/person", {"person": str(me)}, "ticket put_in_charge"),
        (f"/staff/tickets/{one.number}/category", {"category": "drain"}, "ticket recategorised"),
        (f"/staff/tickets/{one.number}/ask", {"words": "どこですか"}, "ticket asked"),
        (f"/staff/tickets/{one.number}/move", {"to": "declined", "note": "x"}, "ticket moved"),
        (f"/staff/senders/{resident}/pause", {"days": "7", "why": "わけ"}, "pauses added"),
        ("/staff/views", {"name": "一覧", "query": "status=received"}, "saved_views added"),
        ("/staff/terms", {"lang": "ja", "words": "# 新しい", "seen": edited}, "terms changed"),
        ("/sign-out", {}, "sign_ins removed"),
    ]
    silent = []
    for number, (path, fields, what) in enumerate(posts):
        change = str(value(f"SELECT change FROM tickets WHERE id = {one.id}"))
        since = newest()
        answer = boss.post(path, change=change, key=f"press-{number}", **fields)
        theirs = [entry for entry in written(since) if entry[3] == me]
        if what not in {entry[1] for entry in theirs}:
            silent.append((path, answer.status_code, written(since)))
    assert silent == [], silent
    everything = str(rows("SELECT old, new FROM audit"))
    assert not [
        word for word in ("個人のことば", "秘密のメモ", "わけ", PASSWORD) if word in everything
    ]


def test_a_page_that_does_not_say_what_it_shows_keeps_the_process_from_starting(
    app: FastAPI,
) -> None:
    check(app)
    paths = {line.path for line in doors.lines(app) if line.method == "GET"}
    assert paths <= set(SHOWN) | NOTHING
    assert not set(SHOWN) & NOTHING
    router = APIRouter()
    router.add_api_route("/healthz", lambda: "", methods=["GET"])
    router.add_api_route("/invited/{token}", lambda: "", methods=["GET"])
    other = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    other.include_router(router)
    check(other)
    other.add_api_route("/order/{token}/new", lambda: "", methods=["GET"])
    with pytest.raises((SaysNothing, doors.NoLine)):
        looks.check(other)


def test_nothing_is_shown_that_cannot_be_written_down(
    staff: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy.exc import OperationalError

    def away(*_: Any, **__: Any) -> None:
        raise OperationalError("", None, Exception())

    one = filed(words="穴のことば")
    monkeypatch.setattr(watch, "write_at_once", away)
    answer = staff.get(f"/staff/tickets/{one.number}")
    assert answer.status_code == 503
    assert "穴のことば" not in answer.text
