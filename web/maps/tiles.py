"""Maps as vector tiles: the tickets that a visitor may see, and the city under them."""

from dataclasses import replace
from functools import partial
from typing import Annotated

from fastapi import Depends, Query, Request, Response

from geo import city_tiles
from geo.tiles import NoSuchTile, Tile
from reports.actions import authorities
from reports.city.clock import today
from reports.people.permissions import Role
from reports.people.sessions import Visitor
from reports.tickets import tiles
from reports.tickets.wanted import TicketFilter
from store.database import transaction
from web.auth import who
from web.auth.sessions import Anybody, anybody
from web.kit.deps import Db
from web.kit.errors import NotFound
from web.kit.news import answered, short, unchanged
from web.kit.router import Router
from web.maps.filters import Filters
from web.maps.shelf import city_drawn, tickets_drawn

router = Router(include_in_schema=False)


async def tile_at(z: int, x: int, y: int, visitor: Anybody) -> Tile:
    """The tile of the address. Raises NotSignedIn before anything else, then NotFound."""
    try:
        return Tile(z, x, y)
    except NoSuchTile as wrong:
        raise NotFound(f"そのような地図の区画はありません ({wrong})。") from wrong


TileAt = Annotated[Tile, Depends(tile_at)]


@router.get("/map/tickets/{z}/{x}/{y}.mvt")
def ticket_tile(
    request: Request, visitor: who.Sees, tile: TileAt, filters: Annotated[Filters, Query()]
) -> Response:
    """Layers and fields as of `reports.tickets.tiles`; a crew gets its own department's only."""
    if visitor.side is not Role.STAFF and not visitor.departments:
        return answered('W/"nothing"', False, partial(Response, status_code=204))
    with transaction() as db:
        wanted, day = _for(visitor, filters.found(db, visitor)), today()
        silent = authorities.silent_ids(db)
        asked = f"{tiles.WAY}|{day}|{wanted}|{silent}"
        tag = unchanged(request, db, asked)

        def drawn() -> Response:
            draw = partial(tiles.ticket_tile, db, tile, wanted, day, silent)
            return tickets_drawn(db, f"{tile}|{asked}", tag.moment, draw).answer(request)

        return answered(tag.text, tag.is_known, drawn)


@router.get("/map/city/{z}/{x}/{y}.mvt", dependencies=[Depends(anybody)])
def city_tile(request: Request, db: Db, tile: TileAt) -> Response:
    """Layers and fields as of `geo.city_tiles`; 304 without drawing while nothing has changed."""
    # what is drawn is of the version that is named
    db.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    version = city_tiles.version(db)
    tag = f'W/"{short(version)}"'

    def drawn() -> Response:
        draw = partial(city_tiles.city_tile, db, tile)
        return city_drawn(f"{tile}|{version}", draw).answer(request)

    return answered(tag, request.headers.get("if-none-match") == tag, drawn)


def _for(visitor: Visitor, wanted: TicketFilter) -> TicketFilter:
    """What the visitor asks for, as far as it is theirs to see."""
    if visitor.side is Role.STAFF:
        return wanted
    if len(visitor.departments) == 1:
        return replace(wanted, department=visitor.department)
    return replace(wanted, department=None, departments=visitor.departments)
