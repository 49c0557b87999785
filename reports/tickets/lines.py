"""A ticket as a list of many shows it. Pure."""

from datetime import date, datetime
from typing import NamedTuple

from reports.tickets.read_models import TicketSummary
from reports.tickets.status import Status, status_of


class Line(NamedTuple):
    """What a list of many shows of a ticket, by the names of `TicketSummary`."""

    id: int
    number: str
    category: str
    kept_status: str
    lon: float
    lat: float
    place_name: str
    department_name: str | None
    inside: bool
    deadline: date | None
    long_overdue_on: date | None
    paused: bool
    asked: bool
    urgent: bool
    to_and_fro: bool
    withdrawn: bool
    received_at: datetime
    photo_id: int | None
    followers: int
    unread: bool
    assignee: str | None = None

    @property
    def status(self) -> Status:
        return status_of(self.kept_status)


Listed = TicketSummary | Line
