"""A report outlives whoever sent it: who they were and what they wrote goes, the hole stays."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.outbox.models import SAYS_ERASED
from reports.outbox.say import HeldData
from reports.people.models import Resident
from reports.people.permissions import RESIDENT, Actor
from reports.photos import intake
from reports.privacy import erasings
from reports.privacy.traces import FORGET_DRAFTS_PHOTOS, draw_anew, make_nobodys
from reports.tickets import deadline, events, history
from reports.tickets.lock import changed, locked_as_found
from reports.tickets.models import Photo, Report, Ticket
from reports.tickets.open_question import OpenQuestion, open_question
from store import sql

_BEGUN: Final = ("photos", "place", "category", "remarks", "typed", "before")


@dataclass(frozen=True, slots=True)
class Held:
    """What is kept about a person: how many of each, whether a report is begun, their language."""

    reports: int
    photos: int
    remarks: int
    follows: int
    draft: bool
    language: str | None

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing to erase but that they wrote to us."""
        return not (self.reports or self.photos or self.remarks or self.follows or self.draft)

    def as_say(self) -> HeldData:
        """For `kinds.MyData`."""
        return HeldData(
            reports=self.reports,
            photos=self.photos,
            remarks=self.remarks,
            follows=self.follows,
            draft=self.draft,
            language=self.language,
        )


def held(db: Session, resident_id: int) -> Held:
    """What is kept about this resident now; a draft's photos count as photos."""
    row = sql.run(db, _HELD, resident=resident_id).fetchone()
    if row is None:
        return Held(0, 0, 0, 0, False, None)
    reports, photos, remarks, follows, draft, language = row
    draft = draft if isinstance(draft, dict) else {}
    adds = "onto" in draft
    begun = "before" in draft if adds else any(draft.get(part) for part in _BEGUN)
    return Held(reports, photos, remarks, follows, begun, language)


def is_stranger(db: Session, resident_id: int) -> bool:
    """Whether we have not even spoken with them: new, or erased before."""
    return sql.run(db, _STRANGER, resident=resident_id).fetchone() is not None


def erase(db: Session, resident_id: int, by: Actor = RESIDENT) -> None:
    """The resident goes with all they sent and all they were told; their tickets stay, nobody's.

    For whoever holds the resident's row. Their events in the inbox are `bot.inbox`'s to empty; an
    answer written after this is the last thing that names them, until `forget_said`.
    """
    who = db.scalar(select(Resident.line_user_id).where(Resident.id == resident_id))
    if who is None:
        return
    # before anything is written: a merge has the tickets first, and then the reports
    tickets = locked_as_found(db, lambda: _their_tickets(db, resident_id))
    photo_ids = _erase_photos(db, resident_id)
    reports = dict(sql.run(db, _REPORTS, resident=resident_id).fetchall())
    make_nobodys(db, reports)
    sql.run(db, _UNFOLLOW, resident=resident_id)
    if asked := _asked(db, resident_id):
        sql.run(db, _WAIT_FOR_NO_ANSWER, resident=resident_id, ticket=asked.ticket_id)
    _tell_tickets(db, tickets, reports.values(), by)
    draw_anew(db, reports.values(), photo_ids=photo_ids)
    erasings.note(db, "resident", [resident_id])
    # last, because whoever was just telling them something had one of those tickets locked
    sql.run(db, _FORGET_WHO, resident=resident_id, who=who)


def erase_reports(db: Session, report_ids: Collection[int], by: Actor) -> None:
    """What somebody told staff goes: who they are, their words, number, photos and place."""
    tickets = locked_as_found(db, lambda: _tickets_of(db, report_ids))
    photo_ids = list(db.scalars(select(Photo.id).where(Photo.report_id.in_(report_ids))))
    _remove(db, photo_ids)
    make_nobodys(db, report_ids)
    erasings.note(db, "reports", sorted(report_ids))
    ids = [ticket.id for ticket in tickets]
    _tell_tickets(db, tickets, ids, by)
    draw_anew(db, ids, photo_ids=photo_ids)


def forget_said(db: Session) -> int:
    """The last answer to somebody who was erased goes once it is said, or cannot be."""
    return sql.run(db, _FORGET_SAID).rowcount


