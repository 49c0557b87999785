"""Open311 GeoReport v2 as a program meets it that hands in, or is handed, something."""

from itertools import count
from typing import Any

import pytest
from fastapi import FastAPI
from georeport_client import GeoReport
from georeport_scene import HOLE, program, status_of
from townsfolk import STAFF, rows, value
from web_scene import Filed, filed

from geo.points import Point
from reports.actions.authorities import tell_them
from reports.actions.give_key import revoke_key
from reports.people.permissions import Scope
from settings import settings
from store.database import transaction

ON_TODO = Point(139.5078, 35.7014)
OFFICE = "tokyo_kitatama_south"
_turns = count()


def test_a_program_files_what_staff_would_and_the_same_once(
    app: FastAPI,
) -> None:
    asks = program(app, Scope.WRITE)
    (first,) = asks.post(
        "posted", "requests", **HOLE, **{"attribute[urgent]": "yes", "attribute[same]": ""},
        email="", first_name="太郎", last_name="山田", phone="090-1234-5678", device_id="x",
        address_string="郵便局の前",
    )  # fmt: skip
    kept = rows(
        "SELECT t.number, t.urgent, r.channel, r.place_source, r.place_hint, m.words, c.name,"
        " c.phone, h.actor, h.actor_name FROM tickets t JOIN reports r ON r.ticket_id = t.id"
        " JOIN remarks m ON m.report_id = r.id JOIN callers c ON c.report_id = r.id"
        " JOIN history h ON h.ticket_id = t.id"
    )
    assert [tuple(each)[:8] for each in kept] == [
        (first["service_request_id"], True, "open311", "written", "郵便局の前", "大きな穴です <b>&",
         "山田 太郎", "090-1234-5678")
    ]  # fmt: skip
    assert kept[0].actor == "program"
    (again,) = asks.post(
        "posted", "requests", form="xml", **HOLE,
        **{"attribute[urgent]": "yes", "attribute[same]": ""},
        email="", first_name="太郎", last_name="山田", phone="090-1234-5678", device_id="x",
        address_string="郵便局の前",
    )  # fmt: skip
    assert again["service_request_id"] == first["service_request_id"]
    assert value("SELECT count(*) FROM reports") == 1


def test_what_was_reported_before_is_joined_unless_it_is_said_to_be_another(
    app: FastAPI,
) -> None:
    there, asks = filed(), program(app, Scope.WRITE)
    (joined,) = asks.post("posted", "requests", **HOLE)
    assert joined["service_request_id"] == there.number
    assert there.number in joined["service_notice"]
    named = {"attribute[same]": there.number.replace("-", "")}
    (named_one,) = asks.post("posted", "requests", **HOLE, **named)
    assert named_one["service_request_id"] == there.number
    (new,) = asks.post("posted", "requests", **HOLE, **{"attribute[same]": "new"})
    assert new["service_request_id"] != there.number
    far = {"attribute[same]": "123-456-786"}
    assert status_of(lambda: asks.post("posted", "requests", **HOLE, **far)) == 400


def test_a_post_is_found_again_by_its_own_word_or_its_token(app: FastAPI) -> None:
    asks = program(app, Scope.WRITE)
    sent = {"api_key": asks.key, **HOLE}
    once = {"idempotency-key": "report 7"}
    first = asks.http.post("/open311/v2/requests.json", data=sent, headers=once)
    other = asks.http.post(
        "/open311/v2/requests.json", data=sent | {"description": "x"}, headers=once
    )
    assert first.json()[0]["service_request_id"] == other.json()[0]["service_request_id"]
    token = first.headers["open311-token"]
    (found,) = asks.get("token", f"tokens/{token}")
    assert found == {"service_request_id": first.json()[0]["service_request_id"], "token": token}
    assert status_of(lambda: asks.get("token", "tokens/123456")) == 404
    assert "ratelimit" in first.headers


