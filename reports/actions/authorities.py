"""Tickets that are another authority's: to be handed over, handed over, and left unanswered."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from geo.nearby import near, road_words
from reports.actions.admit import admit
from reports.actions.deliver import tell_otherwise_of
from reports.actions.move import move
from reports.city import profile
from reports.city.calendar import business_days_between
from reports.city.clock import local
from reports.city.models import Department
from reports.outbox import mails
from reports.outbox.mail_texts import Notice
from reports.outbox.models import Mail
from reports.people.permissions import Actor, Do
from reports.tickets import events, history
from reports.tickets.filters import DEPARTMENT, STILL_OPEN, department_from
from reports.tickets.lock import changed, locked
from reports.tickets.models import Ticket
from reports.tickets.numbers import number_in
from reports.tickets.read_models import DepartmentSummary
from reports.tickets.status import Status
from reports.tickets.why import why_of

MOST: Final = 1000


class NotWaitedFor(Exception):
    """No answer of an authority is waited for here (any more): somebody was faster."""


@dataclass(frozen=True, slots=True)
class ToTell:
    """A ticket that its authority does not know of; `undelivered`: no mail can tell them."""

    authority: DepartmentSummary
    notice: Notice
    undelivered: bool


@dataclass(frozen=True, slots=True)
class Silent:
    """A ticket whose authority has not answered for so many business days."""

    authority: DepartmentSummary
    notice: Notice
    since: datetime
    days: int
    reminded: int


def notice_of(db: Session, ticket_id: int) -> Notice | None:
    """What others may read of this ticket; None where there is none."""
    rows = db.execute(text(f"{_NOTICES} WHERE t.id = :id"), {"id": ticket_id}).all()
    return _notices(db, rows)[0] if rows else None


def to_tell(db: Session) -> list[ToTell]:
    """Authority by authority what they have not been told yet, urgent tickets first."""
    statement = f"{_NOTICES} WHERE {_UNTOLD} ORDER BY {_ORDER} LIMIT {MOST}"
    rows = db.execute(text(statement), {"sending": mails.are_sent()}).all()
    return [
        ToTell(department_from(row), notice, row.status == Status.FORWARDED)
        for row, notice in zip(rows, _notices(db, rows), strict=True)
    ]


def count_to_tell(db: Session) -> int:
    """How many there are."""
    statement = f"SELECT count(*) FROM {_TICKETS} WHERE {_UNTOLD}"
    found = db.scalar(text(statement), {"sending": mails.are_sent()})
    return int(found or 0)


def silent(db: Session, now: datetime | None = None) -> list[Silent]:
    """What has been silent for its authority's `silent_days`, the longest silence first."""
    return _silent(db, f"ORDER BY t.silent_since, t.id LIMIT {MOST}", now)


def silent_ids(db: Session, now: datetime | None = None) -> list[int]:
    """The tickets of all that `silent` gives the first of."""
    now = now or datetime.now(UTC)
    rows = db.execute(text(_SILENT_IDS), {"now": now})
    closed, today = profile.closing_days(profile.profile(db)), local(now).date()
    return [
        id
        for id, since, most in rows
        if business_days_between(local(since).date(), today, closed) >= most
    ]


def _silent(db: Session, which: str, now: datetime | None = None, **values: int) -> list[Silent]:
    now = now or datetime.now(UTC)
    found = db.execute(text(f"{_NOTICES} WHERE {_SILENT} {which}"), values | {"now": now})
    rows = found.all()
    closed = profile.closing_days(profile.profile(db))
    today = local(now).date()
    silent_ones = [
        Silent(
            department_from(row),
            notice,
            local(row.silent_since),
            business_days_between(local(row.silent_since).date(), today, closed),
            row.reminded,
        )
        for row, notice in zip(rows, _notices(db, rows), strict=True)
    ]
    return [one for one in silent_ones if one.days >= one.authority.silent_days]


def tell_them(
    db: Session,
    department: str,
    numbers: Collection[str],
    by: Actor,
    note: str,
    *,
    key: str | None = None,
) -> int:
    """These tickets of this authority (a key) are told now; returns how many this press has told.

    Their residents hear of it, with `note`. Where a mail had not arrived, staff have told them
    otherwise. Raises MoveRefused, NotTheirs.
    """
    known = [one for one in map(number_in, numbers) if one]
    chosen = db.scalars(select(Ticket.id).where(Ticket.number.in_(known)).order_by(Ticket.id))
    mine = {ticket_id: locked(db, ticket_id) for ticket_id in chosen.all()}
    untold = db.execute(text(_UNTOLD_OF_THESE), {"ids": list(mine), "sending": mails.are_sent()})
    done = len(history.pressed(db, key, mine))
    for ticket_id in [id for id, whose in untold if whose == department]:
        if mine[ticket_id].status != Status.FORWARDED:
            move(db, ticket_id, Status.FORWARDED, by, note=note, key=key)
            done += 1
        elif admit(db, mine[ticket_id], by, Do.AUTHORITIES, key=key):
            failed = _failed_mails(db, mine[ticket_id])
            done += tell_otherwise_of(db, ticket_id, failed, by, key=key) > 0
    return done