def _tell_tickets(
    db: Session, tickets: Iterable[Ticket], reported: Iterable[int], by: Actor
) -> None:
    """A line on those that were reported; the lists follow all of them."""
    for ticket in tickets:
        db.refresh(ticket, ["asked_at"])
        deadline.settle(db, ticket)
        changed(db, ticket)
    for ticket_id in sorted(set(reported)):
        history.write(db, ticket_id, by, events.Erased())


def _tickets_of(db: Session, report_ids: Collection[int]) -> Iterable[int]:
    return db.scalars(select(Report.ticket_id).where(Report.id.in_(report_ids))).all()


def _their_tickets(db: Session, resident_id: int) -> list[int]:
    """Where they reported, whom they follow, of which they are asked something."""
    asked = _asked(db, resident_id)
    theirs = {"resident": resident_id, "asked": asked.ticket_id if asked else None}
    return [id for (id,) in sql.run(db, _THEIR_TICKETS, **theirs)]


def _asked(db: Session, resident_id: int) -> OpenQuestion | None:
    return open_question(db.scalar(select(Resident.question).where(Resident.id == resident_id)))


def _erase_photos(db: Session, resident_id: int) -> Collection[int]:
    theirs = list(db.scalars(select(Photo.id).where(Photo.resident_id == resident_id)))
    _remove(db, theirs)
    sql.run(db, FORGET_DRAFTS_PHOTOS, residents=[resident_id])
    return theirs


def _remove(db: Session, photo_ids: Collection[int]) -> None:
    history.forget_photos(db, photo_ids)
    for photo_id in photo_ids:
        intake.remove(db, photo_id)


_HELD: Final = """
    SELECT (SELECT count(*) FROM reports WHERE resident_id = r.id),
           (SELECT count(*) FROM photos WHERE resident_id = r.id AND state <> 'removed'),
           (SELECT count(*) FROM remarks m JOIN reports o ON o.id = m.report_id
            WHERE o.resident_id = r.id),
           (SELECT count(*) FROM followers WHERE resident_id = r.id),
           draft, language
    FROM residents r WHERE id = %(resident)s
"""
_STRANGER: Final = """
    SELECT 1 FROM residents r WHERE id = %(resident)s AND draft = '{}' AND language IS NULL
      AND NOT EXISTS (SELECT FROM messages WHERE recipient = r.line_user_id)
      AND NOT EXISTS (SELECT FROM reports WHERE resident_id = r.id)
      AND NOT EXISTS (SELECT FROM followers WHERE resident_id = r.id)
      AND NOT EXISTS (SELECT FROM photos WHERE resident_id = r.id)
"""
_REPORTS: Final = "SELECT id, ticket_id FROM reports WHERE resident_id = %(resident)s"
_UNFOLLOW: Final = "DELETE FROM followers WHERE resident_id = %(resident)s"
_THEIR_TICKETS: Final = """
    SELECT ticket_id FROM reports WHERE resident_id = %(resident)s
    UNION SELECT ticket_id FROM followers WHERE resident_id = %(resident)s
    UNION SELECT id FROM tickets WHERE id = %(asked)s::bigint
"""
_WAIT_FOR_NO_ANSWER: Final = """
    UPDATE tickets t SET asked_at = NULL
    WHERE t.id = %(ticket)s AND NOT EXISTS (
        SELECT FROM reports r JOIN residents other ON other.id = r.resident_id
        WHERE r.ticket_id IN (t.id, t.merged_into) AND other.id <> %(resident)s
          AND other.question ->> 'ticket_id' = t.id::text)
"""

_FORGET_WHO: Final = f"""
    WITH said AS (
        DELETE FROM messages WHERE recipient = %(who)s AND NOT (state = 'waiting' AND {SAYS_ERASED})
    ), work AS (
        DELETE FROM tasks WHERE args ->> 'person' = %(who)s
    ), tombstone AS (
        DELETE FROM unsent_messages WHERE person = %(who)s
    )
    DELETE FROM residents WHERE id = %(resident)s
"""

_FORGET_SAID: Final = f"DELETE FROM messages WHERE {SAYS_ERASED} AND state <> 'waiting'"
