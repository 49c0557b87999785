"""Tiles for everybody, read by a decoder that is not ours: all that is public, and nothing else."""

from typing import Any

import mapbox_vector_tile
import pytest
from jsonschema import Draft202012Validator
from open_scene import public_tickets
from starlette.testclient import TestClient
from tile_reading import tile_of
from townsfolk import rows
from web_scene import ON_CITY_ROAD, filed

from geo.tiles import Tile

STILL_OPEN = ("open", "in_progress", "made_safe")
Layers = dict[str, list[dict[str, Any]]]


def layers_of(client: TestClient, tile: Tile, query: str = "") -> Layers:
    answer = client.get(f"/open/tiles/{tile.z}/{tile.x}/{tile.y}.mvt{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (
        200, "application/vnd.mapbox-vector-tile",
    )  # fmt: skip
    decoded = mapbox_vector_tile.decode(answer.content, default_options={"y_coord_down": True})
    return {name: layer["features"] for name, layer in decoded.items()}


def test_every_ticket_is_in_one_tile_of_a_zoom_and_counted_from_afar(stranger: TestClient) -> None:
    made = public_tickets(400)
    for z in (0, 9, 13, 16):
        tiles = {tile_of(one["lon"], one["lat"], z) for one in made}
        found = [layers_of(stranger, tile) for tile in tiles]
        points = [one["properties"] for each in found for one in each.get("tickets", ())]
        clusters = [one["properties"] for each in found for one in each.get("clusters", ())]
        assert len(points) + sum(one["count"] for one in clusters) == len(made)
        assert len({one["number"] for one in points}) == len(points)
        still_open = sum(one["open"] for one in clusters) + sum(
            one["state"] in STILL_OPEN for one in points
        )
        assert still_open == sum(one["state"] in STILL_OPEN for one in made)
        assert bool(clusters) == (z < 15)
        assert all({*one} == {"number", "category", "state"} for one in points)


def test_a_tile_is_narrowed_and_shows_no_ticket_that_is_not_public(stranger: TestClient) -> None:
    made = public_tickets(60)
    filed()
    whole = Tile(0, 0, 0)

    def count(query: str) -> int:
        found = layers_of(stranger, whole, query)
        clustered = sum(one["properties"]["count"] for one in found.get("clusters", ()))
        return len(found.get("tickets", ())) + clustered

    assert count("") == 60
    for state, many in (("open", 10), ("fixed", 10)):
        assert count(f"?state={state}") == many
    assert count("?state=open&state=fixed&category=pothole") == sum(
        one["state"] in ("open", "fixed") and one["category"] == "pothole" for one in made
    )


def test_a_tile_is_drawn_anew_when_something_public_changes(stranger: TestClient) -> None:
    one = public_tickets(1)[0]
    tile = tile_of(one["lon"], one["lat"], 16)
    path = f"/open/tiles/16/{tile.x}/{tile.y}.mvt"
    before = stranger.get(path)
    again = stranger.get(path, headers={"if-none-match": before.headers["etag"]})
    assert again.status_code == 304
    assert before.headers["access-control-allow-origin"] == "*"
    rows("DELETE FROM published_tickets")
    rows(
        "INSERT INTO published_events (seq, number, kind)"
        " VALUES (nextval('published_versions'), :number, 'withdrawn')",
        number=one["number"],
    )
    assert layers_of(stranger, tile) == {}


def test_the_city_lies_under_it(stranger: TestClient) -> None:
    tile = tile_of(ON_CITY_ROAD.lon, ON_CITY_ROAD.lat, 14)
    answer = stranger.get(f"/open/city/14/{tile.x}/{tile.y}.mvt")
    assert {"areas", "roads"} <= {*mapbox_vector_tile.decode(answer.content)}


def test_tilejson_and_style_say_where_the_tiles_are(stranger: TestClient) -> None:
    told = stranger.get("/open/tiles/tilejson.json").json()
    Draft202012Validator(TILEJSON).validate(told)
    west, south, east, north = told["bounds"]
    assert west < told["center"][0] < east
    assert south < told["center"][1] < north
    (address,) = told["tiles"]
    path = address.format(z=12, x=3633, y=1612).removeprefix("http://127.0.0.1:8000")
    assert stranger.get(path).status_code == 200
    style = stranger.get("/open/tiles/style.json").json()
    assert style["sources"]["tickets"]["url"].endswith("/open/tiles/tilejson.json")
    of_layers = {each["id"] for each in told["vector_layers"]}
    drawn = {one["source-layer"] for one in style["layers"] if one.get("source") == "tickets"}
    assert drawn == of_layers == {"tickets", "clusters"}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("23/0/0.mvt", 404), ("1/2/0.mvt", 404), ("x/0/0.mvt", 422), ("../city/1/0/9.mvt", 404),
        ("1/0/0.mvt?state=nothing", 422), ("1/0/0.mvt?category=%00", 422),
    ],
)  # fmt: skip
def test_what_is_no_tile_is_refused(stranger: TestClient, path: str, status: int) -> None:
    assert stranger.get(f"/open/tiles/{path}").status_code == status


TILEJSON = {
    "type": "object",
    "required": ["tilejson", "tiles", "vector_layers"],
    "properties": {
        "tilejson": {"const": "3.0.0"},
        "scheme": {"enum": ["xyz", "tms"]},
        "tiles": {"type": "array", "minItems": 1, "items": {"type": "string", "pattern": "{z}"}},
        "minzoom": {"type": "integer", "minimum": 0, "maximum": 30},
        "maxzoom": {"type": "integer", "minimum": 0, "maximum": 30},
        "bounds": {"type": "array", "minItems": 4, "maxItems": 4, "items": {"type": "number"}},
        "center": {"type": "array", "minItems": 3, "maxItems": 3, "items": {"type": "number"}},
        "vector_layers": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "fields"],
                "properties": {
                    "id": {"type": "string"},
                    "fields": {"type": "object", "additionalProperties": {"type": "string"}},
                },
            },
        },
    },
}
"""As the specification of TileJSON 3.0.0 words it."""
