"""A ticket's deadline as kept: given when routed, standing still while others are waited for."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from reports import city
from reports.categories import Category
from reports.deadlines import deadline
from reports.models import Ticket
from settings import settings


def give(db: Session, ticket: Ticket, category: Category) -> None:
    """Its deadline, from its receipt: `deadline_days` of its rule, else of its category."""
    days = category.deadline_days if ticket.deadline_days is None else ticket.deadline_days
    received = _in_town(ticket.received_at).date()
    closed = city.closing_days(city.facts(db))
    ticket.deadline_days = days
    ticket.deadline = deadline(received, days, closed)


def settle(db: Session, ticket: Ticket) -> None:
    """Let it stand still or go on, as the ticket now is."""


def was_in_hours(db: Session, moment: datetime) -> bool:
    """Whether the city hall was open."""
    return True


def _in_town(moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(settings().tz))
