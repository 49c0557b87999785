"""OGC API - Features, part 1, as independent programs read it: documents, pages, filters, keys."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from shutil import which
from typing import Any, Final
from urllib.parse import urlencode

import pyogrio
import pytest
from geojson_pydantic import FeatureCollection
from open_scene import FIRST, corners, public_tickets
from openapi_schema_validator import OAS30Validator
from openapi_spec_validator import OpenAPIV30SpecValidator
from starlette.testclient import TestClient
from townsfolk import rows, value
from web_scene import filed

from reports.actions.give_key import NewKey, give_key
from reports.city.clock import today
from reports.people.permissions import Scope
from settings import ROOT
from store.database import transaction

Json = dict[str, Any]
OPEN_TO_ALL: Final = ("tickets", "areas", "towns", "roads")
_turns = count()


def asked(client: TestClient, path: str, **headers: str) -> Json:
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200, answer.text
    told: Json = answer.json()
    return told


def at(link: str) -> str:
    """An address of ours, as a test's client asks for it."""
    return link.removeprefix("http://127.0.0.1:8000")


def linked(told: Json, rel: str) -> str:
    return next((at(each["href"]) for each in told["links"] if each["rel"] == rel), "")


def pages(client: TestClient, path: str, **headers: str) -> Iterator[Json]:
    while path:
        told = asked(client, path, **headers)
        yield told
        path = linked(told, "next")


def ids(client: TestClient, collection: str, **query: Any) -> list[Any]:
    path = f"/ogc/collections/{collection}/items?{urlencode({'limit': 1000, **query})}"
    return [feature["id"] for told in pages(client, path) for feature in told["features"]]


def test_everything_is_found_from_the_landing_page_and_is_what_the_api_says(
    stranger: TestClient,
) -> None:
    public_tickets(3)
    landing = asked(stranger, "/ogc")
    api = asked(stranger, linked(landing, "service-desc"))
    OpenAPIV30SpecValidator(api).validate()  # type: ignore[arg-type]
    conforms = asked(stranger, linked(landing, "conformance"))
    assert {each.rpartition("/")[2] for each in conforms["conformsTo"]} == {
        "core", "oas30", "html", "geojson",
    }  # fmt: skip
    collections = asked(stranger, linked(landing, "data"))
    fits(api, "landingPage", landing)
    fits(api, "confClasses", conforms)
    fits(api, "collections", collections)
    assert [one["id"] for one in collections["collections"]] == [*OPEN_TO_ALL]
    for one in collections["collections"]:
        fits(api, "collection", asked(stranger, linked(one, "self")))
        west, south, east, north = one["extent"]["spatial"]["bbox"][0]
        assert 139 < west < east < 140
        assert 35 < south < north < 36
        page = asked(stranger, linked(one, "items"))
        fits(api, "featureCollection", page)
        assert FeatureCollection.model_validate(page).length == page["numberReturned"] > 0
        assert page["numberMatched"] >= page["numberReturned"]
        first = page["features"][0]
        alone = asked(stranger, f"/ogc/collections/{one['id']}/items/{first['id']}")
        fits(api, one["id"], alone)
        assert {name: alone[name] for name in first} == first


def fits(api: Json, schema: str, told: Json) -> None:
    wanted = {"$ref": f"#/components/schemas/{schema}", "components": api["components"]}
    OAS30Validator(wanted).validate(told)


def test_every_page_can_be_read_by_people(stranger: TestClient) -> None:
    one = public_tickets(3)[0]
    first = value("SELECT min(id) FROM roads")
    for path, says in (
        ("", "QGIS で開く"),
        ("/conformance", "ogcapi-features-1/1.0/conf/core"),
        ("/api", "/collections/tickets/items"),
        ("/collections", "町丁目"),
        ("/collections/tickets", "受付番号"),
        ("/collections/tickets/items?state=open", "受付"),
        ("/collections/areas/items", "小金井市"),
        (f"/collections/tickets/items/{one['number']}", one["number"]),
        (f"/collections/roads/items/{first}", "小金井街道"),
        ("/collections/roads/items?name=%E3%81%AA%E3%81%84", "当てはまるものはありません"),
    ):
        answer = stranger.get(f"/ogc{path}", headers={"accept": "text/html"})
        assert (answer.status_code, answer.headers["content-type"]) == (
            200, "text/html; charset=utf-8",
        )  # fmt: skip
        assert says in answer.text, path
        as_json = stranger.get(f"/ogc{path}{'&' if '?' in path else '?'}f=json")
        assert "json" in as_json.headers["content-type"]


