"""Programs with keys: what each scope opens, until when, how often, and what they write."""

import re
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from typing import Any, Final

import pytest
import redis
from fastapi import FastAPI
from httpx2 import Response
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import text
from starlette.testclient import TestClient
from townsfolk import rows, value
from web_scene import Browser, Filed, filed

from reports.actions.give_key import NewKey, give_key, open_data_key, revoke_key
from reports.city.clock import today
from reports.people import key_words
from reports.people.accounts import hashed
from reports.people.keys import KeyEnded, hold
from reports.people.permissions import Scope
from reports.tickets.lock import locked
from store.database import engine, transaction
from web.auth import pace
from web.auth.doors import Door, lines

MOVE: Final = {"to": "in_progress"}
NOTE: Final = {"words": "現場を見ました"}
OPENED: Final = {
    ("GET", "/api/tickets"): {Scope.OPEN, Scope.PERSONAL},
    ("GET", "/api/tickets.geojson"): {Scope.OPEN, Scope.PERSONAL},
    ("GET", "/api/personal/tickets"): {Scope.PERSONAL},
    **{
        ("GET", f"/ogc/collections/desk-tickets{personal}{path}"): scopes
        for personal, scopes in (
            ("", {Scope.OPEN, Scope.PERSONAL}),
            ("-personal", {Scope.PERSONAL}),
        )
        for path in ("", "/items", "/items/{number}")
    },
    ("POST", "/api/tickets/{number}/moves"): {Scope.WRITE},
    ("POST", "/api/tickets/{number}/notes"): {Scope.WRITE},
}
BY_FORM: Final = {
    ("POST", "/open311/v2/requests.{form}"): {Scope.WRITE},
    ("POST", "/open311/v2/servicerequestupdates.{form}"): {Scope.WRITE},
}
"""As Open311 has it, with refusals of its own (test_open311)."""
BODIES: Final = {"/moves": MOVE, "/notes": NOTE}
_turns = count()


def key(*scopes: Scope, name: str = "", **more: Any) -> str:
    """A program's, until the end of tomorrow."""
    wanted = NewKey(name or f"works {next(_turns)}", scopes, today() + timedelta(days=1), **more)
    with transaction() as db:
        return give_key(db, wanted, None)


def id_of(secret: str) -> int:
    found: int = value("SELECT max(id) FROM api_tokens")
    assert secret
    return found


class Program:
    """It asks with a key; every writing is a thing of its own, unless `once` says otherwise."""

    def __init__(self, app: FastAPI, secret: str) -> None:
        self.client = TestClient(app, raise_server_exceptions=False)
        self.headers = {"authorization": f"Bearer {secret}"}

    def ask(
        self, path: str, body: Any = None, once: str = "", method: str = "GET", **headers: str
    ) -> Response:
        told = self.headers | headers
        if body is None:
            return self.client.request(method, path, headers=told)
        told["idempotency-key"] = once or f"press-{next(_turns)}"
        return self.client.post(path, json=body, headers=told)


@pytest.fixture
def program(app: FastAPI) -> Callable[..., Program]:
    return lambda secret: Program(app, secret)


def reason(answer: Response) -> tuple[int, str]:
    """Maps have the standard's own shape."""
    if answer.request.url.path.startswith("/ogc/"):
        assert {*answer.json()} == {"code", "description"}
        return answer.status_code, answer.json()["code"]
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == answer.status_code
    assert told["detail"]
    return answer.status_code, told["reason"]


def test_each_scope_opens_its_routes_and_no_other(
    app: FastAPI, program: Callable[..., Program]
) -> None:
    one = filed()
    of_keys = {(line.method, line.path): line for line in lines(app) if line.door is Door.KEY}
    assert {place: set(line.scopes) for place, line in of_keys.items()} == OPENED | BY_FORM
    programs = {scope: program(key(scope)) for scope in Scope}
    for (method, path), scopes in OPENED.items():
        address = path.format(number=one.number)
        body = next((body for end, body in BODIES.items() if path.endswith(end)), None)
        for scope, asking in programs.items():
            answer = asking.ask(address, body, method=method)
            if scope in scopes:
                assert answer.status_code in (200, 201), (scope, path)
                assert answer.headers["ratelimit-policy"] == '"minute";q=300;w=60'
            else:
                assert reason(answer) == (403, "scope"), (scope, path)
                assert one.number not in answer.text
        assert reason(program("").ask(address, body, method=method)) == (401, "missing")


