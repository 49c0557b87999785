"""A message that its sender took back: whatever it brought goes, wherever it went."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.actions.add import ask_again
from reports.orders import copied
from reports.outbox.said import forget_places
from reports.people.models import Resident
from reports.people.permissions import RESIDENT
from reports.photos import intake
from reports.privacy import erasings
from reports.privacy.traces import draw_anew, out_of_history
from reports.tickets import deadline, events, history
from reports.tickets.event_json import read
from reports.tickets.lock import changed, locked_as_found
from reports.tickets.models import Report, Ticket
from reports.tickets.open_question import OpenQuestion, open_question
from reports.tickets.status import OPEN, status_of
from store import sql


class _Gone(NamedTuple):
    what: str
    id: int
    report_id: int | None


def unsend(db: Session, resident_id: int, message_id: str) -> int | None:
    """Everything that this resident's LINE message brought goes; a line without content stays.

    The ticket's own place stays: it is a working fact of the city by now. What the draft holds of
    the message is the conversation's to forget. Returns the id of the photo that it was, if any.
    """
    # before anything is written: a merge has the tickets first, and then the reports
    tickets = locked_as_found(db, lambda: _its_tickets(db, resident_id, message_id))
    gone = [
        *_photos(db, resident_id, message_id),
        *_words(db, resident_id, message_id),
        *_places(db, resident_id, message_id),
    ]
    forget_places(db, resident_id)
    erasings.note(db, "unsent", [resident_id, message_id])
    _tell_tickets(db, tickets, message_id, gone)
    pictures = [part.id for part in gone if part.what == "photo"]
    if gone:
        draw_anew(db, [one.id for one in tickets], photo_ids=pictures, resident_id=resident_id)
    return next(iter(pictures), None)


def _its_tickets(db: Session, resident_id: int, message_id: str) -> list[int]:
    reports = select(Report.id).where(Report.resident_id == resident_id)
    added = history.reports_with_place(db, db.scalars(reports).all(), message_id)
    found = sql.run(db, _ITS_TICKETS, resident=resident_id, message=message_id, added=added)
    return [ticket_id for (ticket_id,) in found]


def _photos(db: Session, resident_id: int, message_id: str) -> list[_Gone]:
    found = sql.run(db, _THEIR_PHOTO, resident=resident_id, message=message_id).fetchall()
    for photo_id, _ in found:
        sql.run(db, _FORGET_ITS_PLACE, photo=photo_id)
        history.forget_photos(db, [photo_id])
        intake.remove(db, photo_id)
    return [_Gone("photo", *row) for row in found]


def _words(db: Session, resident_id: int, message_id: str) -> list[_Gone]:
    its = sql.run(db, _ITS_WORDS, resident=resident_id, message=message_id)
    copied.forget(db, [remark_id for (remark_id,) in its])
    found = sql.run(db, _FORGET_WORDS, resident=resident_id, message=message_id).fetchall()
    for _, report_id in found:
        sql.run(db, _FORGET_HINT, report=report_id)
    return [_Gone("words", *row) for row in found]


def _places(db: Session, resident_id: int, message_id: str) -> list[_Gone]:
    """The place of the report itself, and places that were added to it later."""
    of_report = sql.run(db, _FORGET_PLACE, resident=resident_id, message=message_id).fetchall()
    theirs = db.scalars(select(Report.id).where(Report.resident_id == resident_id)).all()
    added = history.reports_with_place(db, theirs, message_id)
    return [_Gone("place", 0, id) for id in sorted({*added, *(id for (id,) in of_report)})]


def _tell_tickets(
    db: Session, tickets: Sequence[Ticket], message_id: str, gone: Sequence[_Gone]
) -> None:
    """Each ticket's history loses what came with the message, and tells that something did."""
    by_report = defaultdict(list)
    for part in gone:
        if part.report_id is not None:
            by_report[part.report_id].append(part)
    of_reports = select(Report.id, Report.ticket_id).where(Report.id.in_(by_report))
    whose = {row.id: row.ticket_id for row in db.execute(of_reports)}
    held = {ticket.id: ticket for ticket in tickets}
    for report_id, parts in sorted(by_report.items()):
        photos, remarks = ([p.id for p in parts if p.what == one] for one in ("photo", "words"))
        out_of_history(db, report_id, message_id, photo_ids=photos, remark_ids=remarks)
        ticket = held[whose[report_id]]
        unsent = events.Unsent(tuple(sorted({part.what for part in parts})))
        history.write(db, ticket.id, RESIDENT, unsent)
        _ask_again(db, report_id, ticket)
        changed(db, ticket)


