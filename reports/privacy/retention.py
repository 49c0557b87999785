"""What goes by itself: left drafts; ids, words, original photos and places so long after a ticket
was closed; messages, mails and people who were silent. Each for as long as the city says."""

from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.photos import intake
from reports.privacy.steps import MOST_AT_ONCE
from reports.privacy.traces import FORGET_DRAFTS_PHOTOS, forget_words, make_nobodys
from reports.tickets.indexes import HAS_EXIF, HAS_ORIGINALS, HAS_WORDS, UNFORGOTTEN
from reports.tickets.models import Report
from store import sql

PHOTO_AFTER_DRAFT: Final = timedelta(hours=1)
"""A draft's photos go so long after it, for it may just be filed."""


def old_drafts(db: Session, before: datetime) -> int:
    """How many `forget_drafts` would come to."""
    row = sql.run(db, f"SELECT count(*) {_OLD_DRAFTS}", before=_in_utc(before)).fetchone()
    return int(row[0]) if row else 0


def forget_drafts(db: Session, before: datetime) -> int:
    """Drafts that were begun before that, or do not say when, are none any more; nor those left
    behind a newer one.

    MOST_AT_ONCE at most, and of nobody who is just being heard: to be called again until it is 0.
    """
    return sql.run(db, _FORGET_DRAFTS, before=_in_utc(before), most=MOST_AT_ONCE).rowcount


def forget_people(db: Session, before: datetime) -> int:
    """Residents' ids and words, callers and followers leave tickets closed before that, and the
    photos of notes go. Numbers, categories, positions of the tickets, and the photos of the place
    stay. How many tickets it came to."""

    def leave(tickets: Collection[int]) -> None:
        make_nobodys(db, _reports_of(db, tickets))
        for (photo_id,) in sql.run(db, _PHOTOS_OF_NOTES, tickets=list(tickets)).fetchall():
            intake.remove(db, photo_id)
        sql.run(db, _FORGET_FOLLOWERS, tickets=list(tickets))

    return _of_closed(db, before, "forgotten_at", UNFORGOTTEN, leave)


def forget_words_of_closed(db: Session, before: datetime) -> int:
    """What residents wrote leaves tickets closed before that; who they are stays."""

    def leave(tickets: Collection[int]) -> None:
        forget_words(db, _reports_of(db, tickets))

    return _of_closed(db, before, "words_gone_at", HAS_WORDS, leave)


def forget_originals(db: Session, before: datetime) -> int:
    """Photos as they were sent go from tickets closed before that; their small sizes stay."""

    def leave(tickets: Collection[int]) -> None:
        of_them = [id for (id,) in sql.run(db, _ORIGINALS, tickets=list(tickets))]
        intake.forget_originals(db, of_them)

    return _of_closed(db, before, "originals_gone_at", HAS_ORIGINALS, leave)


def forget_exif_places(db: Session, before: datetime) -> int:
    """Where its camera says that a photo was taken leaves tickets closed before that."""

    def leave(tickets: Collection[int]) -> None:
        sql.run(db, _FORGET_EXIF, tickets=list(tickets))

    return _of_closed(db, before, "exif_gone_at", HAS_EXIF, leave)


def forget_messages(db: Session, before: datetime) -> int:
    """What was said to residents before that, the oldest of all messages at a time."""
    return sql.run(db, _FORGET_MESSAGES, before=before, most=MOST_AT_ONCE).rowcount


def forget_mails(db: Session, before: datetime) -> int:
    """Mails from before that, of a ticket or order that was over by then too."""
    return sql.run(db, _FORGET_MAILS, before=before, most=MOST_AT_ONCE).rowcount


def forget_silent(db: Session, before: datetime) -> int:
    """People to whom nothing was said since, and of whom nothing is left."""
    silent = [id for (id,) in sql.run(db, _SILENT_NOW, before=before, most=MOST_AT_ONCE)]
    if silent:
        sql.run(db, FORGET_DRAFTS_PHOTOS, residents=silent)
        sql.run(db, _FORGET_SILENT, silent=silent)
    return len(silent)


def forget_draft_photos(db: Session, before: datetime) -> int:
    """Photos that never became part of a report; a row that is left says that there was one."""
    forgotten = intake.forgotten_drafts(db, before - PHOTO_AFTER_DRAFT)
    for photo_id in forgotten:
        intake.remove(db, photo_id)
    return len(forgotten)


def _of_closed(
    db: Session,
    before: datetime,
    mark: str,
    has: str,
    leave: Callable[[Collection[int]], None],
) -> int:
    """The oldest of those that have it still and nobody else has in hand; `mark`: says when it
    left."""
    asked = OLD_TICKETS.format(rows=closed(has))
    old = [id for (id,) in sql.run(db, asked, before=before, most=MOST_AT_ONCE)]
    if old:
        leave(old)
        sql.run(db, _MARK.format(mark=mark), tickets=old)
    return len(old)


def _reports_of(db: Session, tickets: Collection[int]) -> Collection[int]:
    return list(db.scalars(select(Report.id).where(Report.ticket_id.in_(tickets))))