def test_what_cannot_be_is_refused_with_what_to_do(app: FastAPI) -> None:
    asks = program(app, Scope.WRITE)
    (crossing,) = asks.post(
        "posted", "requests", service_code="pothole", address_string="35.7015, 139.5246"
    )
    assert crossing["service_request_id"]
    rest = {name: told for name, told in HOLE.items() if name not in ("lat", "long")}
    for code, wrong in (
        (400, HOLE | {"service_code": ""}), (404, HOLE | {"service_code": "moon"}), (400, rest),
        (400, HOLE | {"lat": "999"}), (400, HOLE | {"long": ""}), (400, HOLE | {"lat": "nan"}),
        (400, HOLE | {"lat": "34.0"}), (400, rest | {"address_string": "どこか"}),
        (400, HOLE | {"email": "nobody"}), (400, HOLE | {"description": "x" * 4001}),
        (400, HOLE | {"attribute[urgent]": "perhaps"}),
    ):  # fmt: skip
        assert status_of(lambda wrong=wrong: asks.post("posted", "requests", **wrong)) == code
    assert value("SELECT count(*) FROM reports") == 1


def test_only_a_key_that_writes_files_and_never_one_in_an_address(app: FastAPI) -> None:
    asks = program(app)
    for reader in (
        program(app),
        GeoReport(asks.http, key="xyz"),
        program(app, Scope.OPEN, Scope.PERSONAL),
    ):
        assert status_of(lambda reader=reader: reader.post("posted", "requests", **HOLE)) == 403
    of_one = program(app, Scope.WRITE, departments=[OFFICE])
    assert status_of(lambda: of_one.post("posted", "requests", **HOLE)) == 403
    asks = program(app, Scope.WRITE)
    in_address = asks.http.post(f"/open311/v2/requests.json?api_key={asks.key}", data=HOLE)
    assert in_address.status_code == 403
    header = {"authorization": f"Bearer {asks.key}"}
    assert asks.http.post("/open311/v2/requests.json", data=HOLE, headers=header).status_code == 200
    with transaction() as db:
        revoke_key(db, value("SELECT max(id) FROM api_tokens"), None)
    assert status_of(lambda: asks.post("posted", "requests", **HOLE)) == 403
    slow = program(app, Scope.WRITE, per_minute=1)
    slow.post("posted", "requests", **HOLE)
    assert status_of(lambda: slow.post("posted", "requests", **HOLE)) == 429