def _ask_again(db: Session, report_id: int, ticket: Ticket) -> None:
    """What staff asked is open again when nothing is left of the answer, and nobody asked since."""
    question = _without_answer(db, report_id)
    if question and status_of(ticket.status) in OPEN and _is_asked_nothing(db, report_id):
        ask_again(db, report_id, ticket, question)
        deadline.settle(db, ticket)


def _without_answer(db: Session, report_id: int) -> OpenQuestion | None:
    told = [(line.ticket_id, read(line)) for line in history.lines_of_report(db, report_id)]
    answers = [
        (where, open_question(one.question), one.is_empty)
        for where, one in told
        if isinstance(one, events.Answered)
    ]
    answered = [asked for _, asked, is_empty in answers if not is_empty]
    return next(
        (
            asked
            for where, asked, _ in answers
            if asked
            and asked not in answered
            and not history.asked_since(db, where, asked.history_id)
        ),
        None,
    )


def _is_asked_nothing(db: Session, report_id: int) -> bool:
    whose = select(Resident.question).join(Report, Report.resident_id == Resident.id)
    return db.scalar(whose.where(Report.id == report_id)) == {}


_ITS_TICKETS: Final = """
    SELECT ticket_id FROM reports WHERE resident_id = %(resident)s AND (
        place_message_id = %(message)s OR id = ANY(%(added)s::bigint[]) OR id IN (
            SELECT report_id FROM photos WHERE line_message_id = %(message)s
            UNION ALL SELECT report_id FROM remarks WHERE line_message_id = %(message)s))
    UNION SELECT ticket_id FROM photos
    WHERE line_message_id = %(message)s AND resident_id IS NULL AND ticket_id IS NOT NULL
"""
_THEIR_PHOTO: Final = """
    SELECT id, report_id FROM photos
    WHERE line_message_id = %(message)s AND state <> 'removed'
      AND (resident_id = %(resident)s OR resident_id IS NULL AND ticket_id IS NOT NULL)
    FOR UPDATE
"""
"""Theirs as a resident, or as a crew member who finished a ticket with it."""
_FORGET_ITS_PLACE: Final = """
    UPDATE reports r SET place = NULL, place_accuracy_m = NULL FROM photos p
    WHERE p.id = %(photo)s AND r.id = p.report_id AND r.place_source = 'exif'
      AND ST_Equals(r.place, p.exif_place)
"""
_ITS_WORDS: Final = """
    SELECT m.id FROM remarks m JOIN reports r ON r.id = m.report_id
    WHERE m.line_message_id = %(message)s AND r.resident_id = %(resident)s
"""
_FORGET_WORDS: Final = """
    DELETE FROM remarks m USING reports r
    WHERE m.line_message_id = %(message)s AND r.id = m.report_id AND r.resident_id = %(resident)s
    RETURNING m.id, r.id
"""
_FORGET_HINT: Final = """
    UPDATE reports r SET place_hint = '' WHERE id = %(report)s AND place_hint <> ''
      AND NOT EXISTS (SELECT FROM remarks m
                      WHERE m.report_id = r.id AND position(r.place_hint IN m.words) > 0)
"""
_FORGET_PLACE: Final = """
    UPDATE reports SET place = NULL, place_accuracy_m = NULL, place_message_id = NULL
    WHERE place_message_id = %(message)s AND resident_id = %(resident)s RETURNING id
"""
