"""/open/feed.atom: the last changes of all, of a town, a kind or a state, or around a place."""

import re
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import Query, Request, Response
from sqlalchemy.orm import Session

from geo.points import Point
from reports.city import profile
from reports.published import reading
from reports.published.around import Around, latest
from reports.published.wanted import PublicFilter
from settings import settings
from web.kit.errors import BadInput, NotFound
from web.kit.public_states import PUBLIC_STATES
from web.kit.router import Router
from web.open.answers import answered
from web.open.feed.atom import Feed, written
from web.open.limit import Limited

router = Router(include_in_schema=False, dependencies=[Limited])

MOST: Final = 100
"""Entries of a feed."""
USUAL_RADIUS_M: Final = 500
MOST_RADIUS_M: Final = 20_000
LONGEST: Final = 100
_NUMBER: Final = r"-?\d{1,3}(?:\.\d{1,12})?"
_NEAR: Final = re.compile(rf"\s*({_NUMBER})\s*,\s*({_NUMBER})\s*", re.ASCII)
_METRES: Final = re.compile(r"\d{1,6}", re.ASCII)
_BEGAN: Final = datetime(2026, 1, 1, tzinfo=UTC)


@router.get("/open/feed.atom")
async def feed(
    request: Request,
    town: Annotated[list[str], Query()] = [],  # noqa: B006
    kind: Annotated[list[str], Query()] = [],  # noqa: B006
    state: Annotated[list[str], Query()] = [],  # noqa: B006
    near: str = "",
    radius: str = "",
) -> Response:
    """`town`: names as public pages have them, `kind`: keys of categories, `state`: keys of public
    states, each several times if wanted; `near`: "lat,lon" in degrees, `radius`: in metres. Raises
    BadInput, NotFound where the city shows nothing, TooMany."""
    around = _around(near, radius)
    wanted = PublicFilter(
        towns=_some("town", town), categories=_some("kind", kind), states=_states(state)
    )
    told = [("town", each) for each in town] + [("kind", each) for each in kind]
    told += [("state", each) for each in state]
    if around:
        lon, lat = around.place.lon, around.place.lat
        told += [("near", f"{lat:g},{lon:g}"), ("radius", f"{around.radius_m:g}")]
    query = f"?{urlencode(told)}" if told else ""

    def make(db: Session) -> Response:
        if not reading.shown(db).shown:
            raise NotFound("このページはありません。")
        found = latest(db, wanted, around, MOST)
        changed = max((ticket.changed_at for ticket in found), default=_BEGAN)
        names = {key: one.names["ja"] for key, one in profile.categories(db).items()}
        about = _about(wanted, around, names)
        city = profile.profile(db).get("name", "市")
        made = Feed(settings().base, query, city, about, _BEGAN, names, PUBLIC_STATES)
        return Response(
            written(made, found),
            media_type="application/atom+xml; charset=utf-8",
            headers={"Last-Modified": format_datetime(changed.astimezone(UTC), usegmt=True)},
        )

    return await answered(request, make, of=reading.newest)


def _about(wanted: PublicFilter, around: Around | None, names: dict[str, str]) -> str:
    """What is in it, in words; "" for all."""
    parts = [
        *(wanted.towns or ()),
        *(names.get(key, key) for key in wanted.categories or ()),
        *(PUBLIC_STATES[key] for key in wanted.states or ()),
    ]
    if around:
        lon, lat = around.place.lon, around.place.lat
        parts.append(f"{lat:g},{lon:g} から{around.radius_m:g}m以内")
    return "・".join(parts)


def _some(name: str, typed: list[str]) -> list[str] | None:
    if any(not one or len(one) > LONGEST or not one.isprintable() for one in typed):
        raise BadInput(f"{name} の値を読み取れません。", reason=name)
    return typed or None


def _states(typed: list[str]) -> list[str] | None:
    if any(one not in PUBLIC_STATES for one in typed):
        raise BadInput(f"state は {'、'.join(PUBLIC_STATES)} のどれかです。", reason="state")
    return typed or None


def _around(near: str, radius: str) -> Around | None:
    if not near and not radius:
        return None
    found = _NEAR.fullmatch(near)
    lat, lon = (float(found[1]), float(found[2])) if found else (91.0, 0.0)
    if abs(lat) > 85 or abs(lon) > 180:
        raise BadInput("near は「緯度,経度」です。例: near=35.7011,139.5067", reason="near")
    metres = int(radius or USUAL_RADIUS_M) if not radius or _METRES.fullmatch(radius) else 0
    if not 1 <= metres <= MOST_RADIUS_M:
        raise BadInput(f"radius は1から{MOST_RADIUS_M:,}(メートル)です。", reason="radius")
    return Around(Point(lon, lat), float(metres))
