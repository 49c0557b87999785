"""Open311 GeoReport v2 as a reader meets it, who knows the standard alone."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from georeport_client import GeoReport, Refused
from georeport_scene import program, status_of
from townsfolk import STAFF, rows
from web_scene import ON_CITY_ROAD, STATION, Browser, Filed, filed

from reports.actions.merge import merge
from reports.actions.move import move
from reports.city import profile
from reports.tickets.status import Status
from store.database import transaction
from web.open import answers
from workers import publishing


def moved(one: Filed, *to: Status) -> None:
    with transaction() as db:
        for each in to:
            move(db, one.id, each, STAFF)
    publishing.publish()


def ids(found: Any) -> list[str]:
    return [each["service_request_id"] for each in found]


def test_a_client_finds_its_way_from_the_discovery_to_the_definitions(
    app: FastAPI,
) -> None:
    reader = program(app)
    (endpoint,) = GeoReport(reader.http, "/open311").get("discovery", "discovery")["endpoints"]
    assert endpoint["url"] == "http://127.0.0.1:8000/open311/v2"
    services = reader.get("services", "services", jurisdiction_id="")
    hole = next(each for each in services if each["service_code"] == "pothole")
    assert "pothole" in hole["keywords"].lower()
    definition = reader.get("definition", "services/pothole")
    assert [each["code"] for each in definition["attributes"]] == ["urgent", "same"]
    assert status_of(lambda: reader.get("definition", "services/moon")) == 404


def test_what_is_public_is_listed_as_it_is_asked_for(app: FastAPI) -> None:
    reader, one, tree = program(app), filed(words="山田の家の前"), filed("tree", STATION)
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
    assert found(status=["open", "closed"], service_code=["tree", "moon"]) == [tree.number]
    assert found(status=",", service_code=["", ","]) == [one.number, tree.number]
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
        assert status_of(lambda wrong=wrong: found(**wrong)) == 400


def test_one_request_says_how_it_stands_and_nothing_of_people(
    app: FastAPI,
) -> None:
    reader, one, other = program(app), filed(words="山田の家の前", pictures=1), filed(words="佐藤")
    assert status_of(lambda: reader.get("requests", f"requests/{one.number}")) == 404
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
    told = reader.get("all updates", "servicerequestupdates", end_date="")
    assert [(each["service_request_id"], each["status"]) for each in told] == [
        (one.number, "in_progress"), (one.number, "fixed"),
    ]  # fmt: skip
    assert reader.get("all updates", "servicerequestupdates", end_date="2020-01-02") == []
    last = filed()
    with transaction() as db:
        merge(db, last.id, other.number, STAFF)
    moved(other, Status.INSPECTING)
    ((seen),) = reader.get("requests", "requests", service_request_id=last.number)
    assert seen["service_request_id"] == last.number
    assert other.number in seen["status_notes"]


def test_answers_are_kept_by_their_tag_and_open_to_pages_elsewhere(app: FastAPI) -> None:
    moved(filed(), Status.INSPECTING)
    http = program(app).http
    first = http.get("/open311/v2/requests.json")
    assert first.headers["access-control-allow-origin"] == "*"
    assert "set-cookie" not in first.headers
    again = http.get("/open311/v2/requests.json", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_staff_see_what_stands_for_what(staff: Browser) -> None:
    page = staff.get("/staff/open311").text
    with transaction() as db:
        kinds = profile.categories(db)
    assert all(f"<code>{key}</code>" in page for key in kinds)
    rows_of = dict(re.findall(r"chip[^>]*>(?:<svg.*?</svg>)?([^<]+)<.*?<code>(\w+)</code>", page))
    assert (rows_of["受付"], rows_of["対応済"], rows_of["応急処置済"]) == ("open", "closed", "open")


def test_refusals_are_the_standards_in_both_forms(app: FastAPI) -> None:
    http = program(app).http
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
    rows("UPDATE city SET facts = facts - 'open'")
    answers.forget()
    assert http.get("/open311/v2/services.json").status_code == 404