def _in_utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def closed(has: str) -> str:
    """FROM … WHERE … of the tickets that are due, as their index has it."""
    return f"FROM tickets WHERE closed_at IS NOT NULL AND ({has}) AND closed_at < %(before)s"


OLD_TICKETS: Final = "SELECT id {rows} ORDER BY closed_at LIMIT %(most)s FOR UPDATE SKIP LOCKED"
_MARK: Final = """
    UPDATE tickets SET {mark} = now(), change = nextval('ticket_changes')
    WHERE id = ANY(%(tickets)s::bigint[])
"""

# Moments are kept in UTC and compare as texts: casting one that is none would stop all forgetting.
_IS_OLD: Final = """(coalesce({0} ->> 'started_at', '') !~ '^\\d{{4}}-\\d\\d-\\d\\dT'
                       OR {0} ->> 'started_at' COLLATE "C" < %(before)s)"""
_OLD_DRAFTS: Final = f"""
    FROM residents WHERE draft <> '{{}}'
      AND ({_IS_OLD.format("draft")}
           OR draft ? 'before' AND {_IS_OLD.format("(draft -> 'before')")})
"""
_FORGET_DRAFTS: Final = f"""
    UPDATE residents SET draft = CASE WHEN {_IS_OLD.format("draft")}
                                      THEN '{{}}'::jsonb ELSE draft - 'before' END
    WHERE id IN (
        SELECT id {_OLD_DRAFTS} ORDER BY id LIMIT %(most)s FOR NO KEY UPDATE SKIP LOCKED)
"""
_PHOTOS_OF_NOTES: Final = """
    SELECT p.id FROM photos p JOIN notes n ON n.id = p.note_id
    WHERE n.ticket_id = ANY(%(tickets)s::bigint[]) AND p.state <> 'removed' ORDER BY p.id
"""
_FORGET_FOLLOWERS: Final = "DELETE FROM followers WHERE ticket_id = ANY(%(tickets)s::bigint[])"
_PHOTOS_OF: Final = """
    SELECT p.id FROM photos p JOIN reports r ON r.id = p.report_id
    WHERE r.ticket_id = ANY(%(tickets)s::bigint[])
    UNION ALL SELECT id FROM photos WHERE ticket_id = ANY(%(tickets)s::bigint[])
    UNION ALL SELECT p.id FROM photos p JOIN notes n ON n.id = p.note_id
    WHERE n.ticket_id = ANY(%(tickets)s::bigint[])
"""
_ORIGINALS: Final = f"""
    SELECT id FROM photos WHERE original IS NOT NULL AND state <> 'waiting'
      AND id IN ({_PHOTOS_OF}) ORDER BY id
"""
_FORGET_EXIF: Final = f"""
    UPDATE photos SET exif_place = NULL, exif_accuracy_m = NULL, direction = NULL
    WHERE id IN ({_PHOTOS_OF})
      AND (exif_place IS NOT NULL OR exif_accuracy_m IS NOT NULL OR direction IS NOT NULL)
"""

OLD_MESSAGES: Final = "FROM messages WHERE created_at < %(before)s AND state <> 'waiting'"
# Ids grow with time, so the oldest rows are at the beginning of the primary key.
_FORGET_MESSAGES: Final = """
    DELETE FROM messages WHERE id IN (
        SELECT id FROM (
            SELECT id, state, created_at FROM messages ORDER BY id LIMIT %(most)s
        ) AS oldest WHERE created_at < %(before)s AND state <> 'waiting')
"""
OLD_MAILS: Final = """
    FROM mails m LEFT JOIN tickets t ON t.id = m.ticket_id
    LEFT JOIN work_order_mails w ON w.mail_id = m.id
    LEFT JOIN work_orders o ON o.id = w.order_id
    WHERE m.created_at < %(before)s AND m.state <> 'waiting'
      AND (m.ticket_id IS NULL OR t.closed_at < %(before)s)
      AND (o.id IS NULL OR o.state IN ('done', 'cancelled'))
"""
_FORGET_MAILS: Final = f"""
    DELETE FROM mails WHERE id IN (
        SELECT m.id {OLD_MAILS} ORDER BY m.created_at LIMIT %(most)s)
"""
_FORGET_SILENT: Final = """
    WITH gone AS (
        DELETE FROM residents WHERE id = ANY(%(silent)s::bigint[]) RETURNING line_user_id
    )
    DELETE FROM tasks USING gone WHERE args ->> 'person' = line_user_id
"""
# Whoever writes is answered, so that nothing said for so long means nothing heard for so long.
SILENT: Final = """
    FROM residents r
    WHERE created_at < %(before)s AND draft = '{}'
      AND NOT EXISTS (SELECT FROM reports WHERE resident_id = r.id)
      AND NOT EXISTS (SELECT FROM followers WHERE resident_id = r.id)
      AND NOT EXISTS (SELECT FROM photos WHERE resident_id = r.id
                      AND (report_id IS NOT NULL OR state <> 'removed'))
      AND NOT EXISTS (SELECT FROM messages WHERE recipient = r.line_user_id)
"""
_SILENT_NOW: Final = f"SELECT id {SILENT} ORDER BY id LIMIT %(most)s FOR UPDATE SKIP LOCKED"