def test_filters_and_pages_give_each_feature_once(stranger: TestClient) -> None:
    made = public_tickets(120)
    west, south, east, north = 139.495, 35.695, 139.51, 35.71
    inside = {
        one["number"] for one in made if west <= one["lon"] <= east and south <= one["lat"] <= north
    }
    assert 10 < len(inside) < 110
    box = f"{west},{south},{east},{north}"
    assert {*ids(stranger, "tickets", bbox=box)} == inside
    assert ids(stranger, "tickets", bbox="170,-10,-170,10") == []
    everything = ids(stranger, "tickets", limit=7)
    assert everything == [one["number"] for one in reversed(made)]
    open_ones = [one["number"] for one in reversed(made) if one["state"] == "open"]
    assert ids(stranger, "tickets", state="open", limit=7) == open_ones
    in_town = {one["number"] for one in made if one["town"] == "本町一丁目"}
    assert {*ids(stranger, "tickets", town="本町一丁目")} == in_town
    since, until = (FIRST + timedelta(hours=n) for n in (10, 20))
    span = f"{since.isoformat()}/{until.isoformat()}"
    assert ids(stranger, "tickets", datetime=span) == everything[-21:-10]
    assert ids(stranger, "tickets", datetime=since.isoformat()) == [made[10]["number"]]
    assert ids(stranger, "tickets", datetime=f"../{since.isoformat()}") == everything[-11:]
    assert ids(stranger, "tickets", number=made[5]["number"]) == [made[5]["number"]]


def test_the_citys_map_is_paged_and_narrowed(stranger: TestClient) -> None:
    path = "/ogc/collections/roads/items?limit=100"
    found = [feature for told in pages(stranger, path) for feature in told["features"]]
    assert [one["id"] for one in found] == rows_of("SELECT id FROM roads ORDER BY id")
    citys = {one["id"] for one in found if one["properties"]["owner"] == "city"}
    assert {*ids(stranger, "roads", owner="city")} == citys
    assert {*ids(stranger, "roads", datetime="1999-01-01")} == {one["id"] for one in found}
    west, south, east, north = 139.50, 35.70, 139.51, 35.705
    touched = {*ids(stranger, "roads", bbox=f"{west},{south},{east},{north}")}
    with_a_corner = {
        one["id"]
        for one in found
        if any(west <= x <= east and south <= y <= north for x, y in corners(one["geometry"]))
    }
    assert with_a_corner <= touched < {one["id"] for one in found}
    kinds = ("city", "district", "neighbour")
    areas = [len(ids(stranger, "areas", kind=kind)) for kind in kinds]
    assert sum(areas) == value("SELECT count(*) FROM areas WHERE kind <> 'town'")
    assert len(ids(stranger, "towns")) == value("SELECT count(*) FROM areas WHERE kind = 'town'")


def rows_of(statement: str) -> list[Any]:
    with transaction() as db:
        return [*db.connection().exec_driver_sql(statement).scalars()]


def test_towns_that_were_loaded_as_points_are_points(stranger: TestClient) -> None:
    rows("DELETE FROM areas WHERE kind = 'town'")
    rows(
        "INSERT INTO assets (kind, key, name, place, layer_id) SELECT 'town', '', '本町',"
        " ST_SetSRID(ST_MakePoint(139.5, 35.7), 4326), min(id) FROM layers"
    )
    (town,) = asked(stranger, "/ogc/collections/towns/items")["features"]
    assert town["geometry"] == {"type": "Point", "coordinates": [139.5, 35.7]}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nowhere", 404), ("/collections/nothing", 404), ("/collections/nothing/items", 404),
        ("/collections/tickets/items/000-000-000", 404), ("/collections/roads/items/x", 404),
        ("/collections/roads/items/99999999999999999999", 404),
        ("/collections/tickets/items/%00", 404), ("?colour=red", 400), ("?f=xml", 400),
        ("/collections/tickets/items?limit=x", 400), ("/collections/tickets/items?bbox=1", 400),
        ("/collections/roads/items?state=open", 400), ("/collections/tickets/items?f=gml", 400),
        ("/collections/tickets/items?token=MQ", 400), ("/collections/roads/items?token=eA", 400),
        ("/collections/tickets/items/1?limit=1", 400), ("/collections/desk-tickets", 401),
        ("/collections/desk-tickets/items", 401),
    ],
)  # fmt: skip
def test_refusals_are_as_the_standard_has_them(
    stranger: TestClient, path: str, status: int
) -> None:
    answer = stranger.get(f"/ogc{path}")
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/json")
    told = answer.json()
    assert {*told} == {"code", "description"}
    assert all(told.values())
    page = stranger.get(f"/ogc{path}", headers={"accept": "text/html"}, follow_redirects=False)
    assert (page.status_code, page.headers["content-type"]) == (
        status, "text/html; charset=utf-8",
    )  # fmt: skip


