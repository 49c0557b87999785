"""What is known of tickets, as values: for lists, maps, pages and cards. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from reports.tickets.event_json import statuses_of
from reports.tickets.event_kinds import Event, Reader, Unknown, kind_of
from reports.tickets.status import MOST_REOPENINGS, Status


@dataclass(frozen=True, slots=True)
class DepartmentSummary:
    """Who works on it, and how to reach them; `tell_by`, `silent_days` as of `Department`."""

    key: str
    name: str
    name_en: str
    inside: bool
    phone: str
    contact: str
    email: str = ""
    tell_by: str = "list"
    silent_days: int = 10


Absence = Literal["taken_back", "erased", "lost"]
"""Why a photo is not there: its sender took it back, or was erased; or it could not be received."""


def absence_of(state: str, *, is_nobodys: bool) -> Absence | None:
    """Of a photo in this state; `is_nobodys`: whose sender is not known any more."""
    if state in ("stored", "waiting"):
        return None
    if state == "removed":
        return "erased" if is_nobodys else "taken_back"
    return "lost"


@dataclass(frozen=True, slots=True)
class PhotoSummary:
    """A photo; `of` is "report" (the problem), "repair" or "note". Only "stored" ones can be shown.

    `withdrawn`: who sent it has withdrawn their report. `missing`: as of `Photo`. `has_original`:
    it is there as it was sent.
    """

    id: int
    state: str
    of: str
    resident_id: int | None
    width: int | None
    height: int | None
    taken_at: datetime | None
    direction: float | None
    withdrawn: bool = False
    missing: float | None = None
    has_original: bool = False

    @property
    def absence(self) -> Absence | None:
        """Why it will never be shown; None where it can be, or is on its way."""
        return absence_of(self.state, is_nobodys=self.of == "report" and self.resident_id is None)


@dataclass(frozen=True, slots=True)
class PhotoKeys:
    """Keys in the photo store; `department` is the key of the one whose crew may see it: that works
    on its ticket, and for which the note is, where it goes with one (`noted`: for staff alone).

    `filed`: whether it belongs to a ticket; until then it is its resident's own. `forgotten`: who
    reported that ticket is not known any more, for it was closed long ago.
    """

    original: str | None
    large: str | None
    small: str | None
    department: str | None
    filed: bool
    noted: bool = False
    forgotten: bool = False


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """`actor` is staff, crew, resident or michi; names are for staff only, as they were then."""

    id: int
    at: datetime
    actor: str
    actor_name: str
    actor_id: int | None
    event: Event

    @property
    def what(self) -> str:
        return self.event.kind if isinstance(self.event, Unknown) else self.event.what

    @property
    def note(self) -> str:
        return self.event.note

    @property
    def from_status(self) -> Status | None:
        return statuses_of(self.event)[0]

    @property
    def to_status(self) -> Status | None:
        return statuses_of(self.event)[1]


def readable(lines: Iterable[HistoryLine], reader: Reader) -> list[HistoryLine]:
    """Those lines of a history that this reader may know of."""
    return [line for line in lines if kind_of(line.event).reader <= reader]


@dataclass(frozen=True, slots=True)
class TicketSummary:
    """One ticket as a line of a list or a point of a map; lon/lat EPSG:4326.

    `merged_into`: the number of the ticket that goes on. `asked_at`: since when a resident's answer
    is waited for. `withdrawn`: declined, for whoever reported it took it back. `paused_at`,
    `long_overdue_on`, `silent_since`, `passes`: as of `Ticket`. `assignee`: who is in charge, by
    name.
    """

    id: int
    number: str
    category: str
    status: Status
    lon: float
    lat: float
    place_name: str
    place_name_en: str
    district: str | None
    owner: str | None
    department: DepartmentSummary | None
    deadline: date | None
    urgent: bool
    routed_at: datetime | None
    received_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    change: int
    why: Mapping[str, Any]
    photo_id: int | None
    followers: int
    merged_into: str | None
    asked_at: datetime | None
    paused_at: datetime | None = None
    long_overdue_on: date | None = None
    silent_since: datetime | None = None
    rules_version: int | None = None
    passes: int = 0
    withdrawn: bool = False
    unread_since: datetime | None = None
    assignee_id: int | None = None
    assignee: str | None = None

    @property
    def unread(self) -> bool:
        """A resident said something that nobody of the city has dealt with."""
        return self.unread_since is not None

    @property
    def department_name(self) -> str | None:
        return self.department.name if self.department else None

    @property
    def inside(self) -> bool:
        """With a department of the city, or nobody's."""
        return self.department is None or self.department.inside

    @property
    def paused(self) -> bool:
        """Its deadline stands still."""
        return self.paused_at is not None

    @property
    def asked(self) -> bool:
        """An answer of a resident is waited for."""
        return self.asked_at is not None

    @property
    def to_and_fro(self) -> bool:
        """Departments have passed it on to each other, so that people decide."""
        return self.why.get("reason") == "to_and_fro"


@dataclass(frozen=True, slots=True)
class ReportSummary:
    """One report of a ticket: where its place comes from, and what its resident answered.

    `differs_from`: numbers of the tickets nearby that are not the same, as they said; without
    those that have become the same ticket. `language`: a code, as their LINE or they tell.
    """

    id: int
    created_at: datetime
    place_source: str
    place_accuracy_m: float | None
    place_hint: str
    owner_said: str | None
    withdrawn_at: datetime | None
    urgent: bool
    differs_from: Sequence[str] = ()
    language: str | None = None
    channel: str = "line"
    resident_id: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person is to a ticket: `confirmed` its last repair; `others`: the other followers.

    `waited` for that repair: they had reported it, or followed it before it was closed. `reopened`:
    how often residents have said that it is not mended.
    """

    reported: bool
    follows: bool
    muted: bool
    rating: int | None
    others: int
    confirmed: bool = False
    waited: bool = True
    reopened: int = 0

    @property
    def is_stranger(self) -> bool:
        """Somebody who knows its number and nothing more."""
        return not (self.reported or self.follows)

    @property
    def may_reopen(self) -> bool:
        """As far as it is for them to say that a repair was none."""
        return self.follows and self.waited and self.reopened < MOST_REOPENINGS


@dataclass(frozen=True, slots=True)
class TicketSeen:
    """One ticket as far as a card for a resident tells of it."""

    ticket: TicketSummary
    photos: Sequence[PhotoSummary]
    history: Sequence[HistoryLine]
    standing: Standing


@dataclass(frozen=True, slots=True)
class TicketDetail:
    """Everything about one ticket; `words` are what residents wrote, oldest first.

    `merged`: numbers of the tickets that were put together with this one.
    """

    ticket: TicketSummary
    photos: Sequence[PhotoSummary]
    history: Sequence[HistoryLine]
    words: Sequence[str]
    reports: Sequence[ReportSummary]
    merged: Sequence[str]


@dataclass(frozen=True, slots=True)
class Duplicate:
    """An open ticket of the same category, and how far away it is in metres."""

    id: int
    number: str
    metres: float
    received_at: datetime
    photo_id: int | None


@dataclass(frozen=True, slots=True)
class PhotoElsewhere:
    """A photo that was taken far from the place that was sent, and which way from there."""

    photo_id: int
    metres: float
    town: str
    town_en: str
    way: str
