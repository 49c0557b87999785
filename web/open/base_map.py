"""The city under public maps: its areas and roads as vector tiles, for everybody."""

from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.orm import Session

from geo import city_tiles
from geo.tiles import NoSuchTile, Tile
from web.kit.errors import NotFound
from web.maps.base_map import first_look
from web.open.answers import answered
from web.open.limit import Limited
from web.open.shown import only_shown
from web.open.words import Words

router = APIRouter(prefix="/open", include_in_schema=False, dependencies=[Limited])
TILES: Final = "/open/city/{z}/{x}/{y}.mvt"
_TYPE: Final = "application/vnd.mapbox-vector-tile"
_HOUR: Final = 3600


async def _tile(z: int, x: int, y: int) -> Tile:
    """Raises NotFound."""
    try:
        return Tile(z, x, y)
    except NoSuchTile as wrong:
        raise NotFound(f"そのような地図の区画はありません ({wrong})。") from wrong


@router.get("/city/{z}/{x}/{y}.mvt")
async def city_tile(request: Request, tile: Annotated[Tile, Depends(_tile)]) -> Response:
    """Layers and fields as of `geo.city_tiles`."""
    return await answered(request, partial(_drawn, tile), of=city_tiles.version, seconds=_HOUR)


def _drawn(tile: Tile, db: Session) -> Response:
    only_shown(db)
    return Response(city_tiles.city_tile(db, tile), media_type=_TYPE)


def beginning(db: Session, words: Words) -> dict[str, Any]:
    """As of `first_look`, with where the tiles are and what the map's script says."""
    return first_look(db) | {"city": TILES, "words": {name: words(name) for name in _SAID}}


_SAID: Final = (
    "map", "zoom_in", "zoom_out", "close", "no_map", "open_one", "two_fingers", "with_ctrl",
    "with_cmd", "no_points",
)  # fmt: skip
