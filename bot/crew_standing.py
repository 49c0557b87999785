"""How tickets stand with a crew member who writes in LINE."""

from sqlalchemy.orm import Session

from bot.dialogue import crew_flow
from bot.dialogue.crew_flow import Standing
from reports.people.crew_links import Linked
from reports.people.permissions import Do, may
from reports.tickets import lists, queries
from reports.tickets.lock import locked
from reports.tickets.numbers import number_in
from reports.tickets.outcomes import GOES_TO, NEEDS_NO_MORE_WORDS, Outcome
from reports.tickets.status import OPEN, moves_for, status_of
from reports.tickets.wanted import of_any


def ticket_in(db: Session, number: str) -> int | None:
    """The ticket of this number, or the one with which it was put together; None for none."""
    known = number_in(number)
    named = queries.id_of(db, known) if known else None
    ticket = queries.ticket_that_goes_on(db, named) if named else None
    return ticket.id if ticket else None


def says_no(
    db: Session, linked: Linked, ticket_id: int | None, why: str = "", *, may_be_citys: bool = True
) -> crew_flow.Denied:
    """That this ticket is not theirs; nobody changes that until the commit."""
    if ticket_id is None:
        return crew_flow.Denied(0, Standing.GONE)
    standing = _may_say_no(db, linked, ticket_id)
    return crew_flow.Denied(ticket_id, standing, why, may_be_citys)


def _may_say_no(db: Session, linked: Linked, ticket_id: int) -> Standing:
    ticket = locked(db, ticket_id)
    summary = queries.ticket_that_goes_on(db, ticket_id)
    department = summary.department.key if summary and summary.department else None
    if status_of(ticket.status) not in OPEN:
        return Standing.OVER
    return Standing.THEIRS if may(linked.actor, Do.NOT_OURS, department) else Standing.LEFT


def standing_of(
    db: Session, linked: Linked, ticket_id: int, outcome: Outcome = Outcome.FIXED
) -> crew_flow.Picked:
    """How it stands with them; nobody changes that until the commit."""
    ticket = locked(db, ticket_id)
    summary = queries.ticket_that_goes_on(db, ticket_id)
    department = summary.department.key if summary and summary.department else None
    others = ticket.assignee_id not in (None, linked.user_id)
    now, to = status_of(ticket.status), GOES_TO[outcome]
    if now not in OPEN:
        standing = Standing.OVER
    elif others or not may(linked.actor, Do.MOVE, department):
        standing = Standing.LEFT
    elif to in moves_for(linked.actor.role, now) or (
        to is now and outcome not in NEEDS_NO_MORE_WORDS
    ):
        standing = Standing.THEIRS
    else:
        standing = Standing.SAME
    return crew_flow.Picked(ticket_id, standing, outcome=outcome)


def in_charge_of(db: Session, linked: Linked, *, most: int) -> list[int]:
    """Open tickets of their departments in their charge, what is most urgent first."""
    wanted = of_any(linked.departments, assignee=linked.user_id)
    return [line.id for line in lists.page(db, wanted, lists.CREW, limit=most)]


def has_any(db: Session, linked: Linked) -> bool:
    """Whether anything is open with their departments."""
    return bool(lists.page(db, of_any(linked.departments), lists.CREW, limit=1))
