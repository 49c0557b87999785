"""Today's tickets of the crew's department, what is not mended yet first."""

from typing import Final

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from reports.city import profile
from reports.city.clock import today
from reports.people.sessions import Visitor
from reports.tickets import lists
from reports.tickets.notes import waiting_for
from reports.tickets.numbers import number_in
from reports.tickets.read_models import TicketSummary
from reports.tickets.status import Status
from reports.tickets.wanted import TicketFilter
from web.auth.sessions import Crew
from web.kit.deps import Db
from web.kit.errors import NotFound
from web.kit.news import answered, unchanged
from web.kit.pages import page
from web.kit.tickets import shown, ticket_for

router = APIRouter(include_in_schema=False)

MOST_TICKETS: Final = 200


@router.get("/crew/")
def worklist(request: Request, visitor: Crew, db: Db, done: str = "", passed: str = "") -> Response:
    """Open tickets of the department: what is not mended yet, then urgent, then by deadline.

    304 for a page that asks again while nothing has changed.
    """
    tag = unchanged(request, db, f"{today()}|{visitor.department}")
    return answered(tag.text, tag.is_known, lambda: _worklist(visitor, db, done, passed))


def _worklist(visitor: Visitor, db: Session, done: str, passed: str) -> Response:
    wanted = TicketFilter(department=visitor.department)
    found = lists.page(db, wanted, lists.CREW, limit=MOST_TICKETS + 1)
    lines = found[:MOST_TICKETS]
    categories, day, closed = (
        profile.categories(db),
        today(),
        profile.closing_days(profile.profile(db)),
    )
    noted = waiting_for(db, visitor.user_id, visitor.department)
    return page(
        "crew/list/page.html",
        visitor=visitor,
        tickets=[shown(line, categories, day, closed, noted) for line in lines],
        more=len(found) > len(lines),
        reopened=sum(line.status is Status.REOPENED for line in lines),
        finished=_finished(db, visitor, done),
        passed=number_in(passed),
    )


def _finished(db: Session, visitor: Visitor, number: str) -> TicketSummary | None:
    """What this crew has just finished, to say so once more."""
    try:
        return ticket_for(db, visitor, number).ticket
    except NotFound:
        return None
