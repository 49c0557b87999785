"""The city's desk: every open ticket on one map with its list."""

import json
from typing import Annotated, Any, Final

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from geo.areas import town_names
from reports.actions import keep_view
from reports.city import profile
from reports.city.clock import today
from reports.people.colleagues import in_charge
from reports.people.sessions import Visitor
from reports.routing import versions
from reports.tickets import lists, news, queries, views, words
from reports.tickets.choices import Choices, choices
from reports.tickets.news import Moment
from reports.tickets.ranks import NoSuchPlace, Rank
from reports.tickets.status import OPEN, Status
from store.database import transaction
from web.auth import who
from web.desk import condition_words, quota
from web.desk.map.manner import AT_ONCE, Manner, order_of, waiting
from web.kit import labels, languages
from web.kit.deps import Db
from web.kit.errors import BadInput
from web.kit.news import answered, unchanged
from web.kit.pages import page
from web.kit.router import Router
from web.maps.base_map import first_look
from web.maps.filters import MINE, NOBODY, WITHDRAWN, Filters

router = Router(include_in_schema=False)

MOST_CHANGES: Final = 200
"""More than so many are not told one by one: the list is read anew."""
After = Annotated[str, Query(max_length=80)]


@router.get("/staff/")
def staff_map(request: Request, visitor: who.IsAtDesk, db: Db) -> Response:
    """The map and the list; the tickets themselves come by `tickets_geojson`. Without a query it is
    the view that the visitor begins with."""
    kept = views.views(db, visitor.user_id, visitor.departments)
    start = next((view.query for view in kept if view.is_start), "")
    if start and not request.url.query and Filters.is_read(start):
        return RedirectResponse(f"/staff/?{start}", 303, {"Cache-Control": "no-store"})
    return page(
        "desk/map/page.html",
        visitor=visitor,
        quota=quota.notice(db),
        look=first_look(db),
        views=kept,
        longest=keep_view.LONGEST,
        **_chosen_from(db),
        said=condition_words,
        nobody=NOBODY,
        mine=MINE,
        tones={str(status): label.tone for status, label in labels.STATUSES.items()},
    )


def _chosen_from(db: Session) -> dict[str, Any]:
    """What the conditions offer."""
    return {
        "departments": queries.departments(db),
        "categories": profile.categories(db).values(),
        "districts": versions.known(db).districts,
        "towns": town_names(db),
        "place_sources": words.PLACE_SOURCES,
        "channels": words.CHANNELS,
        "languages": languages.SPOKEN,
        "people": _people(db),
        "statuses": list(Status),
        "still_open": sorted(OPEN),
    }


def _people(db: Session) -> list[tuple[str, str]]:
    """Who may be in charge, as of `Filters.person`."""
    return [*condition_words.PERSONS.items(), *in_charge(db).names.items()]


@router.get("/staff/tickets.geojson")
def tickets_geojson(
    request: Request,
    visitor: who.IsAtDesk,
    db: Db,
    filters: Annotated[Filters, Query()],
    after: After = "",
) -> Response:
    """The next tickets of the list in its order, as GeoJSON; each with its `rank`.

    Beside them: `more` follow or not (of those near a point none do), how many there are in all
    (`count`, as of MOST_COUNTED), and the `moment`, `day` and `words` from which `changes` goes on;
    `newest`, the greatest id of any ticket so far, which a rank ends with; what `waiting` gives;
    `whole`: not everything is searched yet where it is false.
    304 while nothing has changed.
    """
    manner = Manner.now(db, visitor)
    asked = f"{visitor.user_id}|{manner.day}|{manner.words}|{after}|{filters.model_dump_json()}"
    tag = unchanged(request, db, asked)

    def list_of() -> Response:
        wanted, is_whole = filters.look(db, visitor)
        order = order_of(filters, wanted, manner)
        after_it = _rank(order, after)
        if point := filters.point:
            lines = lists.nearest(db, wanted, point, limit=AT_ONCE)
        else:
            lines = lists.page(db, wanted, order, after=after_it, limit=AT_ONCE + 1)
        return _json(
            {
                "type": "FeatureCollection",
                "features": manner.features(order, lines[:AT_ONCE]),
                "more": len(lines) > AT_ONCE,
                "count": lists.count(db, wanted, lists.MOST_COUNTED),
                "moment": tag.moment,
                "day": manner.day.isoformat(),
                "words": manner.words,
                "newest": lists.newest(db),
                "whole": is_whole,
                **waiting(db, manner, filters, wanted),
            },
            "application/geo+json",
        )

    return answered(tag.text, tag.is_known, list_of)


@router.get("/staff/tickets/choices")
def choices_json(
    request: Request, visitor: who.IsAtDesk, db: Db, filters: Annotated[Filters, Query()]
) -> Response:
    """How many tickets each choice would leave: `status`, `department`, `category`, `due`, each by
    the word of the address; `all`: else there are at least so many. 304 while nothing has changed.
    """
    asked = f"{visitor.user_id}|{today()}|{filters.model_dump_json()}"
    tag = unchanged(request, db, asked)

    def counted() -> Response:
        wanted = filters.found(db, visitor)
        found = choices(db, wanted, today(), most=lists.MOST_COUNTED)
        return _json(_by_word(found, visitor))

    return answered(tag.text, tag.is_known, counted)


def _by_word(found: Choices, visitor: Visitor) -> dict[str, Any]:
    statuses = {str(status): many for status, many in found.statuses.items()}
    if found.withdrawn is not None:
        statuses[WITHDRAWN] = found.withdrawn
    for word, among in (("open", OPEN), ("closed", set(Status) - OPEN)):
        if among <= set(found.statuses):
            rest = found.withdrawn or 0 if word == "closed" else 0
            statuses[word] = rest + sum(found.statuses[status] for status in among)
    departments = {key or NOBODY: many for key, many in found.departments.items()}
    if visitor.departments:
        theirs = visitor.departments
        departments[MINE] = sum(found.departments.get(one, 0) for one in theirs)
    return {
        "status": statuses,
        "department": departments,
        "category": found.categories,
        "due": found.marks,
        "all": found.is_all,
    }


@router.get("/staff/tickets/changes")
def changes(
    visitor: who.IsAtDesk,
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
    wanted, manner = filters.found(db, visitor), Manner.now(db, visitor)
    found = lists.changes(db, wanted, moment, most=MOST_CHANGES)
    if found is None or (day, words) != (manner.day.isoformat(), manner.words):
        return _json({"anew": True})
    return _json(
        {
            "tickets": manner.features(order_of(filters, wanted, manner), found.lines),
            "gone": found.gone,
            "count": lists.count(db, wanted, lists.MOST_COUNTED),
            "moment": seen.now,
            **waiting(db, manner, filters, wanted),
        }
    )


def _rank(order: lists.Order, after: str) -> Rank:
    try:
        return lists.rank_in(order, after) if after else ()
    except NoSuchPlace as wrong:
        raise BadInput("一覧のその場所からは続けられません。一覧を開き直してください。") from wrong


def _json(body: dict[str, Any], media_type: str = "application/json") -> Response:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(text, media_type=media_type)
