"""/open: the map and the list for everybody, and what was done last month."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, Final, NamedTuple

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy.orm import Session

from reports.city import profile
from reports.city.categories import Category
from reports.city.clock import local, today
from reports.published import reading
from reports.published.figures import Figures, figures
from reports.published.months import first_of
from reports.published.shape import PublicTicket
from reports.published.states import State
from reports.published.towns import towns
from reports.published.wanted import after
from web.kit.labels import Label
from web.kit.pages import page
from web.kit.router import Router
from web.open.answers import answered
from web.open.asked import EVERY, NOW, Asked, AskedFor, Found, cursor, cursor_in, look
from web.open.base_map import beginning
from web.open.limit import Limited
from web.open.map.chart import HIGH, WIDE, chart
from web.open.said import LANGUAGES
from web.open.shown import city_name, label, only_shown, photo
from web.open.words import Words, words_in

router = Router(prefix="/open", include_in_schema=False, dependencies=[Limited])

AT_ONCE: Final = 20
MOST_POINTS: Final = 3_000
SHOWN_MONTHS: Final = 6
_BY_LANGUAGE: Final = {"Vary": "Accept-Language"}


class Line(NamedTuple):
    """A ticket as the list shows it; photos are addresses, "" where there is none."""

    number: str
    kind: str
    label: Label
    where: str
    received: str
    mended: str
    before: str
    after: str


@router.get("")
async def map_and_list(request: Request, asked: AskedFor) -> Response:
    """In the language of the address, or else in the one that the browser asks for."""
    words = words_in(asked.lang, request.headers.get("accept-language", ""))
    return await answered(
        request,
        partial(_page, words, asked),
        of=reading.newest,
        also=words.language,
        always=_BY_LANGUAGE,
    )


@router.get("/points.json")
async def points(request: Request, asked: AskedFor) -> Response:
    """The newest of what is asked for, each as lon, lat, state, kind, number, where it is, and the
    key of its small photo; `kinds` and `states` in words."""
    words = words_in(asked.lang, request.headers.get("accept-language", ""))
    return await answered(
        request,
        partial(_points, words, asked),
        of=reading.newest,
        also=words.language,
        always=_BY_LANGUAGE,
    )


def _points(words: Words, asked: Asked, db: Session) -> Response:
    only_shown(db)
    found = look(db, asked)
    tickets = reading.find(db, found.wanted, asked.order, limit=MOST_POINTS)
    kinds = {ticket.category for ticket in tickets}
    known = profile.categories(db)
    told = {
        "points": [
            [
                ticket.lon,
                ticket.lat,
                ticket.state,
                ticket.category,
                ticket.number,
                _where(words, ticket),
                ticket.after_small or ticket.before_small,
            ]
            for ticket in tickets
        ],
        "kinds": {key: _kind(words, known, key) for key in sorted(kinds)},
        "states": {str(state): words(state) for state in State},
    }
    return JSONResponse(told)


def _page(words: Words, asked: Asked, db: Session) -> Response:
    only_shown(db)
    facts, known, day = profile.profile(db), profile.categories(db), today()
    found = look(db, asked)
    begins = cursor_in(asked.after) if asked.after else None
    tickets = reading.find(db, found.wanted, asked.order, begins, AT_ONCE + 1)
    count = reading.count(db, found.wanted)
    more = len(tickets) > AT_ONCE
    tickets = tickets[:AT_ONCE]
    return page(
        "open/map/page.html",
        visitor=None,
        say=words,
        city=city_name(words, facts),
        languages=[(each, words_in(each)) for each in LANGUAGES],
        asked=asked,
        found=found,
        count=count,
        lines=[_line(words, known, ticket, day) for ticket in tickets],
        next=asked.query(after=cursor(after(tickets[-1]))) if more else "",
        most=MOST_POINTS,
        choices=_choices(db, words, found, known, day),
        towns=towns(db),
        map=beginning(db, words),
        state_keys=[str(state) for state in State],
        **_figures(words, figures(db, day), day),
    )


def _line(words: Words, known: Mapping[str, Category], ticket: PublicTicket, day: date) -> Line:
    received = local(ticket.received_at).date()
    mended = ""
    if ticket.state == State.FIXED and ticket.fixed_at:
        on = local(ticket.fixed_at).date()
        mended = words("mended", day=words.day(on, day)) + _took(words, (on - received).days)
    return Line(
        ticket.number,
        _kind(words, known, ticket.category),
        label(words, ticket.state),
        _where(words, ticket),
        words("received", day=words.day(received, day)),
        mended,
        photo(ticket.before_small or ticket.before_photo),
        photo(ticket.after_small or ticket.after_photo),
    )


def _took(words: Words, days: int) -> str:
    if days < 1:
        return f" {words.took_none}"
    return f" {words.many('took', days, days=days)}"


def _kind(words: Words, known: Mapping[str, Category], key: str) -> str:
    category = known.get(key)
    return category.name(words.language) if category else key


def _where(words: Words, ticket: PublicTicket) -> str:
    return " ".join(name for name in (ticket.town, ticket.road) if name) or words.somewhere


def _choices(
    db: Session, words: Words, found: Found, known: Mapping[str, Category], day: date
) -> dict[str, Any]:
    """What each select offers: values and words."""
    kept_back = reading.shown(db).kept_back
    months = [first_of(day, back) for back in range(12)]
    return {
        "category": [
            (key, each.name(words.language)) for key, each in known.items() if key not in kept_back
        ],
        "state": [
            (NOW, words.now),
            *((str(state), words(state)) for state in State),
            (EVERY, words.every),
        ],
        "months": [(f"{month:%Y-%m}", words.month_of(month)) for month in months],
    }


def _figures(words: Words, told: Figures, day: date) -> Mapping[str, Any]:
    last = told.last
    name = words.month_of(last.first, day)
    said = [words.many("said_received", last.received, count=last.received)]
    if last.fixed:
        said.append(words.many("said_fixed", last.fixed, count=last.fixed))
        days = last.half_within or 0
        said.append(words.many("said_days", max(days, 1), days=days))
    else:
        said.append(words.said_none_fixed)
    shown: Sequence[Any] = told.months[-SHOWN_MONTHS:]
    return {
        "month": name,
        "last": f"{last.first:%Y-%m}",
        "is_mended": bool(last.fixed),
        "said": said,
        "now": words.many("said_now", told.now, count=told.now),
        "chart": chart(shown),
        "wide": WIDE,
        "high": HIGH,
        "day": day,
    }
