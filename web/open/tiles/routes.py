"""Public tickets and the city under them as vector tiles, for maps of others too."""

from collections.abc import Callable
from typing import Annotated, Any, Final

from fastapi import Depends, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from geo import city_tiles
from geo import features as shapes
from geo.tiles import NoSuchTile, Tile
from reports.city import profile
from reports.published import reading, tiles
from reports.published.states import State
from reports.published.wanted import PublicFilter
from settings import settings
from web.kit.errors import NotFound
from web.kit.router import Router
from web.maps.base_map import first_look
from web.open.answers import KEPT_SECONDS, answered
from web.open.limit import Limited
from web.open.tiles.style import style, tilejson

router = Router(include_in_schema=False, dependencies=[Limited])

_TYPE: Final = "application/vnd.mapbox-vector-tile"
_HOUR: Final = 3_600
_FOR_ALL: Final = {"Access-Control-Allow-Origin": "*"}


async def tile_at(z: int, x: int, y: int) -> Tile:
    """The tile of the address. Raises NotFound."""
    try:
        return Tile(z, x, y)
    except NoSuchTile as wrong:
        raise NotFound(f"そのような地図の区画はありません ({wrong})。") from wrong


TileAt = Annotated[Tile, Depends(tile_at)]


class Wanted(BaseModel):
    """Which tickets: repeatable states and categories, by their keys; none means any."""

    model_config = ConfigDict(extra="ignore")

    state: Annotated[list[State], Field(max_length=10)] = []
    category: Annotated[
        list[Annotated[str, Field(pattern=r"^[\w\-]{1,60}$")]], Field(max_length=60)
    ] = []

    @property
    def filter(self) -> PublicFilter:
        """As the public tables are asked."""
        return PublicFilter(
            states=sorted(self.state) or None, categories=sorted(self.category) or None
        )


@router.get("/open/tiles/{z}/{x}/{y}.mvt")
async def ticket_tile(
    request: Request, tile: TileAt, wanted: Annotated[Wanted, Query()]
) -> Response:
    """Layers and fields as of `reports.published.tiles`. Raises NotFound."""

    def draw(db: Session) -> Response:
        return _drawn(tiles.public_tile(db, tile, wanted.filter))

    return await _for_all(request, draw, reading.newest, KEPT_SECONDS, also=tiles.WAY)


@router.get("/open/city/{z}/{x}/{y}.mvt")
async def city_tile(request: Request, tile: TileAt) -> Response:
    """Layers and fields as of `geo.city_tiles`. Raises NotFound."""

    def draw(db: Session) -> Response:
        return _drawn(city_tiles.city_tile(db, tile))

    return await _for_all(request, draw, city_tiles.version, _HOUR)


@router.get("/open/tiles/tilejson.json")
async def described(request: Request) -> Response:
    """TileJSON 3.0 of the tickets. Raises NotFound."""

    def make(db: Session) -> Response:
        told = tilejson(settings().base, _city(db), _centre(db), shapes.extent(db))
        return JSONResponse(told)

    return await _for_all(request, make, city_tiles.version, _HOUR)


@router.get("/open/tiles/style.json")
async def styled(request: Request) -> Response:
    """A MapLibre style of both. Raises NotFound."""

    def make(db: Session) -> Response:
        look = first_look(db)
        own = (look["tiles"], look["attribution"]) if look["tiles"] else None
        return JSONResponse(style(settings().base, _city(db), _centre(db), own))

    return await _for_all(request, make, _nothing, _HOUR)


async def _for_all(
    request: Request,
    make: Callable[[Session], Response],
    of: Callable[[Session], object],
    seconds: int,
    also: str = "",
) -> Response:
    def shown(db: Session) -> Response:
        if not reading.shown(db).shown:
            raise NotFound("この市では、地図を公開していません。")
        return make(db)

    return await answered(request, shown, of=of, also=also, always=_FOR_ALL, seconds=seconds)


def _nothing(db: Session) -> object:
    """It hangs on the city's data alone."""
    return ""


def _drawn(tile: bytes) -> Response:
    """Empty where there is nothing: some maps take 204 for a fault."""
    return Response(tile, media_type=_TYPE)


def _city(db: Session) -> str:
    return str(profile.profile(db).get("name", "市"))


def _centre(db: Session) -> tuple[float, float, float]:
    look: dict[str, Any] = first_look(db)
    return look["lon"], look["lat"], look["zoom"]
