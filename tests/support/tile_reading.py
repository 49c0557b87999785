"""Map tiles as a decoder that is not ours reads them, found by the standard's own arithmetic."""

import math
from collections.abc import Iterable
from typing import Any

import mapbox_vector_tile
from web_scene import Browser

from geo.tiles import Tile

Layers = dict[str, list[dict[str, Any]]]


def layers_of(browser: Browser, path: str) -> Layers:
    """The features of each layer; `geometry` in the tile's own steps, y to the south."""
    answer = browser.get(path)
    assert answer.status_code in (200, 204), answer.text
    decoded = mapbox_vector_tile.decode(answer.content, default_options={"y_coord_down": True})
    return {name: layer["features"] for name, layer in decoded.items()}


def tickets_in(browser: Browser, tile: Tile, query: str = "") -> tuple[list[str], int]:
    """The numbers of the points, and how many more are counted in clusters."""
    layers = layers_of(browser, f"/map/tickets/{tile.z}/{tile.x}/{tile.y}.mvt{query}")
    for feature in (*layers.get("tickets", ()), *layers.get("clusters", ())):
        assert all(0 <= step < 4096 for step in feature["geometry"]["coordinates"])
    numbers = [feature["properties"]["number"] for feature in layers.get("tickets", ())]
    counts = [feature["properties"]["count"] for feature in layers.get("clusters", ())]
    return numbers, sum(counts)


def tile_of(lon: float, lat: float, z: int) -> Tile:
    """The standard's own arithmetic, not ours: what lies on an edge belongs south-east of it."""
    most = 2**z - 1
    sine = min(max(math.sin(math.radians(lat)), -0.9999999999), 0.9999999999)
    x = math.floor((lon + 180) / 360 * 2**z)
    y = math.floor((0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)) * 2**z)
    return Tile(z, min(max(x, 0), most), min(max(y, 0), most))


def around(tiles: Iterable[Tile]) -> set[Tile]:
    """These and their neighbours, in which nothing may be seen twice."""
    return {
        Tile(one.z, x, y)
        for one in tiles
        for x in range(max(one.x - 1, 0), min(one.x + 2, 2**one.z))
        for y in range(max(one.y - 1, 0), min(one.y + 2, 2**one.z))
    }
