"""How the public tiles are described and drawn: TileJSON 3.0, and a style for MapLibre. Pure."""

from collections.abc import Mapping
from typing import Any, Final

Json = Mapping[str, Any]
DEEPEST: Final = 16
"""From there on a map draws on with the tiles that it has."""
WORK: Final = "#b3501b"
DONE: Final = "#2a7d46"
OTHER: Final = "#5d6862"
EDGE: Final = "#ffffff"
_FONT: Final = ["Noto Sans JP", "Hiragino Sans", "Yu Gothic UI", "Noto Sans CJK JP", "sans-serif"]
_MAIN: Final = ["in", ["get", "owner"], ["literal", ["national", "prefecture"]]]
_FIELDS: Final = {
    "tickets": {
        "number": "受付番号 / number",
        "category": "種類の番号 / category",
        "state": "open, in_progress, made_safe, fixed, not_ours, closed",
    },
    "clusters": {
        "count": "件数 / how many",
        "open": "そのうち、まだ終わっていない件数 / how many are not done",
        "west": "西の端 / western edge",
        "south": "南の端 / southern edge",
        "east": "東の端 / eastern edge",
        "north": "北の端 / northern edge",
    },
}


def tilejson(
    base: str, city: str, centre: tuple[float, float, float], box: tuple[float, ...] | None
) -> Json:
    """TileJSON 3.0. `base`: what our addresses begin with; `centre`: lon, lat and zoom; `box`:
    west, south, east, north of the city."""
    lon, lat, zoom = centre
    return {
        "tilejson": "3.0.0",
        "name": f"{city} 道路の通報",
        "description": "市が公開している道路の通報。遠くからは件数。",
        "attribution": city,
        "version": "1.0.0",
        "scheme": "xyz",
        "tiles": [f"{base}/open/tiles/{{z}}/{{x}}/{{y}}.mvt"],
        "minzoom": 0,
        "maxzoom": DEEPEST,
        "bounds": list(box or (-180, -85.05, 180, 85.05)),
        "center": [lon, lat, min(round(zoom), DEEPEST)],
        "vector_layers": [{"id": id, "fields": fields} for id, fields in _FIELDS.items()],
    }


def style(
    base: str,
    city: str,
    centre: tuple[float, float, float],
    own_tiles: tuple[str, str] | None,
) -> Json:
    """A style that a MapLibre map, QGIS and others draw by themselves. `own_tiles`: the address and
    the words of the tiles that stand for our own drawing of the city."""
    lon, lat, zoom = centre
    under, layers = _pictures(*own_tiles) if own_tiles else _drawn(base)
    return {
        "version": 8,
        "name": f"{city} 道路の通報",
        "center": [lon, lat],
        "zoom": zoom,
        "sources": {
            "city": under,
            "tickets": {"type": "vector", "url": f"{base}/open/tiles/tilejson.json"},
        },
        "layers": [*layers, *_TICKETS],
    }


def _pictures(address: str, words: str) -> tuple[Json, list[Json]]:
    source = {"type": "raster", "tiles": [address], "tileSize": 256, "maxzoom": 18}
    layers: list[Json] = [{"id": "city", "type": "raster", "source": "city"}]
    return source | {"attribution": words}, layers


def _drawn(base: str) -> tuple[Json, list[Json]]:
    address = f"{base}/open/city/{{z}}/{{x}}/{{y}}.mvt"
    return {"type": "vector", "tiles": [address], "maxzoom": 16}, _CITY


def _is(kind: str) -> list[Any]:
    return ["==", ["get", "kind"], kind]


def _layer(id: str, type: str, layer: str, paint: Json, **more: Any) -> Json:
    return {"id": id, "type": type, "source": "city", "source-layer": layer, "paint": paint, **more}


def _width(main: float, small: float) -> list[Any]:
    return [
        "interpolate", ["exponential", 1.6], ["zoom"],
        11, ["case", _MAIN, main * 0.35, small * 0.12],
        14, ["case", _MAIN, main, small],
        18, ["case", _MAIN, main * 4.5, small * 5],
    ]  # fmt: skip


def _by_owner(national: str, prefecture: str, others: str) -> list[Any]:
    return ["match", ["get", "owner"], "national", national, "prefecture", prefecture, others]


def _names(id: str, layer: str, filter: list[Any], layout: Json, colour: str, **more: Any) -> Json:
    words = {"text-field": ["get", "name"], "text-font": _FONT, "text-padding": 6, **layout}
    paint = {"text-color": colour, "text-halo-color": "#ffffff", "text-halo-width": 1.6}
    return _layer(id, "symbol", layer, paint, filter=filter, layout=words, **more)


_ROUND: Final = {"line-join": "round", "line-cap": "round"}
_CITY: Final[list[Json]] = [
    {"id": "outside", "type": "background", "paint": {"background-color": "#e6ebe5"}},
    _layer("city", "fill", "areas", {"fill-color": "#f3f5f0"}, filter=_is("city")),
    _layer("towns", "line", "areas", {"line-color": "#d5dcd6"}, filter=_is("town")),
    _layer(
        "outline", "line", "areas", {"line-color": "#7f9487", "line-width": 2.5}, filter=_is("city")
    ),
    _layer(
        "road-edges",
        "line",
        "roads",
        {"line-color": _by_owner("#cf8b78", "#d9b260", "#c6cec8"), "line-width": _width(7, 3.4)},
        layout=_ROUND,
    ),
    _layer(
        "roads",
        "line",
        "roads",
        {"line-color": _by_owner("#f2b8a8", "#f7d99a", "#ffffff"), "line-width": _width(5.4, 2.2)},
        layout=_ROUND,
    ),
    _names(
        "town-names",
        "labels",
        _is("town"),
        {"text-size": ["interpolate", ["linear"], ["zoom"], 12, 10, 16, 14]},
        "#6a7a70",
    ),
    _names(
        "road-names",
        "roads",
        _MAIN,
        {"symbol-placement": "line", "text-size": 12, "symbol-spacing": 320},
        "#7b5a14",
        minzoom=12,
    ),
]
_STATE: Final = [
    "match", ["get", "state"],
    ["open", "in_progress", "made_safe"], WORK,
    "fixed", DONE,
    OTHER,
]  # fmt: skip
_TICKETS: Final[list[Json]] = [
    {
        "id": "clusters",
        "type": "circle",
        "source": "tickets",
        "source-layer": "clusters",
        "paint": {
            "circle-color": ["case", [">", ["get", "open"], 0], WORK, DONE],
            "circle-opacity": 0.85,
            "circle-radius": ["interpolate", ["linear"], ["get", "count"], 3, 9, 30, 15, 300, 22],
            "circle-stroke-color": EDGE,
            "circle-stroke-width": 2,
        },
    },
    {
        "id": "cluster-counts",
        "type": "symbol",
        "source": "tickets",
        "source-layer": "clusters",
        "layout": {
            "text-field": ["to-string", ["get", "count"]],
            "text-font": _FONT,
            "text-size": 12,
            "text-allow-overlap": True,
        },
        "paint": {"text-color": EDGE},
    },
    {
        "id": "tickets",
        "type": "circle",
        "source": "tickets",
        "source-layer": "tickets",
        "paint": {
            "circle-color": _STATE,
            "circle-radius": ["interpolate", ["linear"], ["zoom"], 10, 4, 16, 7],
            "circle-stroke-color": EDGE,
            "circle-stroke-width": 2,
        },
    },
]