def test_what_is_no_key_any_more_says_why_and_opens_nothing(
    program: Callable[..., Program],
) -> None:
    revoked, expired, wrong = key(Scope.OPEN), key(Scope.OPEN), key_words.new()
    with transaction() as db:
        first, second = (id for (id,) in rows("SELECT id FROM api_tokens ORDER BY id"))
        assert program(revoked).ask("/api/tickets").status_code == 200
        revoke_key(db, first, None)
        db.execute(text("UPDATE api_tokens SET expires_at = now() WHERE id = :id"), {"id": second})
    with transaction() as db, pytest.raises(KeyEnded, match="expired"):
        hold(db, second)
    for secret, why in (
        (revoked, "revoked"), (expired, "expired"), (wrong, "unknown"), (wrong[:-1], "unknown"),
        ("x", "unknown"),
    ):  # fmt: skip
        answer = program(secret).ask("/api/tickets")
        assert reason(answer) == (401, why)
        assert answer.headers["www-authenticate"] == "Bearer"


def test_a_key_is_found_by_its_form_and_kept_as_a_hash_alone(
    program: Callable[..., Program],
) -> None:
    secret = key(Scope.OPEN)
    assert re.fullmatch(key_words.PATTERN, secret)
    assert key_words.is_one(secret)
    other = "a" if secret[20] != "a" else "b"
    assert not key_words.is_one(f"{secret[:20]}{other}{secret[21:]}")
    kept = str(rows("SELECT t::text FROM api_tokens t"))
    assert secret not in kept
    assert secret.removeprefix(key_words.PREFIX) not in kept
    program(secret).ask("/api/tickets")
    used = rows("SELECT used_at > now() - interval '1 minute', used_from FROM api_tokens")
    assert used == [(True, "testclient")]
    at = value("SELECT used_at FROM api_tokens")
    program(secret).ask("/api/tickets")
    assert value("SELECT used_at FROM api_tokens") == at


def test_a_version_before_knows_a_key_of_all_open_data_alone(
    program: Callable[..., Program],
) -> None:
    with transaction() as db:
        plain = open_data_key(db, "gis")
    narrow, wide = key(Scope.OPEN), key(Scope.OPEN, Scope.PERSONAL)
    known = "SELECT count(*) FROM api_tokens WHERE token_hash = :hash"
    before = [value(known, hash=hashed(secret)) for secret in (plain, narrow, wide)]
    assert before == [1, 0, 0]
    for id in rows("SELECT id FROM api_tokens"):
        with transaction() as db:
            assert revoke_key(db, *id, None)
    assert value(known, hash=hashed(plain)) == 0
    assert reason(program(plain).ask("/api/tickets")) == (401, "revoked")
    assert reason(program(wide).ask("/api/tickets")) == (401, "revoked")


def test_a_token_of_before_still_opens_what_it_did(program: Callable[..., Program]) -> None:
    old = "michi_" + "x" * 43
    with transaction() as db:
        db.execute(
            text("INSERT INTO api_tokens (name, token_hash) VALUES ('gis', :hash)"),
            {"hash": hashed(old)},
        )
    asking = program(old)
    assert asking.ask("/api/tickets").status_code == 200
    assert reason(asking.ask("/api/personal/tickets")) == (403, "scope")
    with transaction() as db:
        new = open_data_key(db, "gis")
    assert reason(asking.ask("/api/tickets")) == (401, "unknown")
    assert program(new).ask("/api/tickets").status_code == 200