def test_answers_are_kept_until_something_public_changes(stranger: TestClient) -> None:
    made = public_tickets(2)
    path = "/ogc/collections/tickets/items"
    before = stranger.get(path)
    tag = before.headers["etag"]
    assert before.headers["cache-control"].startswith("public, max-age=")
    assert before.headers["access-control-allow-origin"] == "*"
    assert "set-cookie" not in before.headers
    assert stranger.get(path, headers={"if-none-match": tag}).status_code == 304
    as_page = stranger.get(path, headers={"accept": "text/html", "if-none-match": tag})
    assert (as_page.status_code, as_page.headers["vary"]) == (200, "Accept, Accept-Encoding")
    rows(
        "UPDATE published_tickets SET state = 'fixed', version = nextval('published_versions')"
        " WHERE number = :number",
        number=made[0]["number"],
    )
    after = stranger.get(path, headers={"if-none-match": tag})
    assert after.status_code == 200
    assert after.json()["features"][-1]["properties"]["state_name"] == "直りました"


def test_a_city_that_shows_nothing_shows_no_data_either(stranger: TestClient) -> None:
    public_tickets(2)
    rows("UPDATE city SET facts = facts || jsonb_build_object('open', '{\"shown\": false}'::jsonb)")
    for path in ("", "/collections", "/collections/tickets/items", "/collections/roads/items"):
        assert stranger.get(f"/ogc{path}").status_code == 404


def key(*scopes: Scope, **more: Any) -> dict[str, str]:
    wanted = NewKey(f"map {next(_turns)}", scopes, today() + timedelta(days=1), **more)
    with transaction() as db:
        return {"authorization": f"Bearer {give_key(db, wanted, None)}"}


def test_keys_open_more_as_far_as_their_scopes_and_departments_go(stranger: TestClient) -> None:
    hole = filed("pothole", words="大きな穴です", pictures=1)
    tree = filed("tree")
    reads, sees = key(Scope.OPEN), key(Scope.PERSONAL)
    writes, theirs = key(Scope.WRITE), key(Scope.OPEN, departments=("road",))
    every, own = (
        [one["id"] for one in asked(stranger, "/ogc/collections", **who)["collections"]]
        for who in (sees, reads)
    )
    assert every == [*OPEN_TO_ALL, "desk-tickets", "desk-tickets-personal"]
    assert own == [*OPEN_TO_ALL, "desk-tickets"]
    items = "/ogc/collections/desk-tickets/items"
    both = asked(stranger, items, **reads)
    assert {one["id"] for one in both["features"]} == {hole.number, tree.number}
    assert (both["numberMatched"], both["numberReturned"]) == (2, 2)
    assert "大きな穴です" not in str(both)
    (mine,) = asked(stranger, items, **theirs)["features"]
    assert mine["properties"]["department"] == "road"
    others = {hole.number, tree.number} - {mine["id"]}
    assert stranger.get(f"{items}/{others.pop()}", headers=theirs).status_code == 404
    personal = "/ogc/collections/desk-tickets-personal/items"
    with_words = asked(stranger, f"{personal}/{hole.number}", **sees)
    assert with_words["properties"]["words"] == "大きな穴です"
    assert with_words["properties"]["photo"].endswith(".jpg")
    for path, who in ((personal, reads), (items, writes), (f"{personal}/{hole.number}", theirs)):
        refused = stranger.get(path, headers=who)
        assert (refused.status_code, refused.json()["code"]) == (403, "scope")
    answer = stranger.get(items, headers=reads)
    assert answer.headers["cache-control"] == "private, no-store"
    assert "ratelimit" in answer.headers
    looks = value("SELECT count(*) FROM audit WHERE what = 'tickets with words'")
    assert looks == 1


def test_the_desks_list_is_paged_and_narrowed_too(stranger: TestClient) -> None:
    numbers = [filed().number for _ in range(5)]
    reads = key(Scope.OPEN)
    items = "/ogc/collections/desk-tickets/items"
    found = [
        feature["id"]
        for told in pages(stranger, f"{items}?limit=2", **reads)
        for feature in told["features"]
    ]
    assert found == numbers

    def matched(**query: str) -> int:
        many: int = asked(stranger, f"{items}?{urlencode(query)}", **reads)["numberMatched"]
        return many

    assert matched(status="received") + matched(status="scheduled") == 5
    assert matched(category="tree") == matched(datetime="2020-01-01") == 0
    assert matched(datetime="2020-01-01/..") == matched(bbox="139,35,140,36") == 5
    assert stranger.get(f"{items}?status=nothing", headers=reads).status_code == 400
    assert stranger.get(f"{items}?token=eA", headers=reads).status_code == 400


