"""A ticket that is reopened gets its time anew, but for a day that staff have promised."""

from sqlalchemy.orm import Session

from reports.city import clock, profile
from reports.routing import versions
from reports.tickets import deadline, events, history
from reports.tickets.models import Ticket
from reports.tickets.why import why_of


def due_again(db: Session, ticket: Ticket) -> None:
    """Due as if it had been reported only now. A day set by hand stays while it is to come; one
    that is over gives way to the days of the ticket's rule or category."""
    promised = deadline.promised(db, ticket)
    if promised and promised >= clock.today():
        history.write(db, ticket.id, None, events.DueAgain(promised, stays=True))
        return
    if promised:
        ticket.deadline_days = _days(db, ticket)
    deadline.begin_again(db, ticket)
    if promised:
        history.write(db, ticket.id, None, events.DueAgain(ticket.deadline))


def _days(db: Session, ticket: Ticket) -> int:
    order = why_of(ticket.why).get("rule")
    rules = versions.rules(db, ticket.rules_version) if ticket.rules_version and order else []
    days = next((rule.deadline_days for rule in rules if rule.order == order), None)
    category = profile.categories(db)[ticket.category]
    return category.days(urgent=ticket.urgent) if days is None else days