@pytest.mark.parametrize("is_away", [False, True])
def test_too_many_questions_wait_for_the_next_minute(
    is_away: bool, program: Callable[..., Program], monkeypatch: pytest.MonkeyPatch
) -> None:
    if is_away:
        nowhere = redis.Redis(port=1, retry=Retry(NoBackoff(), 0))
        monkeypatch.setattr(pace, "quick_redis", lambda: nowhere)
        pace._counted.clear()
    two, other = program(key(Scope.OPEN, per_minute=2)), program(key(Scope.OPEN, per_minute=2))
    left = [two.ask("/api/tickets").headers["ratelimit"] for _ in range(2)]
    assert [re.sub(r"t=\d+", "t=", one) for one in left] == ['"minute";r=1;t=', '"minute";r=0;t=']
    answer = two.ask("/api/tickets")
    assert reason(answer) == (429, "rate_limit")
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert answer.headers["ratelimit"].startswith('"minute";r=0;')
    assert other.ask("/api/tickets").status_code == 200


def test_a_key_of_departments_reads_and_writes_theirs_alone(
    program: Callable[..., Program],
) -> None:
    theirs, others, nobodys = filed(words="穴"), filed("tree"), filed(routed=False)
    asking = program(key(Scope.PERSONAL, Scope.WRITE, departments=["road"]))
    for path in ("/api/tickets", "/api/personal/tickets"):
        (ticket,) = asking.ask(path).json()["tickets"]
        assert ticket["number"] == theirs.number
    assert asking.ask("/api/tickets?department=trees").json()["tickets"] == []
    for one, status in ((theirs, 200), (others, 404), (nobodys, 404)):
        assert asking.ask(f"/api/tickets/{one.number}/moves", MOVE).status_code == status
        before = value("SELECT count(*) FROM notes")
        asking.ask(f"/api/tickets/{one.number}/notes", NOTE)
        assert value("SELECT count(*) FROM notes") - before == (status == 200)


def test_personal_data_are_words_and_photos_without_what_was_taken_back(
    program: Callable[..., Program],
) -> None:
    one, gone = filed(words="山田の家の前", pictures=1), filed(words="鈴木の家の前", pictures=1)
    with transaction() as db:
        db.execute(
            text("UPDATE reports SET withdrawn_at = now() WHERE ticket_id = :id"), {"id": gone.id}
        )
    asking = program(key(Scope.PERSONAL))
    told = {each["number"]: each for each in asking.ask("/api/personal/tickets").json()["tickets"]}
    assert told[one.number]["words"] == "山田の家の前"
    assert (told[gone.number]["words"], told[gone.number]["photos"]) == ("", [])
    (photo,) = told[one.number]["photos"]
    picture = asking.client.get(photo["small"].removeprefix("http://127.0.0.1:8000"))
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/jpeg")
    open_ones = asking.ask("/api/tickets").text
    assert "山田" not in open_ones
    assert "photos" not in open_ones


def history(one: Filed) -> list[Any]:
    return rows(
        "SELECT actor, actor_name, actor_id, to_status FROM history"
        " WHERE ticket_id = :id AND what = 'moved' ORDER BY id",
        id=one.id,
    )


def test_a_move_is_the_desks_happens_once_and_is_signed_by_the_key(
    program: Callable[..., Program], staff: Browser
) -> None:
    one = filed()
    asking = program(key(Scope.WRITE, name="工事管理システム"))
    moves = f"/api/tickets/{one.number}/moves"
    done = {"number": one.number, "status": "in_progress", "status_name": "対応中"}
    for _ in range(2):
        answer = asking.ask(moves, MOVE, "one")
        assert (answer.status_code, answer.json()) == (200, done)
    assert history(one) == [("program", "工事管理システム", None, "in_progress")]
    fixed = asking.ask(moves, {"to": "fixed", "seen": "in_progress", "note": "直しました\0"})
    assert fixed.json()["status"] == "fixed"
    assert value("SELECT count(*) FROM messages") == 1
    for body, status, why in (
        ({"to": "fixed", "seen": "received"}, 409, "changed_meanwhile"),
        ({"to": "merged"}, 409, "cannot_move"),
        ({"to": "reopened", "seen": "declined"}, 409, "changed_meanwhile"),
    ):
        assert reason(asking.ask(moves, body)) == (status, why), body
    assert len(history(one)) == 2
    signed = '<span class="unseen">プログラム・</span>工事管理システム'
    assert signed in staff.get(f"/staff/tickets/{one.number}").text


