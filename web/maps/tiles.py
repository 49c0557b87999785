"""Maps as vector tiles: the tickets that a visitor may see, and the city under them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response

from geo import city_tiles
from geo.tiles import NoSuchTile, Tile
from reports.city.clock import today
from reports.people.permissions import Role
from reports.people.sessions import Visitor
from reports.tickets import tiles
from reports.tickets.read_models import TicketFilter
from web.auth.sessions import Anybody, anybody
from web.kit.deps import Db
from web.kit.errors import NotFound
from web.kit.news import answered, short, unchanged
from web.maps.filters import Filters

router = APIRouter(include_in_schema=False)

_TYPE: Final = "application/vnd.mapbox-vector-tile"


def tile_at(z: int, x: int, y: int, visitor: Anybody) -> Tile:
    """The tile of the address. Raises NotSignedIn before anything else, then NotFound."""
    try:
        return Tile(z, x, y)
    except NoSuchTile as wrong:
        raise NotFound(f"そのような地図の区画はありません ({wrong})。") from wrong


TileAt = Annotated[Tile, Depends(tile_at)]


@router.get("/map/tickets/{z}/{x}/{y}.mvt")
def ticket_tile(
    request: Request,
    visitor: Anybody,
    db: Db,
    tile: TileAt,
    filters: Annotated[Filters, Query()],
) -> Response:
    """Layers and fields as of `reports.tickets.tiles`; a crew gets its own department's only."""
    wanted, day = _for(visitor, filters), today()
    if wanted is None:
        return _answer(request, "nothing", lambda: b"")
    tag, is_known = unchanged(request, db, f"{tiles.WAY}|{day}|{wanted}")
    return answered(tag, is_known, lambda: _tile(tiles.ticket_tile(db, tile, wanted, day)))


@router.get("/map/city/{z}/{x}/{y}.mvt", dependencies=[Depends(anybody)])
def city_tile(request: Request, db: Db, tile: TileAt) -> Response:
    """Layers and fields as of `geo.city_tiles`."""
    return _answer(request, city_tiles.version(db), lambda: city_tiles.city_tile(db, tile))


def _for(visitor: Visitor, filters: Filters) -> TicketFilter | None:
    """What the visitor asks for, as far as it is theirs to see."""
    if visitor.role is Role.STAFF:
        return filters.wanted
    if not visitor.department:
        return None
    return replace(filters.wanted, department=visitor.department)


def _answer(request: Request, version: str, draw: Callable[[], bytes]) -> Response:
    """304 without drawing while nothing has changed."""
    tag = f'W/"{short(version)}"'
    is_known = request.headers.get("if-none-match") == tag
    return answered(tag, is_known, lambda: _tile(draw()))


def _tile(body: bytes) -> Response:
    """204 where there is nothing to draw."""
    return Response(body, 200 if body else 204, media_type=_TYPE)
