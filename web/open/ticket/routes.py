"""/open/tickets/NUMBER: one public ticket, its small map, and the photos that were released."""

import re
from datetime import datetime
from functools import partial
from typing import Any, Final

from anyio.to_thread import run_sync
from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from geo.kinds import OWNERS
from geo.points import Point
from reports.city import profile
from reports.city.clock import local
from reports.documents.maps.surroundings import around
from reports.documents.maps.svg import Frame, svg
from reports.photos.photo_store import photo_store
from reports.published import reading
from reports.published.shape import PublicTicket
from reports.published.states import State
from reports.tickets.numbers import number_in
from store.database import transaction
from store.photo_files import NoSuchFile
from web.kit.errors import NotFound
from web.kit.pages import page
from web.kit.router import Router
from web.open.answers import answered
from web.open.limit import Limited
from web.open.said import LANGUAGES
from web.open.shown import city_name, label, only_shown
from web.open.turns import turns
from web.open.words import Words, words_in

router = Router(prefix="/open", include_in_schema=False, dependencies=[Limited])

HALF_M: Final = 130.0
WIDE_MM, HIGH_MM = 96.0, 64.0
_PHOTO_SECONDS: Final = 60
_KEY: Final = re.compile(r"[0-9a-f]{64}")
_BY_LANGUAGE: Final = {"Vary": "Accept-Language"}
_NO_PHOTO: Final = "この写真は公開していません。 / This photo is not public."


@router.get("/tickets/{number}")
async def ticket_page(request: Request, number: str, lang: str = "") -> Response:
    """In the language of the address, or else in the one that the browser asks for; another address
    where the ticket was put together with one that is public."""
    words = words_in(lang, request.headers.get("accept-language", ""))
    return await answered(
        request,
        partial(_page, words, number),
        of=reading.newest,
        also=words.language,
        always=_BY_LANGUAGE,
    )


@router.get("/tickets/{number}/map.svg")
async def small_map(request: Request, number: str) -> Response:
    """The roads around it, drawn by the city's own map. Raises NotFound."""
    return await answered(request, partial(_map, number), of=reading.newest)


@router.get("/photos/{key}.jpg")
async def photo(key: str) -> Response:
    """A released copy that a public ticket shows now. Raises NotFound, FilesAway."""
    data = await run_sync(_bytes, key, limiter=turns())
    headers = {"Cache-Control": f"public, max-age={_PHOTO_SECONDS}", "ETag": f'"{key}"'}
    return Response(data, media_type="image/jpeg", headers=headers)


def _bytes(key: str) -> bytes:
    if not _KEY.fullmatch(key):
        raise NotFound(_NO_PHOTO)
    with transaction() as db:
        city = reading.shown(db)
        size = reading.is_public_photo(db, key) if city.shown and city.photos else None
    if size is None:
        raise NotFound(_NO_PHOTO)
    try:
        return photo_store().get(f"{size}/{key[:2]}/{key[2:4]}/{key}.jpg")
    except NoSuchFile as gone:
        raise NotFound(_NO_PHOTO) from gone


def _found(db: Session, number: str) -> tuple[str, PublicTicket | None]:
    """Its number as it is written, and the ticket where it is public. Raises NotFound."""
    only_shown(db)
    known = number_in(number) or ""
    return known, reading.one(db, known) if known else None


def _map(number: str, db: Session) -> Response:
    _, ticket = _found(db, number)
    if ticket is None:
        raise NotFound(_NO_PHOTO)
    frame = Frame(WIDE_MM, HIGH_MM, 2 * HALF_M / WIDE_MM)
    pieces = around(db, Point(ticket.lon, ticket.lat), HALF_M)
    drawn = svg(pieces, frame, road_id=None, fonts=["sans-serif"])
    return Response(drawn, media_type="image/svg+xml")


def _page(words: Words, number: str, db: Session) -> Response:
    known, ticket = _found(db, number)
    if ticket is None:
        goes_on = reading.goes_on_as(db, known) if known else None
        if goes_on:
            return RedirectResponse(f"/open/tickets/{goes_on}?lang={words.language}", 303)
        return _not_public(db, words, known or number[:20])
    kinds = {key: kind.name(words.language) for key, kind in profile.categories(db).items()}
    return page(
        "open/ticket/page.html",
        **_frame(db, words, f"/open/tickets/{ticket.number}"),
        title=words("ticket_title", number=ticket.number),
        ticket=ticket,
        kind=kinds.get(ticket.category, ticket.category),
        label=label(words, ticket.state),
        where=words("near", place=ticket.town) if ticket.town else words("nowhere"),
        owner=words(f"owner_{ticket.owner}") if ticket.owner in OWNERS else "",
        is_fixed=ticket.state == State.FIXED,
        days=_days(words, ticket),
        lines=[_line(words, told, kinds) for told in reading.lines(db, ticket.number)],
    )


def _not_public(db: Session, words: Words, number: str) -> Response:
    return page(
        "open/ticket/page.html",
        status=404,
        **_frame(db, words, f"/open/tickets/{number_in(number) or '-'}"),
        title=words("not_title", number=number),
        ticket=None,
    )


def _frame(db: Session, words: Words, here: str) -> dict[str, Any]:
    return {
        "visitor": None,
        "city": city_name(words, profile.profile(db)),
        "say": words,
        "here": here,
        "languages": [words_in(each) for each in LANGUAGES],
        "names": {"ja": "日本語", "easy_ja": "やさしい日本語", "en": "English"},
    }


def _days(words: Words, ticket: PublicTicket) -> list[tuple[str, str, str]]:
    """What happened on it, the day as a date and in words."""
    moments = {
        "received_on": ticket.received_at,
        "safe_on": ticket.safe_at,
        "fixed_on": ticket.fixed_at,
    }
    days = [(name, local(moment)) for name, moment in moments.items() if moment]
    return [(name, day.date().isoformat(), words.day(day)) for name, day in days]


def _line(words: Words, told: dict[str, Any], kinds: dict[str, str]) -> tuple[str, str]:
    """The day, and what happened."""
    return words.day(local(datetime.fromisoformat(told["at"]))), words.line(told, kinds)
