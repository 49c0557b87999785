"""What is public as Atom: valid, with ids that stay, of a town, a kind or a place."""

import json
import xml.etree.ElementTree as ET
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from townsfolk import rows
from web_scene import PAGE

from reports.city import profile
from store.database import transaction
from web.open import answers

A = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def asks(app: FastAPI) -> TestClient:
    answers.forget()
    return TestClient(app, base_url="http://127.0.0.1:8000")


def shown(number: str, version: int, **more: object) -> None:
    """A public ticket, as publishing writes it."""
    facts = {"category": "pothole", "state": "open", "town": "本町六丁目", "words": None,
             "lon": 139.5067, "lat": 35.7011, "before_photo": None} | more  # fmt: skip
    rows(
        "INSERT INTO published_tickets (number, ticket_id, category, state, status, owner, town,"
        " place, words, before_photo, received_at, changed_at, version) VALUES (:number, :version,"
        " :category, :state, 'received', 'city', :town, ST_Point(:lon, :lat, 4326), :words,"
        " :before_photo, '2026-11-30T00:00:00Z', CAST('2026-12-01T00:00:00Z' AS timestamptz)"
        " + make_interval(mins => :version), :version)",
        number=number, version=version, **facts,
    )  # fmt: skip


def entries(text: str) -> list[ET.Element]:
    return ET.fromstring(text).findall(f"{A}entry")


def numbers(asks: TestClient, query: str) -> list[str]:
    answer = asks.get(f"/open/feed.atom{query}")
    assert answer.status_code == 200
    return [one.findtext(f"{A}id", "").rpartition("/")[2] for one in entries(answer.text)]


def test_a_feed_is_atom_whose_ids_stay(asks: TestClient) -> None:
    shown("1", 1, words="<穴> & \x0b段差", before_photo="abc")
    first = asks.get("/open/feed.atom")
    assert first.headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert "set-cookie" not in first.headers
    assert "public" in first.headers["cache-control"]
    root = ET.fromstring(first.text)
    for parent in (root, *entries(first.text)):
        for name in ("id", "title", "updated"):
            assert len(parent.findall(f"{A}{name}")) == 1, name
    assert root.findtext(f"{A}author/{A}name")
    assert {one.get("rel") for one in root.findall(f"{A}link")} == {"self", "alternate"}
    (one,) = entries(first.text)
    assert "通報の言葉: <穴> & 段差" in one.findtext(f"{A}content", "")
    photos = [link.get("href") for link in one.findall(f"{A}link[@rel='enclosure']")]
    assert photos == ["http://127.0.0.1:8000/open/photos/abc.jpg"]
    known = {"if-none-match": first.headers["etag"]}
    assert asks.get("/open/feed.atom", headers=known).status_code == 304
    rows("UPDATE published_tickets SET version = 2, state = 'fixed'")
    again = asks.get("/open/feed.atom", headers=known)
    assert again.status_code == 200
    assert entries(again.text)[0].findtext(f"{A}id") == one.findtext(f"{A}id")
    assert "【直りました】" in entries(again.text)[0].findtext(f"{A}title", "")


def test_readers_of_feeds_find_it_on_the_first_page(asks: TestClient) -> None:
    assert 'type="application/atom+xml"' in asks.get("/", headers=PAGE).text


def test_a_feed_is_of_what_was_asked_for(asks: TestClient) -> None:
    shown("1", 1)
    shown("2", 2, town="緑町一丁目", lon=139.5100)
    shown("3", 3, category="drain", state="fixed", lon=139.5500)
    assert numbers(asks, "") == ["3", "2", "1"]
    assert numbers(asks, f"?town={quote('緑町一丁目')}") == ["2"]
    assert numbers(asks, "?kind=pothole&state=open") == ["2", "1"]
    assert numbers(asks, "?near=35.7011,139.5067&radius=100") == ["1"]
    assert numbers(asks, "?near=35.7011,139.5067") == ["2", "1"]
    assert numbers(asks, "?kind=moon") == []


@pytest.mark.parametrize(
    "query", ["near=here", "near=99,139", "radius=5", "near=35,139&radius=0", "state=moon", "town=",
              "near=35,139&radius=９", "town=%00", "near=nan,1"],
)  # fmt: skip
def test_what_cannot_be_is_said_so(asks: TestClient, query: str) -> None:
    answer = asks.get(f"/open/feed.atom?{query}")
    assert answer.status_code == 422


def test_a_city_that_shows_nothing_has_no_feed(asks: TestClient) -> None:
    with transaction() as db:
        said = profile.profile(db)
    told = json.dumps({**said, "open": {"shown": False}})
    rows("UPDATE city SET facts = CAST(:told AS jsonb)", told=told)
    assert asks.get("/open/feed.atom?a=1").status_code == 404
