"""Programs read: tickets as JSON and GeoJSON, page by page, with or without what is personal."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Query
from sqlalchemy.orm import Session

from reports.city import profile
from reports.city.clock import now, today
from reports.documents.exports.rows import BESIDES
from reports.people.keys import Key
from reports.people.permissions import Do
from reports.photos.links import photo_link, until
from reports.tickets import queries
from reports.tickets.read_models import PhotoSummary, TicketSummary
from store import sql
from web.auth.programs import opens
from web.kit.deps import Db
from web.kit.errors import BadInput
from web.kit.router import Router
from web.open.api.shapes import (
    UNASSIGNED,
    Asked,
    FeaturesOut,
    PersonalOut,
    PersonalTicketsOut,
    PhotoOut,
    TicketOut,
    TicketsOut,
    problems,
    ticket_out,
)
from web.open.api.shapes import features as as_features

router = Router(prefix="/api", tags=["tickets"])
ReadsOpenData = Annotated[Key, Depends(opens(Do.OPEN_DATA))]
Sees = Annotated[Key, Depends(opens(Do.SEE))]


@router.get("/tickets", responses=problems(), summary="受付票の一覧 / Tickets")
def tickets(key: ReadsOpenData, db: Db, asked: Annotated[Asked, Query()]) -> TicketsOut:
    """Scope `open` or `personal`. Tickets in the order of their last change, oldest change first;
    open ones unless asked.

    Follow `next` until it is null. No words, names, photos or user ids of residents.
    """
    lines, next = _page(db, key, asked)
    return TicketsOut(tickets=_told(db, lines), next=next)


@router.get("/tickets.geojson", responses=problems(), summary="受付票の地図 / Tickets as GeoJSON")
def tickets_geojson(key: ReadsOpenData, db: Db, asked: Annotated[Asked, Query()]) -> FeaturesOut:
    """The same pages with the same filters as points (RFC 7946)."""
    lines, next = _page(db, key, asked)
    return as_features(_told(db, lines), next)


@router.get(
    "/personal/tickets",
    responses=problems(),
    summary="言葉と写真のある受付票の一覧 / Tickets with words and photos",
)
def personal_tickets(key: Sees, db: Db, asked: Annotated[Asked, Query()]) -> PersonalTicketsOut:
    """Scope `personal`. The same pages, each ticket with what residents wrote and their photos.

    Names and user ids of residents are not in it either.
    """
    lines, next = _page(db, key, asked)
    ids = [line.id for line in lines]
    words: dict[int, str] = dict(sql.run(db, BESIDES["words"], ids=ids))
    places: dict[int, str] = dict(sql.run(db, BESIDES["hints"], ids=ids))
    photos, last = queries.photos_of(db, ids), until(profile.profile(db), now())
    page = [
        PersonalOut(
            **told.model_dump(),
            words=words.get(line.id, ""),
            place_words=places.get(line.id, ""),
            photos=_links(photos.get(line.id, ()), last),
        )
        for line, told in zip(lines, _told(db, lines), strict=True)
    ]
    return PersonalTicketsOut(tickets=page, next=next)


def _page(db: Session, key: Key, asked: Asked) -> tuple[list[TicketSummary], str | None]:
    _refuse_unknown(db, asked)
    wanted = replace(asked.wanted, departments=key.departments or None)
    lines = queries.tickets(db, wanted, order="changed", after=asked.cursor, limit=asked.limit + 1)
    more, lines = len(lines) > asked.limit, lines[: asked.limit]
    return lines, str(lines[-1].change) if more else None


def _told(db: Session, lines: Sequence[TicketSummary]) -> list[TicketOut]:
    categories, day = profile.categories(db), today()
    return [ticket_out(line, categories, day) for line in lines]


def _links(photos: Sequence[PhotoSummary], last: int) -> list[PhotoOut]:
    """Until the end of the day `last`."""
    return [
        PhotoOut(
            small=photo_link(photo.id, "small", last),
            large=photo_link(photo.id, "large", last),
            taken_at=photo.taken_at,
        )
        for photo in photos
        if photo.of == "report" and photo.state == "stored" and not photo.withdrawn
    ]


def _refuse_unknown(db: Session, asked: Asked) -> None:
    if asked.category is not None and asked.category not in profile.categories(db):
        raise BadInput(f"category: there is no {asked.category!r}")
    keys = {department.key for department in queries.departments(db)} | {UNASSIGNED}
    if asked.department is not None and asked.department not in keys:
        raise BadInput(f"department: there is no {asked.department!r}")
