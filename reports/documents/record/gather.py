"""Everything that a ticket's record tells, as JSON out of the database.

Each part is a list of rows with an `id`, so that two gatherings can be compared. What is of a
person stands under `personal`, and only where it is asked for. Moments are ISO 8601 in UTC.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from geo.points import Point
from reports.city import profile
from reports.city.clock import begin_of
from reports.documents.record import log, sent, ticket, work
from reports.outbox import of_ticket
from reports.patrols.passes import passes

Row = dict[str, Any]
Parts = dict[str, list[Row]]
DAYS_BEFORE: Final = 90
"""So long before the first report (or the accident) patrols are looked for."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What is gathered: which ticket (its id), whether what is of persons too, and the day of the
    accident, where one is told. `passed`: by which place patrols went; None for the ticket's."""

    ticket_id: int
    personal: bool
    incident_on: date | None = None
    passed: Point | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """`parts` by name; `shown`: the keys in the photo store of what may be printed of each photo,
    and of its original, by photo; `last_line`: the newest line of history in it."""

    parts: Parts
    shown: Mapping[int, tuple[str | None, str | None]]
    city: str
    place: Point
    road_id: int | None
    last_line: int


def gather(db: Session, scope: Scope) -> Gathered | None:
    """None where there is no such ticket."""
    family = ticket.family(db, scope.ticket_id)
    if not family:
        return None
    ids, numbers = list(family), list(family.values())
    facts, place, road_id = ticket.facts(db, scope.ticket_id)
    reports = sent.reports(db, ids, family, personal=scope.personal)
    letters = {row["id"]: row["who"] for row in reports}
    photos, shown = sent.photos(db, ids, letters, personal=scope.personal)
    lines = ticket.history(db, family, personal=scope.personal)
    parts: Parts = {
        "ticket": [facts],
        "rules": ticket.rules(db, lines, facts),
        "reports": reports,
        "words": sent.words(db, ids, letters) if scope.personal else [],
        "photos": photos,
        "history": lines,
        "told": _told(db, ids, numbers, sent.letters_of_residents(db, ids)),
        "mails": _mails(db, ids, letters),
        "patrols": _patrols(db, scope.passed or place, facts, scope, ids),
        "orders": work.orders(db, ids),
        "looks": log.looks(db, numbers),
        "changes": log.changes(db, numbers),
    }
    last = max((row["id"] for row in lines), default=0)
    city = str(profile.profile(db).get("name", ""))
    return Gathered(parts, shown, city, place, road_id, last)


def moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat() if at else None


def since_of(received_at: str, incident_on: date | None) -> datetime:
    """From when on patrols are looked for."""
    begin = datetime.fromisoformat(received_at)
    if incident_on:
        begin = min(begin, begin_of(incident_on))
    return begin - timedelta(days=DAYS_BEFORE)


def _told(
    db: Session, ids: Sequence[int], numbers: Sequence[str], letters: Mapping[int, str]
) -> list[Row]:
    return [
        {
            "id": one.id,
            "who": letters.get(one.resident_id, "知らせを受ける人"),
            "kinds": list(one.kinds),
            "lines": list(one.history_ids),
            "at": moment(one.created_at),
            "sent_at": moment(one.sent_at),
            "state": one.state,
            "via": one.via,
        }
        for one in of_ticket.told_of(db, ids, numbers)
    ]


def _mails(db: Session, ids: Sequence[int], letters: Mapping[int, str]) -> list[Row]:
    found = [*of_ticket.mails_of(db, ids), *of_ticket.answers_of(db, ids)]
    return [
        {
            "id": f"{'answer' if one.report_id else 'mail'} {one.id}",
            "kind": one.kind,
            "to": one.to or letters.get(one.report_id or 0, ""),
            "at": moment(one.created_at),
            "sent_at": moment(one.sent_at),
            "state": one.state,
        }
        for one in sorted(found, key=lambda one: one.created_at)
    ]


def _patrols(db: Session, place: Point, facts: Row, scope: Scope, ids: list[int]) -> list[Row]:
    """Until the ticket was closed, or to this day."""
    ends = facts["closed_at"]
    until = datetime.fromisoformat(ends) if ends else datetime.now(UTC)
    found = passes(db, place, since_of(facts["received_at"], scope.incident_on), until, ids)
    return [
        {
            **one._asdict(),
            **{name: moment(getattr(one, name)) for name in ("began_at", "ended_at", "passed_at")},
        }
        for one in found
    ]
