"""Open311 GeoReport v2, asked by a client that knows the standard alone."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from fastapi import FastAPI
from georeport_client import GeoReport, Refused
from starlette.testclient import TestClient
from townsfolk import STAFF, rows, value
from web_scene import ON_CITY_ROAD, STATION, Filed, filed

from geo.points import Point
from reports.actions.authorities import tell_them
from reports.actions.give_key import NewKey, give_key, revoke_key
from reports.actions.merge import merge
from reports.actions.move import move
from reports.city.clock import today
from reports.people.permissions import Scope
from reports.tickets.status import Status
from store.database import transaction
from workers import publishing

ON_TODO = Point(139.5078, 35.7014)
OFFICE = "tokyo_kitatama_south"
HOLE: dict[str, Any] = {
    "service_code": "pothole",
    "lat": "35.7015",
    "long": "139.5246",
    "description": "大きな穴です <b>&",
}
_turns = count()


@pytest.fixture
def http(app: FastAPI) -> TestClient:
    return TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False)


@pytest.fixture
def client(http: TestClient) -> Callable[..., GeoReport]:
    """With a key of these scopes, or none."""

    def made(*scopes: Scope, **more: Any) -> GeoReport:
        return GeoReport(http, key=key(*scopes, **more) if scopes else "")

    return made


def key(*scopes: Scope, **more: Any) -> str:
    wanted = NewKey(f"app {next(_turns)}", scopes, today() + timedelta(days=1), **more)
    with transaction() as db:
        return give_key(db, wanted, None)


def moved(one: Filed, *to: Status, note: str = "") -> None:
    with transaction() as db:
        for each in to:
            move(db, one.id, each, STAFF, note=note)
    publishing.publish()


def ids(found: Any) -> list[str]:
    return [each["service_request_id"] for each in found]


def status(ask: Callable[[], object]) -> int:
    with pytest.raises(Refused) as refused:
        ask()
    return refused.value.status


def test_a_client_finds_its_way_from_the_discovery_to_the_definitions(
    client: Callable[..., GeoReport],
) -> None:
    reader = client()
    (endpoint,) = GeoReport(reader.http, "/open311").get("discovery", "discovery")["endpoints"]
    assert endpoint["url"] == "http://127.0.0.1:8000/open311/v2"
    services = reader.get("services", "services", jurisdiction_id="")
    hole = next(each for each in services if each["service_code"] == "pothole")
    assert "pothole" in hole["keywords"].lower()
    definition = reader.get("definition", "services/pothole")
    assert [each["code"] for each in definition["attributes"]] == ["urgent", "same"]
    assert status(lambda: reader.get("definition", "services/moon")) == 404


def test_what_is_public_is_listed_as_it_is_asked_for(client: Callable[..., GeoReport]) -> None:
    reader, one, tree = client(), filed(words="山田の家の前"), filed("tree", STATION)
    filed("sign", STATION)  # nobody has looked at it
    moved(one, Status.INSPECTING)
    moved(tree, Status.FIXED)
    day = timedelta(days=1)
    rows(
        "UPDATE published_tickets SET received_at = received_at - interval '40 days'"
        " WHERE number = :number",
        number=tree.number,
    )

    def found(**query: Any) -> list[str]:
        return ids(reader.get("requests", "requests", **query))

    moment = datetime.now(UTC)
    assert found() == [one.number, tree.number]
    assert found(status="open") == found(service_code="pothole,moon") == [one.number]
    assert found(status="closed", service_code="") == [tree.number]
    assert found(status="open,closed") == [one.number, tree.number]
    assert found(page=2, page_size=1) == [tree.number]
    assert found(page=3, page_size=1) == []
    assert found(start_date=(moment - day).isoformat()) == [one.number]
    assert found(end_date=(moment - day).date().isoformat()) == [tree.number]
    assert found(start_date=str((moment - 30 * day).date()), end_date="") == [one.number]
    assert found(updated_after=(moment - day).isoformat().replace("+", " ")) == found()
    assert found(bbox="139.50,35.70,139.51,35.71") == [tree.number]
    both = f"{tree.number},{one.number.replace('-', '')},999-999-999"
    assert found(service_request_id=both, status="closed") == [one.number, tree.number]
    for wrong in (
        {"start_date": "2026-01-01", "end_date": "2026-12-01"}, {"start_date": "yesterday"},
        {"status": "lost"}, {"page": "0"}, {"bbox": "1,2,3"}, {"page": "99999"},
    ):  # fmt: skip
        assert status(lambda wrong=wrong: found(**wrong)) == 400


def test_one_request_says_how_it_stands_and_nothing_of_people(
    client: Callable[..., GeoReport],
) -> None:
    reader, one, other = client(), filed(words="山田の家の前", pictures=1), filed(words="佐藤")
    assert status(lambda: reader.get("requests", f"requests/{one.number}")) == 404
    moved(one, Status.SCHEDULED)
    (seen,) = reader.get("requests", f"requests/{one.number}")
    assert (seen["status"], seen["service_name"]) == ("open", "舗装の穴・段差")
    assert seen["agency_responsible"] == "道路管理課"
    assert (seen["description"], seen["media_url"]) == (None, None)
    assert abs(seen["lat"] - ON_CITY_ROAD.lat) < 0.0003
    moved(one, Status.FIXED)
    (seen,) = reader.get("extended", f"requests/{one.number}", extensions="true")
    assert (seen["status"], seen["status_notes"]) == ("closed", "補修が終わりました。")
    assert seen["updated_datetime"] == seen["extended_attributes"]["closed_datetime"]
    assert [note["type"] for note in seen["notes"]] == ["filed", "scheduled", "fixed"]
    assert "山田" not in str(seen)
    last = filed()
    with transaction() as db:
        merge(db, last.id, other.id, STAFF)
    moved(other, Status.INSPECTING)
    ((seen),) = reader.get("requests", "requests", service_request_id=last.number)
    assert seen["service_request_id"] == last.number
    assert other.number in seen["status_notes"]


def test_answers_are_kept_by_their_tag_and_open_to_pages_elsewhere(http: TestClient) -> None:
    moved(filed(), Status.INSPECTING)
    first = http.get("/open311/v2/requests.json")
    assert first.headers["access-control-allow-origin"] == "*"
    assert "set-cookie" not in first.headers
    again = http.get(
        "/open311/v2/requests.json", headers={"if-none-match": first.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


def test_refusals_are_the_standards_in_both_forms(http: TestClient) -> None:
    for method, path, code, form in (
        ("GET", "/open311/v2/services/moon.json", 404, "json"),
        ("GET", "/open311/v2/requests.yaml", 404, "xml"),
        ("GET", "/open311/v2/moon.json", 404, "json"),
        ("PUT", "/open311/v2/requests.xml", 405, "xml"),
        ("POST", "/open311/v2/requests.xml", 400, "xml"),
        ("GET", "/open311/v2/requests.json?start_date=%FF", 400, "json"),
    ):
        answer = http.request(method, path, headers={"accept": "text/html"})
        assert answer.status_code == code, path
        with pytest.raises(Refused):
            GeoReport(http)._read(form, "errors", answer)
    says_not_open = "UPDATE city SET facts = facts - 'open'"
    rows(says_not_open)
    assert http.get("/open311/v2/services.json").status_code == 404


def test_a_program_files_what_staff_would_and_the_same_once(
    client: Callable[..., GeoReport],
) -> None:
    app = client(Scope.WRITE)
    (first,) = app.post(
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
    (again,) = app.post(
        "posted", "requests", form="xml", **HOLE,
        **{"attribute[urgent]": "yes", "attribute[same]": ""},
        email="", first_name="太郎", last_name="山田", phone="090-1234-5678", device_id="x",
        address_string="郵便局の前",
    )  # fmt: skip
    assert again["service_request_id"] == first["service_request_id"]
    assert value("SELECT count(*) FROM reports") == 1


def test_what_was_reported_before_is_joined_unless_it_is_said_to_be_another(
    client: Callable[..., GeoReport],
) -> None:
    there, app = filed(), client(Scope.WRITE)
    (joined,) = app.post("posted", "requests", **HOLE)
    assert joined["service_request_id"] == there.number
    assert there.number in joined["service_notice"]
    named = {"attribute[same]": there.number.replace("-", "")}
    (named_one,) = app.post("posted", "requests", **HOLE, **named)
    assert named_one["service_request_id"] == there.number
    (new,) = app.post("posted", "requests", **HOLE, **{"attribute[same]": "new"})
    assert new["service_request_id"] != there.number
    far = {"attribute[same]": "123-456-786"}
    assert status(lambda: app.post("posted", "requests", **HOLE, **far)) == 400


def test_a_post_is_found_again_by_its_own_word_or_its_token(
    client: Callable[..., GeoReport], http: TestClient
) -> None:
    app = client(Scope.WRITE)
    sent = {"api_key": app.key, **HOLE}
    once = {"idempotency-key": "report 7"}
    first = http.post("/open311/v2/requests.json", data=sent, headers=once)
    other = http.post("/open311/v2/requests.json", data=sent | {"description": "x"}, headers=once)
    assert first.json()[0]["service_request_id"] == other.json()[0]["service_request_id"]
    token = first.headers["open311-token"]
    (found,) = app.get("token", f"tokens/{token}")
    assert found == {"service_request_id": first.json()[0]["service_request_id"], "token": token}
    assert status(lambda: app.get("token", "tokens/123456")) == 404
    assert "ratelimit" in first.headers


def test_what_cannot_be_is_refused_with_what_to_do(client: Callable[..., GeoReport]) -> None:
    app = client(Scope.WRITE)
    (crossing,) = app.post(
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
        assert status(lambda wrong=wrong: app.post("posted", "requests", **wrong)) == code
    assert value("SELECT count(*) FROM reports") == 1


def test_only_a_key_that_writes_files_and_never_one_in_an_address(
    client: Callable[..., GeoReport], http: TestClient
) -> None:
    for reader in (client(), GeoReport(http, key="xyz"), client(Scope.OPEN, Scope.PERSONAL)):
        assert status(lambda reader=reader: reader.post("posted", "requests", **HOLE)) == 403
    good = client(Scope.WRITE)
    in_address = http.post(f"/open311/v2/requests.json?api_key={good.key}", data=HOLE)
    assert in_address.status_code == 403
    header = {"authorization": f"Bearer {good.key}"}
    assert http.post("/open311/v2/requests.json", data=HOLE, headers=header).status_code == 200
    with transaction() as db:
        revoke_key(db, value("SELECT max(id) FROM api_tokens"), None)
    assert status(lambda: good.post("posted", "requests", **HOLE)) == 403
    slow = client(Scope.WRITE, per_minute=1)
    slow.post("posted", "requests", **HOLE)
    assert status(lambda: slow.post("posted", "requests", **HOLE)) == 429


def handed_over(one: Filed) -> None:
    with transaction() as db:
        tell_them(db, OFFICE, [one.number], STAFF, "東京都へ連絡しました。")


def test_an_authoritys_system_moves_what_it_was_handed_and_nothing_else(
    client: Callable[..., GeoReport],
) -> None:
    theirs, untold, ours = filed(place=ON_TODO), filed("tree", ON_TODO), filed()
    handed_over(theirs)
    system = client(Scope.WRITE, departments=[OFFICE])

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
    assert status(lambda: say(theirs, "in_progress")) == 400
    assert status(lambda: say(theirs, "lost")) == 400
    for other in (untold, ours):
        before = now(other)
        assert status(lambda other=other: say(other, "fixed")) == 404
        assert now(other) == before
    anybodys = client(Scope.WRITE)
    sent = {"service_request_id": theirs.number, "status": "reopen"}
    assert status(lambda: anybodys.post("updates", "servicerequestupdates", **sent)) == 404


def test_what_an_authority_gives_back_is_nobodys_until_staff_say_whose(
    client: Callable[..., GeoReport],
) -> None:
    one = filed(place=ON_TODO)
    handed_over(one)
    system = client(Scope.WRITE, departments=[OFFICE])
    sent = {"service_request_id": one.number, "status": "NOT_COUNCILS_RESPONSIBILITY"}
    assert status(lambda: system.post("updates", "servicerequestupdates", **sent)) == 400
    system.post("updates", "servicerequestupdates", **sent, description="市道です。")
    kept = rows(
        "SELECT t.status, d.key FROM tickets t LEFT JOIN departments d ON d.id = t.department_id"
        " WHERE t.id = :id",
        id=one.id,
    )
    assert kept[0].status == "received"
    assert kept[0].key != OFFICE
    assert status(
        lambda: system.post("updates", "servicerequestupdates", **sent, description="x")
    ) == 404