def test_who_has_no_key_waits_after_some_tries_and_who_has_one_does_not(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBLIC_PER_MINUTE", "2")
    settings.cache_clear()
    nobody, guesses, known = program(app), program(app), program(app, Scope.WRITE)
    guesses.key = "michi_key_guessed"
    tries = (nobody, guesses, nobody, guesses)
    codes = [status_of(lambda one=one: one.post("posted", "requests", **HOLE)) for one in tries]
    assert codes == [403, 403, 429, 429]
    told = nobody.http.post("/open311/v2/servicerequestupdates.xml", data={"status": "fixed"})
    assert (told.status_code, told.headers["cache-control"]) == (429, "no-store")
    assert 1 <= int(told.headers["retry-after"]) <= 60
    header = {"authorization": "Bearer michi_key_guessed"}
    assert nobody.http.get("/api/tickets", headers=header).status_code == 429
    assert known.post("posted", "requests", **HOLE)


def handed_over(one: Filed) -> None:
    with transaction() as db:
        tell_them(db, OFFICE, [one.number], STAFF, "東京都へ連絡しました。")


def test_an_authoritys_system_moves_what_it_was_handed_and_nothing_else(
    app: FastAPI,
) -> None:
    theirs, untold, ours = filed(place=ON_TODO), filed("tree", ON_TODO), filed()
    handed_over(theirs)
    system = program(app, Scope.WRITE, departments=[OFFICE])

    def say(one: Filed, said: str, **more: str) -> Any:
        sent = {"service_request_id": one.number, "status": said, "update_id": f"{next(_turns)}"}
        return system.post("updates", "servicerequestupdates", **sent | more)

    def now(one: Filed) -> str:
        return str(value("SELECT status FROM tickets WHERE id = :id", id=one.id))

    say(theirs, "OPEN")
    assert now(theirs) == "forwarded"
    say(theirs, "IN_PROGRESS", description="来週、直します。")
    assert now(theirs) == "in_progress"
    once = {"update_id": "last", "description": "直しました。"}
    assert say(theirs, "fixed", **once) == say(theirs, "fixed", **once)
    assert now(theirs) == "fixed"
    told = rows("SELECT note FROM history WHERE what = 'authority_answered' ORDER BY id")
    assert [each.note for each in told] == ["", "来週、直します。", "直しました。"]
    assert status_of(lambda: say(theirs, "in_progress")) == 400
    assert status_of(lambda: say(theirs, "lost")) == 400
    for other in (untold, ours):
        before = now(other)
        assert status_of(lambda other=other: say(other, "fixed")) == 404
        assert now(other) == before
    told = {"authorization": f"Bearer {system.key}", "idempotency-key": "1"}
    for where, wish in (("moves", {"to": "fixed"}), ("notes", {"words": "終わった"})):
        path = f"/api/tickets/{untold.number}/{where}"
        assert system.http.post(path, json=wish, headers=told).status_code == 404
    assert now(untold) == "received"
    anybodys = program(app, Scope.WRITE)
    sent = {"service_request_id": theirs.number, "status": "reopen"}
    assert status_of(lambda: anybodys.post("updates", "servicerequestupdates", **sent)) == 404


def test_what_an_authority_gives_back_is_nobodys_until_staff_say_whose(
    app: FastAPI,
) -> None:
    one = filed(place=ON_TODO)
    handed_over(one)
    system = program(app, Scope.WRITE, departments=[OFFICE])
    sent = {"service_request_id": one.number, "status": "NOT_COUNCILS_RESPONSIBILITY"}
    assert status_of(lambda: system.post("updates", "servicerequestupdates", **sent)) == 400
    system.post("updates", "servicerequestupdates", **sent, description="市道です。")
    kept = rows(
        "SELECT t.status, d.key FROM tickets t LEFT JOIN departments d ON d.id = t.department_id"
        " WHERE t.id = :id",
        id=one.id,
    )
    assert kept[0].status == "received"
    assert kept[0].key != OFFICE
    assert (
        status_of(lambda: system.post("updates", "servicerequestupdates", **sent, description="x"))
        == 404
    )


def test_a_report_as_fixmystreet_sends_it_is_taken(app: FastAPI) -> None:
    """With several photos, what it asks of its users, and all that it does not know left empty."""
    asks = program(app, Scope.WRITE)
    (told,) = asks.post(
        "posted", "requests", form="xml", service_code="pothole", lat="35.70150", long="139.52460",
        description="title: 穴\r\n\r\ndetail: 大きな穴\r\n\r\nurl: https://fms.example.jp/report/7",
        first_name="Hanako", last_name="", email="hanako@example.jp", phone="",
        address_id="#NOTPINPOINTED#", address_string="", title="", requested_datetime="",
        media_url=["https://fms.example.jp/1.jpeg", "https://fms.example.jp/2.jpeg"],
        **{"attribute[easting]": "1", "attribute[usrn]": "", "attribute[tags][]": ["a", "b"]},
    )  # fmt: skip
    assert told["service_request_id"]
    assert "token" not in told
    said = rows("SELECT words FROM remarks ORDER BY id")
    assert "大きな穴" in said[0].words
    assert [each.words[-6:] for each in said[1:]] == ["1.jpeg", "2.jpeg"]
    (who,) = rows("SELECT name, email FROM callers")
    assert tuple(who) == ("Hanako", "hanako@example.jp")
