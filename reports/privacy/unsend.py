"""A message that its sender took back: whatever it brought goes, wherever it went."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.actions.add import ask_again
from reports.outbox.kinds import without_places
from reports.people.permissions import RESIDENT
from reports.photos import intake
from reports.privacy.traces import draw_anew, forget_where_photos_were, out_of_history
from reports.tickets import deadline, history
from reports.tickets.lock import changed, locked
from reports.tickets.models import Report, Ticket
from reports.tickets.status import OPEN, Status
from store import sql


@dataclass(frozen=True, slots=True)
class Unsent:
    """What the message had brought: "photo" (and its id), "words", "place"; or nothing."""

    photo_id: int | None
    what: frozenset[str]


class _Gone(NamedTuple):
    what: str
    id: int
    report_id: int | None


def unsend(db: Session, resident_id: int, message_id: str) -> Unsent:
    """Everything that this resident's LINE message brought goes; a line without content stays.

    The ticket's own place stays: it is a working fact of the city by now. What the draft holds of
    the message is the conversation's to forget.
    """
    gone = [
        *_photos(db, resident_id, message_id),
        *_words(db, resident_id, message_id),
        *_places(db, resident_id, message_id),
    ]
    _forget_what_was_said(db, resident_id)
    tickets = _tell_tickets(db, message_id, gone)
    pictures = [part.id for part in gone if part.what == "photo"]
    if gone:
        draw_anew(db, tickets, photo_ids=pictures, resident_id=resident_id)
    return Unsent(next(iter(pictures), None), frozenset(part.what for part in gone))


def _photos(db: Session, resident_id: int, message_id: str) -> list[_Gone]:
    found = sql.run(db, _THEIR_PHOTO, resident=resident_id, message=message_id).fetchall()
    for photo_id, _ in found:
        sql.run(db, _FORGET_ITS_PLACE, photo=photo_id)
        forget_where_photos_were(db, [photo_id])
        intake.remove(db, photo_id)
    return [_Gone("photo", *row) for row in found]


def _words(db: Session, resident_id: int, message_id: str) -> list[_Gone]:
    found = sql.run(db, _FORGET_WORDS, resident=resident_id, message=message_id).fetchall()
    for _, report_id in found:
        sql.run(db, _FORGET_HINT, report=report_id)
    return [_Gone("words", *row) for row in found]


def _places(db: Session, resident_id: int, message_id: str) -> list[_Gone]:
    found = sql.run(db, _FORGET_PLACE, resident=resident_id, message=message_id).fetchall()
    return [_Gone("place", 0, report_id) for (report_id,) in found]


def _forget_what_was_said(db: Session, resident_id: int) -> None:
    said, waiting = without_places(said=True), without_places(said=False)
    left = {"said": json.dumps(said), "waiting": json.dumps(waiting)}
    sql.run(db, _OUT_OF_ANSWERS, resident=resident_id, **left)


def _tell_tickets(db: Session, message_id: str, gone: Sequence[_Gone]) -> list[int]:
    """Each ticket's history loses what came with the message, and tells that something did."""
    by_report = defaultdict(list)
    for part in gone:
        if part.report_id is not None:
            by_report[part.report_id].append(part)
    tickets = []
    for report_id, parts in sorted(by_report.items()):
        named = [(_ON_LINES[part.what], part.id) for part in parts if part.what in _ON_LINES]
        out_of_history(db, report_id, message_id, named)
        ticket_id = db.scalars(select(Report.ticket_id).where(Report.id == report_id)).one()
        what = sorted({part.what for part in parts})
        history.write(db, ticket_id, RESIDENT, "unsent", details={"what": what})
        ticket = locked(db, ticket_id)
        _ask_again(db, report_id, ticket)
        changed(db, ticket)
        tickets.append(ticket_id)
    return tickets


def _ask_again(db: Session, report_id: int, ticket: Ticket) -> None:
    """What staff asked is open again when nothing is left of the answer, and nobody asked since."""
    gone = sql.run(db, _ANSWER_GONE, report=report_id).fetchone()
    if gone and Status(ticket.status) in OPEN:
        ask_again(db, report_id, ticket, gone[0])
        deadline.settle(db, ticket)


_ON_LINES: Final = {"photo": "photo_ids", "words": "remark_ids"}

_OUT_OF_ANSWERS: Final = """
    UPDATE messages SET say = (
        SELECT jsonb_agg(one || coalesce(CASE WHEN state = 'waiting' THEN %(waiting)s::jsonb
                                              ELSE %(said)s::jsonb END -> (one ->> 'say'), '{}')
                         ORDER BY at)
        FROM jsonb_array_elements(say) WITH ORDINALITY AS said(one, at))
    WHERE recipient = (SELECT line_user_id FROM residents WHERE id = %(resident)s)
      AND EXISTS (SELECT FROM jsonb_array_elements(say) AS one
                  WHERE %(said)s::jsonb ? (one ->> 'say'))
"""
"""What was said to them names no place any more, nor what is near it; what is just being said keeps
what is chosen from."""

_ANSWER_GONE: Final = """
    WITH answer AS (
        SELECT ticket_id, details -> 'question' AS question,
               coalesce(details -> 'remark_ids', '[]') = '[]'
               AND coalesce(details -> 'photo_ids', '[]') = '[]' AND NOT details ? 'place' AS empty
        FROM history WHERE what = 'answered' AND details ? 'report_id'
          AND (details ->> 'report_id')::bigint = %(report)s
    )
    SELECT question FROM answer a
    WHERE empty AND question ? 'history_id'
      AND NOT EXISTS (SELECT FROM answer WHERE question = a.question AND NOT empty)
      AND NOT EXISTS (SELECT FROM history h WHERE h.ticket_id = a.ticket_id AND h.what = 'asked'
                      AND h.id > (a.question ->> 'history_id')::bigint)
      AND EXISTS (SELECT FROM reports r JOIN residents p ON p.id = r.resident_id
                  WHERE r.id = %(report)s AND p.question = '{}')
    LIMIT 1
"""
_THEIR_PHOTO: Final = """
    SELECT id, report_id FROM photos
    WHERE line_message_id = %(message)s AND resident_id = %(resident)s AND state <> 'removed'
    FOR UPDATE
"""
_FORGET_ITS_PLACE: Final = """
    UPDATE reports r SET place = NULL, place_accuracy_m = NULL FROM photos p
    WHERE p.id = %(photo)s AND r.id = p.report_id AND r.place_source = 'exif'
      AND ST_Equals(r.place, p.exif_place)
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
    WITH sent AS (
        UPDATE reports SET place = NULL, place_accuracy_m = NULL, place_message_id = NULL
        WHERE place_message_id = %(message)s AND resident_id = %(resident)s RETURNING id
    )
    SELECT id FROM sent UNION
    SELECT r.id FROM reports r JOIN history h
      ON h.details ? 'report_id' AND (h.details ->> 'report_id')::bigint = r.id
    WHERE r.resident_id = %(resident)s AND h.details ->> 'place_message_id' = %(message)s
"""
"""The place of the report itself, and places that were added to it later."""
