"""The city's desk: every open ticket on one map with its list."""

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from reports import city, finding
from reports.facts import Wanted
from reports.lifecycle import OPEN, Status
from web import base_map, photos, quota, staff_ticket
from web.base_map import Db, first_look
from web.pages import page
from web.sessions import Staff
from web.showing import feature, shown, today

router = APIRouter(include_in_schema=False)
router.include_router(base_map.router)
router.include_router(photos.router)
router.include_router(staff_ticket.router)

MOST_TICKETS: Final = 5000
NOBODY: Final = "unassigned"
_CLOSED: Final = [status for status in Status if status not in OPEN]
_GROUPS: Final[Mapping[str, tuple[Status, ...]]] = {
    "open": tuple(status for status in Status if status in OPEN),
    "closed": tuple(_CLOSED),
    "all": tuple(Status),
}


class Filters(BaseModel):
    """What the list shows: `status` is one status, or open, closed or all."""

    model_config = ConfigDict(extra="ignore")

    status: str = Field("open", max_length=20)
    department: str = Field("", max_length=60, pattern=r"^[\w\-]*$")
    category: str = Field("", max_length=60, pattern=r"^[\w\-]*$")

    @property
    def wanted(self) -> Wanted:
        known = {str(status): (status,) for status in Status} | dict(_GROUPS)
        return Wanted(
            statuses=known.get(self.status, _GROUPS["open"]),
            department=("" if self.department == NOBODY else self.department)
            if self.department
            else None,
            category=self.category or None,
        )


@router.get("/staff/")
def staff_map(visitor: Staff, db: Db) -> Response:
    """The map and the list; the tickets themselves come by `tickets_geojson`."""
    return page(
        "staff_map.html",
        visitor=visitor,
        quota=quota.notice(db),
        look=first_look(db),
        departments=finding.departments(db),
        categories=city.categories(db).values(),
        statuses=list(Status),
        nobody=NOBODY,
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
    lines = finding.tickets(db, filters.wanted, limit=MOST_TICKETS + 1)
    categories, day = city.categories(db), today()
    body = {
        "type": "FeatureCollection",
        "features": [feature(shown(line, categories, day)) for line in lines[:MOST_TICKETS]],
        "more": len(lines) > MOST_TICKETS,
    }
    return Response(
        json.dumps(body, ensure_ascii=False), media_type="application/geo+json", headers=headers
    )


def _tag(db: Session, filters: Filters) -> str:
    """Of the last change, the day (deadlines pass at midnight) and what is asked for."""
    asked = f"{finding.state_of_open(db)}|{today()}|{filters.model_dump_json()}"
    return f'W/"{hashlib.sha256(asked.encode()).hexdigest()[:24]}"'