def test_a_note_is_written_once_and_waits_for_its_department(
    program: Callable[..., Program],
) -> None:
    one = filed()
    asking = program(key(Scope.WRITE, name="工事管理システム"))
    body = NOTE | {"department": "road"}
    for _ in range(2):
        assert asking.ask(f"/api/tickets/{one.number}/notes", body, "one").status_code == 201
    kept = "SELECT n.by_name, n.by_id, n.words, d.key FROM notes n JOIN departments d"
    assert rows(f"{kept} ON d.id = n.department_id") == [
        ("工事管理システム", None, "現場を見ました", "road")
    ]


def test_what_cannot_be_written_is_refused_with_a_reason_and_changes_nothing(
    program: Callable[..., Program],
) -> None:
    one = filed()
    asking, change = program(key(Scope.WRITE)), value("SELECT max(change) FROM tickets")
    moves, notes = (f"/api/tickets/{one.number}/{what}" for what in ("moves", "notes"))
    for path, body, status in (
        (moves, {"to": "moon"}, 422),
        (moves, MOVE | {"more": 1}, 422),
        (moves, MOVE | {"note": "長" * 1001}, 422),
        (moves, {"to": "declined"}, 409),
        (moves, [], 422),
        (notes, {"words": " \0 "}, 422),
        (notes, NOTE | {"department": "moon"}, 422),
        (notes, {"words": "長" * 9000}, 413),
        ("/api/tickets/482-913-707/moves", MOVE, 404),
        ("/api/tickets/%00/notes", NOTE, 404),
    ):
        answer = asking.ask(path, body)
        assert answer.status_code == status, (path, body, answer.text)
        assert answer.json()["detail"]
    for odd in (r'{"words": "\ud800"}', r'{"\ud800": 1}', '{"words": NaN}', '{"to": 1e999}'):
        headers = asking.headers | {"idempotency-key": "x", "content-type": "application/json"}
        for path in (moves, notes):
            answer = asking.client.post(path, content=odd, headers=headers)
            assert answer.status_code == 422, odd[:20]
            assert "input" not in answer.json()["detail"][0]
    for press in ("", "長".encode(), "x" * 201):
        headers = asking.headers | {"idempotency-key": press}
        assert asking.client.post(moves, json=MOVE, headers=headers).status_code == 422
    assert asking.client.post(moves, json=MOVE, headers=asking.headers).status_code == 422
    in_pieces = asking.client.post(moves, content=iter([b"{}"]), headers=asking.headers)
    assert reason(in_pieces) == (400, "length_required")
    assert value("SELECT max(change) FROM tickets") == change


def somebody_waits() -> bool:
    with engine().connect() as db:
        return bool(db.scalar(text("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")))


@pytest.mark.parametrize(("what", "body"), [("moves", MOVE), ("notes", NOTE)])
def test_a_key_that_is_revoked_while_its_writing_waits_writes_nothing(
    what: str, body: dict[str, str], program: Callable[..., Program]
) -> None:
    one = filed()
    secret = key(Scope.WRITE)
    with ThreadPoolExecutor(1) as beside:
        with transaction() as desk:
            locked(desk, one.id)
            answer: Future[Response] = beside.submit(
                program(secret).ask, f"/api/tickets/{one.number}/{what}", body
            )
            while not somebody_waits():
                assert not answer.done()
            with transaction() as db:
                assert revoke_key(db, id_of(secret), None)
        assert reason(answer.result()) == (401, "revoked")
    assert history(one) == []
    assert value("SELECT count(*) FROM notes") == 0


def test_openapi_documents_what_programs_read_and_write(app: FastAPI) -> None:
    paths = TestClient(app).get("/openapi.json").json()["paths"]
    for method, path in OPENED:
        if path.startswith("/ogc/"):
            continue  # /ogc/api tells of those
        told = paths[path][method.lower()]
        assert {"401", "403", "422", "429"} <= set(told["responses"])
        assert told["security"] == [{"HTTPBearer": []}]
        if method == "POST":
            assert [one["name"] for one in told["parameters"]] == ["number", "Idempotency-Key"]
            assert told["requestBody"]["required"]
