"""Which tickets somebody asks for. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from reports.tickets.marks import Mark
from reports.tickets.status import OPEN, Status


class Among(NamedTuple):
    """SQL of a room above that gives ids of tickets, and its `values`, which it names :so, by names
    that no condition here has."""

    ids: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """Filters; None means any. `bbox` is west, south, east, north in degrees. `department`: a
    key, or "" for 担当課未定; `departments`: any of these keys. `since` keeps what changed at or
    after that moment. `due` keeps open tickets with this mark (the long overdue are overdue as
    well) on the day `due_on`, or today. `withdrawn`: of declined ones, those that whoever
    reported them took back, or only the others. `received_from`, `received_until` and so on:
    days in the city, both included; `received_since`, `received_before`: moments, the first
    included and the second not. `followers`: so many at least. `district`: its key.
    `town`: how its name begins, as the map writes it. `photo`: whether one is stored. `undecided`:
    whether of a photo of what was reported nobody has said yet if strangers may see it. `unread`:
    as of `Ticket.unread_since`. `reopened`: whether it ever was. `place_source`, `language`: of any
    of its reports, or of who sent them (the first part of its tag; in whichever words, easy
    Japanese is ja, and "other" is all but that). `channel`: of any of its reports. `assignee`: the
    id of who is in charge, 0 for nobody. `attention`: those that want it (`indexes.ATTENTION`), and
    these ids. `among`: only these.
    """

    statuses: Sequence[Status] | None = tuple(OPEN)
    department: str | None = None
    category: str | None = None
    bbox: tuple[float, float, float, float] | None = None
    since: datetime | None = None
    number: str | None = None
    id: int | None = None
    ids: Sequence[int] | None = None
    resident_id: int | None = None
    due: Mark | None = None
    due_on: date | None = None
    withdrawn: bool | None = None
    received_from: date | None = None
    received_until: date | None = None
    changed_from: date | None = None
    changed_until: date | None = None
    closed_from: date | None = None
    closed_until: date | None = None
    followers: int | None = None
    owner: str | None = None
    district: str | None = None
    town: str | None = None
    place_source: str | None = None
    language: str | None = None
    urgent: bool | None = None
    photo: bool | None = None
    undecided: bool | None = None
    unread: bool | None = None
    reopened: bool | None = None
    attention: Sequence[int] | None = None
    assignee: int | None = None
    channel: str | None = None
    departments: Sequence[str] | None = None
    received_since: datetime | None = None
    received_before: datetime | None = None
    among: Among | None = None


def of_any(departments: Sequence[str], *, assignee: int | None = None) -> TicketFilter:
    """What is open and of any of these (keys), as `TicketFilter` asks for it: one alone is what
    lists have an index for."""
    if len(departments) == 1:
        return TicketFilter(department=departments[0], assignee=assignee)
    return TicketFilter(departments=tuple(departments), assignee=assignee)
