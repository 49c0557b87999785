"""The city's desk: every open ticket on one map with its list."""

import json
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from reports.actions.authorities import count_to_tell
from reports.city import profile
from reports.city.clock import today
from reports.tickets import lists, news, queries
from reports.tickets.lines import Line
from reports.tickets.status import OPEN, Status
from web.auth.sessions import Staff
from web.desk import quota
from web.kit import labels
from web.kit.deps import Db
from web.kit.errors import BadInput
from web.kit.news import answered, moment_of, unchanged
from web.kit.pages import page
from web.kit.tickets import feature, shown
from web.maps.base_map import first_look
from web.maps.filters import NOBODY, Filters

router = APIRouter(include_in_schema=False)

AT_ONCE: Final = 100
MOST_COUNTED: Final = 5_000
"""More are one more than that."""
MOST_CHANGES: Final = 200
After = Annotated[str, Query(max_length=80)]


@router.get("/staff/")
def staff_map(visitor: Staff, db: Db) -> Response:
    """The map and the list; the tickets themselves come by `tickets_geojson`."""
    return page(
        "desk/map/page.html",
        visitor=visitor,
        quota=quota.notice(db),
        look=first_look(db),
        departments=queries.departments(db),
        categories=profile.categories(db).values(),
        statuses=list(Status),
        still_open=sorted(OPEN),
        nobody=NOBODY,
        outside_waiting=count_to_tell(db),
        tones={str(status): label.tone for status, label in labels.STATUSES.items()},
    )


@router.get("/staff/tickets.geojson")
def tickets_geojson(
    request: Request,
    visitor: Staff,
    db: Db,
    filters: Annotated[Filters, Query()],
    after: After = "",
) -> Response:
    """The next tickets of the list in the order of work, as GeoJSON; each with its `rank`.

    Beside them: `more` follow or not, how many there are in all (`count`, as of MOST_COUNTED), and
    the `moment` and `day` from which `changes` goes on. 304 while nothing has changed.
    """
    tag, is_known = unchanged(request, db, f"{today()}|{after}|{filters.model_dump_json()}")

    def list_of() -> Response:
        wanted = filters.wanted
        order = lists.desk_order(wanted)
        lines = lists.page(db, wanted, order, after=_rank(order, after), limit=AT_ONCE + 1)
        features = [feature(properties) for properties in _shown(db, order, lines[:AT_ONCE])]
        return _json(
            {
                "type": "FeatureCollection",
                "features": features,
                "more": len(lines) > AT_ONCE,
                "count": lists.count(db, wanted, MOST_COUNTED),
                "moment": moment_of(tag),
                "day": today().isoformat(),
            },
            "application/geo+json",
        )

    return answered(tag, is_known, list_of)


@router.get("/staff/tickets/changes")
def changes(
    visitor: Staff,
    db: Db,
    filters: Annotated[Filters, Query()],
    since: Annotated[str, Query(max_length=4000)],
    day: Annotated[str, Query(max_length=10)] = "",
) -> Response:
    """What a list of these filters must be told since then: `tickets` that came or changed, the
    numbers that are `gone` from it, and its new `count` and `moment`; 204 where that is nothing.

    `anew`: it is to be read anew, for too much has changed, or another day has begun.
    """
    moment = news.moment_in(since)
    now, is_any = news.look(db, moment)
    if moment is None or day != today().isoformat():
        return _json({"anew": True})
    if not is_any:
        return Response(status_code=204)
    wanted = filters.wanted
    found = lists.changes(db, wanted, moment, most=MOST_CHANGES)
    if found is None:
        return _json({"anew": True})
    return _json(
        {
            "tickets": [feature(one) for one in _shown(db, lists.desk_order(wanted), found.lines)],
            "gone": found.gone,
            "count": lists.count(db, wanted, MOST_COUNTED),
            "moment": now,
        }
    )


def _shown(db: Session, order: lists.Order, lines: Sequence[Line]) -> Iterator[dict[str, Any]]:
    categories, day = profile.categories(db), today()
    closed = profile.closing_days(profile.profile(db))
    for line in lines:
        yield shown(line, categories, day, closed) | {"rank": order.rank(line)}


def _rank(order: lists.Order, after: str) -> lists.Rank:
    try:
        return lists.rank_in(order, after) if after else ()
    except lists.NoSuchPlace as wrong:
        raise BadInput("一覧のその場所からは続けられません。一覧を開き直してください。") from wrong


def _json(body: dict[str, Any], media_type: str = "application/json") -> Response:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(text, media_type=media_type)
