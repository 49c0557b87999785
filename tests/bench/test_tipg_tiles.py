"""tipg's tiles show the tickets that ours show."""

import mapbox_vector_tile
from sqlalchemy import text

from bench.tiles import tickets_as_tile
from geo.tiles import Tile
from store.database import transaction

TILE = Tile(16, 58164, 25803)


def numbers(tile: bytes, layer: str) -> set[str]:
    features = mapbox_vector_tile.decode(tile)[layer]["features"]
    return {feature["properties"]["number"] for feature in features}


def test_tipg_and_we_show_the_same_tickets(database_url: str) -> None:
    from bench.tipg_tiles import tipg_tiles  # half a second, in every process that collects

    west, south, east, north = TILE.bounds
    places = [
        {"number": f"N{n}", "lon": west + (east - west) * n / 7, "lat": (south + north) / 2}
        for n in range(1, 7)
    ]
    with transaction() as db:
        db.execute(
            text(
                "INSERT INTO tickets (number, category, status, place) SELECT :number, 'pothole',"
                " 'received', ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)"
            ),
            places,
        )
    with tipg_tiles() as theirs:
        assert numbers(theirs(TILE), "default") == {place["number"] for place in places}
    assert numbers(tickets_as_tile(TILE), "tickets") == {place["number"] for place in places}
