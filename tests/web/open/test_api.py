"""What programs get: pages of tickets, without anything about persons, and clear refusals."""

import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from web_scene import STATION, filed, people, token

from geo.points import Point
from reports.actions.give_key import open_data_key
from reports.actions.move import move
from reports.actions.withdraw import withdraw
from reports.people.permissions import Actor, Role
from reports.tickets.status import Status
from settings import ROOT
from store.database import transaction

Ask = Callable[..., Any]


@pytest.fixture
def ask(app: FastAPI) -> Ask:
    """Asks as a program with a token; gives the JSON of a good answer, else the status."""
    people()
    client = TestClient(app)
    headers = {"authorization": f"Bearer {token()}"}

    def asked(path: str = "/api/tickets", /, **query: Any) -> Any:
        answer = client.get(path, params=query, headers=headers)
        return answer.json() if answer.status_code == 200 else answer.status_code

    return asked


def found(answer: Any) -> list[str]:
    return [ticket["number"] for ticket in answer["tickets"]]


def test_open_tickets_come_with_their_department_and_nothing_personal(ask: Ask) -> None:
    one, done = filed(words="山田の家の前", pictures=1), filed()
    with transaction() as db:
        move(db, done.id, Status.FIXED, Actor(Role.STAFF, "佐藤"))
    (ticket,) = ask()["tickets"]
    assert ticket["number"] == one.number
    assert (ticket["lon"], ticket["lat"]) == (139.5246, 35.7015)
    assert ticket["department"] == {"key": "road", "name": "道路管理課", "inside": True}
    assert ticket["status_name"] == "受付"
    assert "山田" not in str(ticket)
    assert {"words", "resident_id", "photos", "id", "why"}.isdisjoint(ticket)


def test_what_its_resident_took_back_is_told_so(ask: Ask) -> None:
    one = filed()
    with transaction() as db:
        withdraw(db, one.id, one.resident_id)
    (ticket,) = ask(status=["declined"])["tickets"]
    assert (ticket["status"], ticket["status_name"]) == ("declined", "取り下げ")


def test_geojson_has_the_same_tickets_as_points(ask: Ask) -> None:
    one = filed()
    answer = ask("/api/tickets.geojson")
    (feature,) = answer["features"]
    assert answer["type"] == "FeatureCollection"
    assert feature["id"] == one.number
    assert feature["geometry"] == {"type": "Point", "coordinates": [139.5246, 35.7015]}
    assert feature["properties"] == ask()["tickets"][0]


def test_filters_narrow_the_answer(ask: Ask) -> None:
    pothole, tree = filed("pothole"), filed("tree", STATION)
    nobodys = filed("sign", Point(139.6, 35.75))
    with transaction() as db:
        move(db, pothole.id, Status.FIXED, Actor(Role.STAFF))
    assert found(ask(status=["fixed"])) == [pothole.number]
    assert sorted(found(ask(status=["fixed", "received"]))) == sorted(
        [pothole.number, tree.number, nobodys.number]
    )
    assert found(ask(department="unassigned")) == [nobodys.number]
    assert found(ask(category="tree")) == [tree.number]
    assert found(ask(bbox="139.50,35.70,139.51,35.71")) == [tree.number]
    assert found(ask(category="tree", status=["fixed"])) == []


def test_since_keeps_what_changed_from_then_on(ask: Ask) -> None:
    filed()
    moment = datetime.now(UTC)
    later = filed()
    assert found(ask(since=moment.isoformat())) == [later.number]
    unescaped = moment.isoformat().replace("+", " ")
    assert found(ask(since=unescaped)) == [later.number]


def test_pages_follow_one_another_until_the_last(ask: Ask) -> None:
    filed_ones = [filed().number for _ in range(5)]
    seen: list[str] = []
    cursor = ""
    for size in (2, 2, 1):
        page = ask(limit=2, cursor=cursor)
        assert len(page["tickets"]) == size
        seen += found(page)
        cursor = page["next"]
    assert cursor is None
    assert seen == filed_ones


def test_values_that_cannot_be_are_refused_with_a_reason(ask: Ask) -> None:
    for query in (
        {"status": "broken"},
        {"status": ["received", ""]},
        {"department": "moon"},
        {"department": "\0"},
        {"category": "moon"},
        {"category": ""},
        {"bbox": "1,2,3"},
        {"bbox": "140,35,139,36"},
        {"bbox": "139,35,nan,36"},
        {"bbox": "139,35,1e400,36"},
        {"bbox": "139,-91,140,36"},
        {"since": "2026-11-21T09:00:00"},
        {"since": "yesterday"},
        {"since": "0.5"},
        {"since": "1700000000"},
        {"since": "-1"},
        {"since": "1e3"},
        {"since": "2026-11-21"},
        {"since": "2026-11-21T09:00:00.1234567890Z"},
        {"since": "２０２６-11-21T09:00:00Z"},
        {"limit": "1.0"},
        {"limit": "1_0"},
        {"limit": " 10"},
        {"limit": "１"},
        {"limit": "0"},
        {"limit": "1001"},
        {"limit": "many"},
        {"cursor": "-1"},
        {"cursor": "9" * 30},
        {"cursor": "１"},
    ):
        assert ask(**query) == 422, query
        assert ask("/api/tickets.geojson", **query) == 422, query


def test_without_a_known_token_there_is_nothing(app: FastAPI) -> None:
    client = TestClient(app)
    with transaction() as db:
        old = open_data_key(db, "open data")
        new = open_data_key(db, "open data")
    for header, status in (
        (None, 401),
        ("Bearer wrong", 401),
        ("Bearer ", 401),
        ("Basic eDp4", 401),
        (f"Bearer {old}", 401),
        (f"Bearer {new}", 200),
    ):
        headers = {"authorization": header} if header else {}
        for path in ("/api/tickets", "/api/tickets.geojson"):
            answer = client.get(path, headers=headers | {"accept": "text/html"})
            assert answer.status_code == status
            if status == 401:
                assert answer.headers["www-authenticate"] == "Bearer"
                assert "detail" in answer.json()


def test_openapi_describes_both_addresses_their_filters_and_refusals(app: FastAPI) -> None:
    described = TestClient(app).get("/openapi.json").json()
    for path in ("/api/tickets", "/api/tickets.geojson"):
        get = described["paths"][path]["get"]
        names = {parameter["name"] for parameter in get["parameters"]}
        assert names == {"status", "department", "category", "bbox", "since", "limit", "cursor"}
        assert {"200", "401", "422"} <= set(get["responses"])
        assert get["security"] == [{"HTTPBearer": []}]
    assert described["components"]["schemas"]["TicketOut"]["examples"]
    assert not [path for path in described["paths"] if path.startswith(("/staff", "/crew"))]


def test_the_version_is_the_packages(app: FastAPI) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert app.version == project["version"]
    assert project["version"] not in (ROOT / "main.py").read_text()
