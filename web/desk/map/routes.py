"""The city's desk: every open ticket on one map with its list."""

import hashlib
import json
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from reports.actions.authorities import count_to_tell
from reports.city import profile
from reports.city.clock import today
from reports.tickets import queries
from reports.tickets.status import OPEN, Status
from web.auth.sessions import Staff
from web.desk import quota
from web.kit import labels
from web.kit.deps import Db
from web.kit.pages import page
from web.kit.tickets import feature, shown
from web.maps.base_map import first_look
from web.maps.filters import NOBODY, Filters

router = APIRouter(include_in_schema=False)

MOST_TICKETS: Final = 5000


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
    request: Request, visitor: Staff, db: Db, filters: Annotated[Filters, Query()]
) -> Response:
    """The tickets for map and list, in the order of work; 304 while nothing has changed."""
    tag = _tag(db, filters)
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    lines = queries.tickets(db, filters.wanted, limit=MOST_TICKETS + 1)
    categories, day, closed = (
        profile.categories(db),
        today(),
        profile.closing_days(profile.profile(db)),
    )
    body = {
        "type": "FeatureCollection",
        "features": [
            feature(shown(line, categories, day, closed)) for line in lines[:MOST_TICKETS]
        ],
        "more": len(lines) > MOST_TICKETS,
    }
    return Response(
        json.dumps(body, ensure_ascii=False), media_type="application/geo+json", headers=headers
    )


def _tag(db: Session, filters: Filters) -> str:
    """Of the last change, the day (deadlines pass at midnight) and what is asked for."""
    asked = f"{queries.state_of_open(db)}|{today()}|{filters.model_dump_json()}"
    return f'W/"{hashlib.sha256(asked.encode()).hexdigest()[:24]}"'
