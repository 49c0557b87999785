"""The city's desk: every open ticket on one map with its list."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final, Self

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from reports.actions.authorities import count_to_tell
from reports.city import profile
from reports.city.categories import Category
from reports.city.clock import today
from reports.people.sessions import Visitor
from reports.routing import versions
from reports.tickets import lists, news, queries
from reports.tickets.callers import count_of_call_backs
from reports.tickets.lines import Line
from reports.tickets.news import Moment
from reports.tickets.notes import waiting_for
from reports.tickets.status import OPEN, Status
from reports.tickets.wanted import TicketFilter
from store.database import transaction
from web.auth.sessions import Staff
from web.desk import quota
from web.kit import labels
from web.kit.deps import Db
from web.kit.errors import BadInput
from web.kit.news import answered, short, unchanged
from web.kit.pages import page
from web.kit.tickets import feature, shown
from web.maps.base_map import first_look
from web.maps.filters import NOBODY, Filters

router = APIRouter(include_in_schema=False)

AT_ONCE: Final = 100
MOST_COUNTED: Final = 5_000
"""A `count` above it says only that there are more; page.js knows the number."""
MOST_CHANGES: Final = 200
"""More than so many are not told one by one: the list is read anew."""
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
        districts=versions.known(db).districts,
        statuses=list(Status),
        still_open=sorted(OPEN),
        nobody=NOBODY,
        outside_waiting=count_to_tell(db),
        calls_waiting=count_of_call_backs(db),
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
    the `moment`, `day` and `words` from which `changes` goes on; `newest`, the greatest id of any
    ticket so far, which a rank ends with; `memos`, `unread`: how many want attention.
    304 while nothing has changed.
    """
    manner = _Manner.now(db, visitor)
    asked = f"{visitor.user_id}|{manner.day}|{manner.words}|{after}|{filters.model_dump_json()}"
    tag = unchanged(request, db, asked)

    def list_of() -> Response:
        wanted = filters.found(db, visitor)
        order = lists.desk_order(wanted)
        lines = lists.page(db, wanted, order, after=_rank(order, after), limit=AT_ONCE + 1)
        return _json(
            {
                "type": "FeatureCollection",
                "features": manner.features(order, lines[:AT_ONCE]),
                "more": len(lines) > AT_ONCE,
                "count": lists.count(db, wanted, MOST_COUNTED),
                "moment": tag.moment,
                "day": manner.day.isoformat(),
                "words": manner.words,
                "newest": lists.newest(db),
                **_waiting(db, manner),
            },
            "application/geo+json",
        )

    return answered(tag.text, tag.is_known, list_of)


@router.get("/staff/tickets/changes")
def changes(
    visitor: Staff,
    filters: Annotated[Filters, Query()],
    since: str,
    day: str = "",
    words: str = "",
) -> Response:
    """What a list of these filters must be told since then: `tickets` that came or changed, the
    numbers that are `gone` from it, and its new `count` and `moment`; 204 where that is nothing.

    `anew`: it is to be read anew, for too much has changed, another day has begun, or a department
    or a category has another name.
    """
    with transaction() as db:
        return _changes(db, visitor, filters, news.moment_in(since), day, words)


def _changes(
    db: Session, visitor: Visitor, filters: Filters, moment: Moment | None, day: str, words: str
) -> Response:
    seen = news.look(db, moment)
    if moment is None or seen.is_all or day != today().isoformat():
        return _json({"anew": True})
    if not seen.is_any:
        return Response(status_code=204)
    wanted, manner = filters.found(db, visitor), _Manner.now(db, visitor)
    found = lists.changes(db, wanted, moment, most=MOST_CHANGES)
    if found is None or (day, words) != (manner.day.isoformat(), manner.words):
        return _json({"anew": True})
    return _json(
        {
            "tickets": manner.features(lists.desk_order(wanted), found.lines),
            "gone": found.gone,
            "count": lists.count(db, wanted, MOST_COUNTED),
            "moment": seen.now,
            **_waiting(db, manner),
        }
    )


@dataclass(frozen=True)
class _Manner:
    """How lines are put: as of which day, in the city's words, of which `words` is a hash, and with
    a mark where a note waits for the visitor (`noted`: ids)."""

    day: date
    categories: dict[str, Category]
    closed: Collection[date]
    words: str
    noted: Collection[int]

    @classmethod
    def now(cls, db: Session, visitor: Visitor) -> Self:
        categories, closed = profile.categories(db), profile.closing_days(profile.profile(db))
        names = (
            [(category.key, category.name("ja")) for category in categories.values()],
            [(one.key, one.name) for one in queries.departments(db)],
        )
        noted = waiting_for(db, visitor.user_id, visitor.department)
        return cls(today(), categories, closed, short(repr((names, closed))), noted)

    def features(self, order: lists.Order, lines: Sequence[Line]) -> list[dict[str, Any]]:
        """GeoJSON of these lines, each with its `rank`."""
        return [
            feature(
                shown(line, self.categories, self.day, self.closed, self.noted)
                | {"rank": order.rank(line)}
            )
            for line in lines
        ]


def _waiting(db: Session, manner: _Manner) -> dict[str, int]:
    """How many tickets want the visitor's attention: a note for them, a resident's answer."""
    unread = lists.count(db, TicketFilter(statuses=None, unread=True), MOST_COUNTED)
    return {"memos": len(manner.noted), "unread": unread}


def _rank(order: lists.Order, after: str) -> lists.Rank:
    try:
        return lists.rank_in(order, after) if after else ()
    except lists.NoSuchPlace as wrong:
        raise BadInput("一覧のその場所からは続けられません。一覧を開き直してください。") from wrong


def _json(body: dict[str, Any], media_type: str = "application/json") -> Response:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(text, media_type=media_type)
