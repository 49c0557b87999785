"""Programs: the tickets as JSON and GeoJSON for whoever has a token, page by page."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.orm import Session

from reports.city import profile
from reports.city.clock import today
from reports.people.accounts import is_token
from reports.tickets import queries
from web.kit.deps import Db
from web.kit.errors import BadInput, NotSignedIn
from web.open.api.shapes import (
    UNASSIGNED,
    Asked,
    FeaturesOut,
    Problem,
    TicketOut,
    TicketsOut,
    ticket_out,
)
from web.open.api.shapes import features as as_features

_bearer: Final = HTTPBearer(auto_error=False, description="A token made with `michi api-token`")
_ERRORS: Final[dict[int | str, dict[str, Any]]] = {
    401: {"model": Problem, "description": "No token, or one we do not know"},
    422: {"model": Problem, "description": "A filter's value cannot be; `detail` says which"},
}


def program(
    db: Db, token: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> None:
    """Let a known token pass. Raises NotSignedIn."""
    if not (token and is_token(db, token.credentials)):
        raise NotSignedIn("A bearer token is needed: Authorization: Bearer michi_…")


router = APIRouter(prefix="/api", tags=["tickets"], dependencies=[Depends(program)])


@router.get("/tickets", responses=_ERRORS, summary="受付票の一覧 / Tickets")
def tickets(db: Db, asked: Annotated[Asked, Query()]) -> TicketsOut:
    """Tickets in the order of their last change, oldest change first; open ones unless asked.

    Follow `next` until it is null. No words, names, photos or user ids of residents.
    """
    page, next = _page(db, asked)
    return TicketsOut(tickets=page, next=next)


@router.get("/tickets.geojson", responses=_ERRORS, summary="受付票の地図 / Tickets as GeoJSON")
def tickets_geojson(db: Db, asked: Annotated[Asked, Query()]) -> FeaturesOut:
    """The same pages with the same filters as points (RFC 7946)."""
    return as_features(*_page(db, asked))


def _page(db: Session, asked: Asked) -> tuple[list[TicketOut], str | None]:
    _refuse_unknown(db, asked)
    lines = queries.tickets(
        db, asked.wanted, order="changed", after=asked.cursor, limit=asked.limit + 1
    )
    more, lines = len(lines) > asked.limit, lines[: asked.limit]
    categories, day = profile.categories(db), today()
    page = [ticket_out(line, categories, day) for line in lines]
    return page, str(lines[-1].change) if more else None


def _refuse_unknown(db: Session, asked: Asked) -> None:
    if asked.category is not None and asked.category not in profile.categories(db):
        raise BadInput(f"category: there is no {asked.category!r}")
    keys = {department.key for department in queries.departments(db)} | {UNASSIGNED}
    if asked.department is not None and asked.department not in keys:
        raise BadInput(f"department: there is no {asked.department!r}")
