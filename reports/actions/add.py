"""What a resident adds to a report that is filed: of their own, asked by staff, or not mended.

What comes together (one session) stands on one line of the ticket's history, and can be taken out
again when it was meant for another report.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from geo.points import Point
from reports.people.models import Resident
from reports.people.permissions import RESIDENT
from reports.tickets import deadline, events, history, queries
from reports.tickets.event_json import read
from reports.tickets.filters import STILL_OPEN
from reports.tickets.history_models import History
from reports.tickets.lock import changed, locked_of_report
from reports.tickets.models import Photo, Remark, Report, Ticket
from reports.tickets.open_question import OpenQuestion, open_question, to_json
from reports.tickets.status import Why
from store import sql

_OPEN_REPORTS: Final = f"""
    SELECT r.ticket_id, r.id FROM reports r JOIN tickets t ON t.id = r.ticket_id
    WHERE r.resident_id = %(resident)s AND r.withdrawn_at IS NULL AND r.created_at > %(since)s
      AND {STILL_OPEN}
    ORDER BY r.id DESC
"""
"""Asked with the first of whatever somebody sends."""


def report_of(db: Session, ticket_id: int, resident_id: int) -> int | None:
    """This resident's own report in a ticket, the newest where there are several."""
    return db.scalar(
        select(Report.id)
        .where(
            Report.ticket_id == ticket_id,
            Report.resident_id == resident_id,
            Report.withdrawn_at.is_(None),
        )
        .order_by(Report.id.desc())
        .limit(1)
    )


def open_reports(db: Session, resident_id: int, *, since: datetime) -> list[tuple[int, int]]:
    """What this resident has reported since then, the newest first: (ticket id, report id) of
    tickets that are open."""
    rows = sql.run(db, _OPEN_REPORTS, resident=resident_id, since=since)
    return [(ticket_id, report_id) for ticket_id, report_id in rows]


def tickets_sent_with(db: Session, resident_id: int, line_message_id: str) -> list[int]:
    """The ticket for which this resident sent this photo, these words or this place."""
    own = select(Report.ticket_id).where(Report.resident_id == resident_id)
    photo = select(Photo.report_id).where(Photo.line_message_id == line_message_id)
    words = select(Remark.report_id).where(Remark.line_message_id == line_message_id)
    sent = or_(
        Report.place_message_id == line_message_id, Report.id.in_(photo), Report.id.in_(words)
    )
    return list(db.scalars(own.where(sent).distinct()))


def add_photo(db: Session, report_id: int, photo_id: int) -> None:
    """A photo that belongs to this report, sent in one set with others of it."""
    locked_of_report(db, report_id)
    _put_in(db, report_id, photo_id)


def _put_in(db: Session, report_id: int, photo_id: int) -> None:
    db.execute(update(Photo).where(Photo.id == photo_id).values(report_id=report_id))


def add(
    db: Session,
    report_id: int,
    why: Why,
    session: str,
    *,
    photo_id: int | None = None,
    words: tuple[str | None, str] | None = None,
    place: Point | None = None,
    place_message_id: str | None = None,
    urgent: bool = False,
) -> None:
    """One message more for a report: a photo, words (LINE message id, words), or a place."""
    ticket = locked_of_report(db, report_id)
    if urgent:
        db.execute(update(Report).where(Report.id == report_id).values(urgent=True))
        deadline.hasten(db, ticket)
    kind = events.Answered if why == "answer" else events.Added
    line, came = _line_of(db, ticket.id, report_id, session, kind)
    if photo_id is not None:
        _put_in(db, report_id, photo_id)
        came = replace(came, photo_ids=(*came.photo_ids, photo_id))
    if words:
        remark = Remark(report_id=report_id, line_message_id=words[0], words=words[1])
        db.add(remark)
        db.flush()
        came = replace(came, remark_ids=(*came.remark_ids, remark.id))
    if place:
        at = (place.lon, place.lat)
        came = replace(came, place=at, place_message_id=place_message_id)
    if isinstance(came, events.Answered):
        note = "\n".join(filter(None, (came.note, words[1] if words else "")))
        asked = _answered(db, report_id, ticket)
        first = asked if came.question is None else came.question
        came = replace(came, note=note, question=first)
        deadline.settle(db, ticket)
    history.rewrite(line, came)
    changed(db, ticket)


def take_out(db: Session, report_id: int, session: str) -> None:
    """What this session added leaves the report again, and its line of history with it."""
    ticket = locked_of_report(db, report_id)
    for line, came in _came(history.lines_of_report(db, report_id)):
        if came.session != session:
            continue
        db.execute(update(Photo).where(Photo.id.in_(came.photo_ids)).values(report_id=None))
        for remark in db.scalars(select(Remark).where(Remark.id.in_(came.remark_ids))):
            db.delete(remark)
        db.delete(line)
        if isinstance(came, events.Answered):
            ask_again(db, report_id, ticket, open_question(came.question))
    deadline.settle(db, ticket)
    changed(db, ticket)


def _came(lines: Iterable[History]) -> list[tuple[History, events.Added]]:
    told = [(line, read(line)) for line in lines]
    return [(line, came) for line, came in told if isinstance(came, events.Added)]


def _line_of(
    db: Session, ticket_id: int, report_id: int, session: str, kind: type[events.Added]
) -> tuple[History, events.Added]:
    for line, came in _came(history.lines_of_session(db, ticket_id, session)):
        if came.what == kind.what:
            return line, came
    begun = kind(report_id, session)
    return db.get_one(History, history.write(db, ticket_id, RESIDENT, begun)), begun


def _answered(db: Session, report_id: int, ticket: Ticket) -> dict[str, Any]:
    """Nobody waits for an answer about it any more. Returns the question to this resident that was
    open, {} for none or one about another ticket."""
    resident, ticket.asked_at = _resident_of(db, report_id), None
    asked = open_question(resident.question)
    if asked is None or queries.id_that_goes_on(db, asked.ticket_id) != ticket.id:
        return {}
    resident.question = {}
    return to_json(asked)


def ask_again(db: Session, report_id: int, ticket: Ticket, asked: OpenQuestion | None) -> None:
    """Nothing is left of what was the answer: the question is open as before."""
    if asked:
        ticket.asked_at = asked.at
        _resident_of(db, report_id).question = to_json(asked)


def _resident_of(db: Session, report_id: int) -> Resident:
    whose = select(Report.resident_id).where(Report.id == report_id).scalar_subquery()
    return db.scalars(select(Resident).where(Resident.id == whose)).one()