def remind(db: Session, ticket_id: int, by: Actor, *, key: str | None = None) -> None:
    """Ask a silent authority once more, by mail, or as staff do it by telephone.

    Its silence begins anew. Raises NotWaitedFor, NoSuchTicket, NotTheirs.
    """
    ticket = locked(db, ticket_id)
    if not admit(db, ticket, by, Do.AUTHORITIES, key=key):
        return
    if not _silent(db, "AND t.id = :id", id=ticket_id):
        raise NotWaitedFor
    department = db.get_one(Department, ticket.department_id)
    ticket.silent_since = datetime.now(UTC)
    changed(db, ticket)
    reminded = events.Reminded(department.name, by=department.tell_by)
    history.write(db, ticket_id, by, reminded, key=key)
    if department.tell_by == "email":
        mails.tell(db, ticket, [department.key], "reminder")


def answered(
    db: Session,
    ticket_id: int,
    by: Actor,
    note: str,
    goes_to: Status | None = None,
    *,
    key: str | None = None,
) -> None:
    """The authority has answered `note`; the ticket may go on, and its residents read it then.

    Raises NotWaitedFor, MoveRefused, NoSuchTicket, NotTheirs.
    """
    ticket = locked(db, ticket_id)
    if not admit(db, ticket, by, Do.AUTHORITIES, key=key):
        return
    if ticket.status != Status.FORWARDED or ticket.silent_since is None:
        raise NotWaitedFor
    department = db.get_one(Department, ticket.department_id)
    said = events.AuthorityAnswered(department.name, department.key, note=note)
    history.write(db, ticket_id, by, said, key=key)
    ticket.silent_since = None
    changed(db, ticket)
    if goes_to:
        move(db, ticket_id, goes_to, by, note=note)


def _failed_mails(db: Session, ticket: Ticket) -> list[int]:
    failed = select(Mail.id).where(
        Mail.ticket_id == ticket.id,
        Mail.department_id == ticket.department_id,
        Mail.state == "failed",
        Mail.sent_at.is_(None),
    )
    return list(db.scalars(failed))


def _notices(db: Session, rows: Sequence[Any]) -> list[Notice]:
    names = profile.category_names(db)
    roads = [why_of(row.why).get("road") or {} for row in rows]
    return [
        Notice(
            row.id,
            row.number,
            names.get(row.category, row.category),
            near(row.place_name),
            row.lon,
            row.lat,
            local(row.received_at),
            row.urgent,
            road_words(road.get("name"), road.get("ref")),
            row.words,
            row.note or "",
        )
        for row, road in zip(rows, roads, strict=True)
    ]


_TICKETS: Final = "tickets t LEFT JOIN departments d ON d.id = t.department_id"
_NOTICES: Final = f"""
    SELECT t.id, t.number, t.category, t.status, t.place_name, t.urgent, t.received_at,
           t.silent_since, t.why, ST_X(t.place) AS lon, ST_Y(t.place) AS lat,
           {DEPARTMENT},
           ARRAY(SELECT m.words FROM remarks m JOIN reports r ON r.id = m.report_id
                 WHERE r.ticket_id = t.id AND r.withdrawn_at IS NULL ORDER BY m.id) AS words,
           {history.NOTE_WHEN_FORWARDED} AS note, {history.TIMES_REMINDED} AS reminded
    FROM {_TICKETS}
"""
_UNTOLD: Final = f"""
    NOT d.inside AND (
        {STILL_OPEN} AND t.status <> 'forwarded'
        AND NOT {history.AUTHORITY_HAS_ANSWERED} AND NOT {history.HAS_BEEN_FORWARDED}
        OR t.status = 'forwarded' AND (NOT :sending OR d.tell_by = 'list') AND EXISTS (
            SELECT FROM mails m WHERE m.ticket_id = t.id AND m.department_id = d.id
            AND m.kind = 'forwarded' AND m.state = 'failed' AND m.sent_at IS NULL))
"""
_UNTOLD_OF_THESE: Final = f"""
    SELECT t.id, d.key FROM {_TICKETS} WHERE {_UNTOLD} AND t.id = ANY(:ids) ORDER BY t.id
"""
_ORDER: Final = "d.name, d.id, t.urgent DESC, t.id"
_SILENT: Final = """
    t.status = 'forwarded' AND NOT d.inside AND t.silent_since IS NOT NULL
    AND t.silent_since <= :now - (d.silent_days - 1) * interval '1 day'
"""
_SILENT_IDS: Final = f"SELECT t.id, t.silent_since, d.silent_days FROM {_TICKETS} WHERE {_SILENT}"