def test_gdal_copies_every_collection_to_a_geopackage(site: str, tmp_path: Path) -> None:
    public_tickets(230)
    copy = tmp_path / "city.gpkg"
    told = json.loads(alone(COPY, f"OAPIF:{site}/ogc", str(copy)))
    assert told["layers"] == {
        "tickets": 230,
        "areas": value("SELECT count(*) FROM areas WHERE kind <> 'town'"),
        "towns": value("SELECT count(*) FROM areas WHERE kind = 'town'"),
        "roads": value("SELECT count(*) FROM roads"),
    }
    assert {
        layer: pyogrio.read_info(copy, layer=layer)["features"] for layer in told["layers"]
    } == (told["layers"])
    west = value("SELECT count(*) FROM published_tickets WHERE ST_X(place) <= 139.505")
    assert (told["west"], told["open"]) == (west, 39)
    assert told["crs"] in ("EPSG:4326", "OGC:CRS84")


@pytest.mark.long
@pytest.mark.skipif(not which("ogr2ogr"), reason="the programs of GDAL are not here")
def test_ogr2ogr_does_what_the_book_says(site: str, tmp_path: Path) -> None:
    public_tickets(120)
    for _ in range(3):
        filed()
    book = (ROOT / "docs" / "open.md").read_text("utf-8")
    examples = re.findall(r"^ogr2ogr .*$", book, re.M)
    env = os.environ | {"PUBLIC_URL": site, "KEY": key(Scope.OPEN)["authorization"].split()[1]}
    for line in examples:
        subprocess.run(["sh", "-c", line], check=True, cwd=tmp_path, env=env, timeout=120)
    copies = {path.stem: dict(pyogrio.list_layers(path)) for path in tmp_path.glob("*.gpkg")}

    def counted(copy: str, layer: str) -> int:
        return int(pyogrio.read_info(tmp_path / f"{copy}.gpkg", layer=layer)["features"])

    assert {*copies["city"]} == {*OPEN_TO_ALL}
    assert counted("city", "tickets") == 120
    assert counted("city", "roads") == value("SELECT count(*) FROM roads")
    still_open = "SELECT count(*) FROM published_tickets WHERE state = 'open'"
    assert counted("open", "tickets") == value(still_open) > 0
    assert counted("desk", "desk-tickets") == 3


def alone(program: str, *words: str) -> str:
    """What it says, in a process of its own: GDAL lets no other thread of its process go on."""
    made = subprocess.run(
        [sys.executable, "-c", program, *words], capture_output=True, text=True, timeout=120
    )
    assert made.returncode == 0, made.stderr
    return made.stdout


COPY: Final = """
import json, os, sys
from pyogrio import list_layers, raw
source, copy = sys.argv[1:]
counts, crs = {}, ""
for layer in list_layers(source)[:, 0]:
    meta, _, shapes, facts = raw.read(source, layer=layer)
    counts[layer], crs = len(shapes), meta["crs"]
    raw.write(copy, shapes, facts, meta["fields"], layer=layer, driver="GPKG", crs=crs,
              geometry_type=meta["geometry_type"], append=os.path.exists(copy))
west = raw.read(source, layer="tickets", bbox=(139, 35, 139.505, 36))[2]
still = raw.read(source, layer="tickets", where="state = 'open'")[2]
print(json.dumps({"layers": counts, "west": len(west), "open": len(still), "crs": crs}))
"""


def test_the_examples_of_the_book_work(stranger: TestClient) -> None:
    public_tickets(3)
    reads = key(Scope.OPEN)
    book = (ROOT / "docs" / "open.md").read_text("utf-8")
    examples = re.findall(r'^curl (.*)"\$PUBLIC_URL(/ogc|/open/tiles)(.*)"$', book, re.M)
    assert len(examples) == 9
    for options, room, path in examples:
        answer = stranger.get(f"{room}{path}", headers=reads if "$KEY" in options else {})
        assert answer.status_code == 200, path


def test_a_client_of_others_finds_its_way(site: str) -> None:
    from owslib.ogcapi.features import Features  # half a second, in every process that collects

    made = public_tickets(30)
    client = Features(f"{site}/ogc/")
    assert client.conformance()["conformsTo"]
    assert client.api()["openapi"].startswith("3.0")
    assert client.feature_collections() == [*OPEN_TO_ALL]
    first = client.collection_items("tickets", limit=7)
    assert (first["numberMatched"], first["numberReturned"]) == (30, 7)
    assert client.collection_item("tickets", made[3]["number"])["id"] == made[3]["number"]
    fixed = client.collection_items("tickets", state="fixed", bbox=[139, 35, 140, 36], limit=1000)
    assert len(fixed["features"]) == 5
    assert client.collection("roads")["title"] == "道路"
