"""A report becomes a ticket, or joins one that is there; inside the caller's transaction."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from geo.points import Point
from reports.actions.add import report_of
from reports.people.permissions import RESIDENT, Actor
from reports.tickets import deadline, events, history
from reports.tickets.lock import changed, locked
from reports.tickets.numbers import new_number
from reports.tickets.status import Status
from store import sql, tasks
from store.tasks import Task


@dataclass(frozen=True, slots=True)
class NewReport:
    """What one resident sent, or told staff. `place_source`: "line", "exif", "typed" (a town's or
    crossing's name), "written" (figures, a link) or "staff". `place_hint`: what was named.
    `channel`: as of `Report`; without LINE there is no `resident_id`.

    `remarks`: (LINE message id, words). `owner_said`: whose road it is, as they answered.
    `differs_from`: tickets nearby that they said are not the same.
    """

    resident_id: int | None
    draft_key: str
    category: str
    place: Point
    place_source: str
    place_accuracy_m: float | None = None
    photo_ids: Sequence[int] = ()
    remarks: Sequence[tuple[str | None, str]] = ()
    place_message_id: str | None = None
    place_hint: str = ""
    owner_said: str | None = None
    differs_from: Sequence[int] = ()
    urgent: bool = False
    channel: str = "line"


_REPORT: Final = """
    report AS (
        INSERT INTO reports (ticket_id, resident_id, draft_key, category, place, place_source,
                             place_accuracy_m, place_message_id, place_hint, owner_said,
                             differs_from, urgent, channel)
        SELECT id, %(resident_id)s, %(draft_key)s, %(category)s, ST_GeomFromEWKT(%(place)s),
               %(place_source)s, %(place_accuracy_m)s, %(place_message_id)s, %(place_hint)s,
               %(owner_said)s, %(differs_from)s::bigint[], %(urgent)s, %(channel)s FROM ticket
        ON CONFLICT (draft_key) DO NOTHING RETURNING id, ticket_id
    ), remark AS (
        INSERT INTO remarks (report_id, line_message_id, words)
        SELECT report.id, said ->> 0, said ->> 1
        FROM report, jsonb_array_elements(%(remarks)s::jsonb) AS said
        ON CONFLICT (line_message_id) DO NOTHING
    ), photo AS (
        UPDATE photos SET report_id = report.id FROM report
        WHERE photos.id = ANY(%(photo_ids)s::bigint[])
    ), follower AS (
        INSERT INTO followers (ticket_id, resident_id)
        SELECT ticket_id, %(resident_id)s FROM report
        WHERE %(resident_id)s::bigint IS NOT NULL ON CONFLICT DO NOTHING
    )
"""
_FILE: Final = f"""
    WITH ticket AS (
        INSERT INTO tickets (number, category, place, urgent, follower_count)
        SELECT %(number)s, %(category)s, ST_GeomFromEWKT(%(place)s), %(urgent)s,
               (%(resident_id)s::bigint IS NOT NULL)::int
        WHERE NOT EXISTS (SELECT FROM reports WHERE draft_key = %(draft_key)s)
        ON CONFLICT (number) DO NOTHING RETURNING id
    ), {_REPORT}, line AS (
        INSERT INTO history (ticket_id, actor, actor_name, actor_id, what, to_status)
        SELECT id, %(actor)s, %(actor_name)s, %(actor_id)s, '{events.Filed.what}',
               '{Status.RECEIVED}' FROM ticket
    ), task AS ({tasks.OF_THEM.format(rows="ticket")})
    SELECT ticket.id, task.id FROM ticket, task
"""
"""A report with all that belongs to it; nothing where the number is taken, or for a second time."""

_JOIN: Final = f"""
    WITH ticket AS (SELECT %(ticket_id)s::bigint AS id), {_REPORT}
    SELECT id FROM report
"""
_KNOWN: Final = "SELECT ticket_id FROM reports WHERE draft_key = %(draft_key)s"


def file_report(db: Session, report: NewReport, by: Actor = RESIDENT) -> int:
    """Make the ticket of a report, and its routing the next thing to do. Returns the ticket's id.

    A draft that was filed before gives the ticket it made then. `by`: who writes it down.
    """
    facts = _facts(report) | _signature(by) | tasks.as_values("route_ticket", "ticket_id")
    while (made := sql.run(db, _FILE, number=new_number(), **facts).fetchone()) is None:
        for (known,) in sql.run(db, _KNOWN, draft_key=report.draft_key):
            return int(known)
    ticket_id, task_id = made
    tasks.note(db, Task(task_id, "route_ticket", {"ticket_id": ticket_id}))
    return int(ticket_id)


def join(db: Session, ticket_id: int, report: NewReport, by: Actor = RESIDENT) -> None:
    """The same hole again: this report belongs to a ticket that is there; its resident follows."""
    ticket, who = locked(db, ticket_id), report.resident_id
    again = who is not None and report_of(db, ticket_id, who) is not None
    made = sql.run(db, _JOIN, ticket_id=ticket_id, **_facts(report)).fetchone()
    if made is None:
        return
    if report.urgent:
        deadline.hasten(db, ticket)
    joined = events.Joined(len(report.photo_ids), words=bool(report.remarks), again=again)
    history.write(db, ticket_id, by, joined)
    changed(db, ticket)


def _signature(by: Actor) -> dict[str, Any]:
    return {"actor": by.side, "actor_name": by.name, "actor_id": by.user_id}


def _facts(report: NewReport) -> dict[str, Any]:
    return asdict(report) | {
        "place": report.place.wkt,
        "photo_ids": list(report.photo_ids),
        "differs_from": list(report.differs_from),
        "remarks": json.dumps([list(remark) for remark in report.remarks]),
    }
