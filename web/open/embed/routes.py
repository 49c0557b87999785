"""/open/embed and /open/badge.svg: what the city's own site shows of the map."""

from functools import partial
from typing import NamedTuple
from unicodedata import east_asian_width

from fastapi import Request, Response
from sqlalchemy.orm import Session

from reports.city import profile
from reports.city.clock import today
from reports.published import reading
from reports.published.figures import figures
from settings import settings
from web.kit.pages import fragment, page
from web.kit.policy import HEADER, policy
from web.kit.router import Router
from web.open.answers import answered
from web.open.asked import AskedFor
from web.open.base_map import beginning
from web.open.limit import Limited
from web.open.shown import city_name, only_shown
from web.open.words import Words, words_in

router = Router(prefix="/open", include_in_schema=False, dependencies=[Limited])


class Part(NamedTuple):
    """A half of the badge: its words, where they begin and how wide they are drawn."""

    words: str
    x: int
    wide: int


@router.get("/embed")
async def embedded(request: Request, asked: AskedFor) -> Response:
    """The map alone, for a frame within the sites of EMBED_ORIGINS; filters as of /open."""
    words = words_in(asked.lang, request.headers.get("accept-language", ""))
    query = asked.query(lang=words.language, after="")
    sites = settings().embed_origins.replace(",", " ")
    return await answered(
        request,
        partial(_map, words, query, asked.is_narrow),
        of=reading.newest,
        also=words.language,
        always={
            HEADER: policy(settings().map_tiles_url, frames=sites),
            "Vary": "Accept-Language",
        },
    )


@router.get("/badge.svg")
async def badge(request: Request, lang: str = "ja") -> Response:
    """How many are not mended yet, and how many were last month; a picture for any site."""
    words = words_in(lang)
    make = partial(_badge, words)
    return await answered(request, make, of=reading.newest, also=words.language)


def _map(words: Words, query: str, is_narrow: bool, db: Session) -> Response:
    only_shown(db)
    return page(
        "open/embed/page.html",
        visitor=None,
        say=words,
        city=city_name(words, profile.profile(db)),
        map=beginning(db, words),
        query=query,
        is_narrow=is_narrow,
        whole=f"{settings().base}/open?{query}",
    )


def _badge(words: Words, db: Session) -> Response:
    only_shown(db)
    told, day = figures(db, today(), 1), today()
    month = words.month_of(told.last.first, day)
    city = city_name(words, profile.profile(db))
    said = (
        city,
        f"{words.badge_now} {told.now:,}",
        f"{words('badge_fixed', month=month)} {told.last.fixed:,}",
    )
    parts, x = [], 0
    for each in said:
        parts.append(Part(each, x, _wide(each)))
        x += parts[-1].wide
    title = words("badge", city=city, now=told.now, month=month, fixed=told.last.fixed)
    drawn = fragment("open/embed/badge.svg.html", parts=parts, wide=x, title=title, tag=words.tag)
    return Response(drawn, media_type="image/svg+xml")


def _wide(words: str) -> int:
    """In pixels with what is around them: letters of 12, half of it where they are narrow."""
    letters = sum(12 if east_asian_width(letter) in "WFA" else 7 for letter in words)
    return letters + 20
