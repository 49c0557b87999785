"""What goes by itself: left drafts; residents' ids and words a year after a ticket was closed."""

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.photos import intake
from reports.privacy.traces import FORGET_DRAFTS_PHOTOS, make_nobodys
from reports.tickets.indexes import UNFORGOTTEN
from reports.tickets.models import Report
from store import sql

MOST_AT_ONCE: Final = 500


def forget_drafts(db: Session, before: datetime) -> int:
    """Drafts that were begun before that, or do not say when, are none any more; nor those left
    behind a newer one.

    MOST_AT_ONCE at most, and of nobody who is just being heard: to be called again until it is 0.
    """
    in_utc = before.astimezone(UTC).isoformat()
    return sql.run(db, _FORGET_DRAFTS, before=in_utc, most=MOST_AT_ONCE).rowcount


def year_after_closing(db: Session, now: datetime) -> int:
    """Residents' ids and words leave tickets closed a year ago; then go people who were silent.

    Numbers, categories, positions of the tickets, and the photos of the place stay; those of notes
    go. Returns how many tickets,
    messages and people it came to, MOST_AT_ONCE of each at most: to be called again until it is 0.
    """
    return _old_tickets(db, now) + _old_messages(db, now) + _silent_people(db, now)


def _old_tickets(db: Session, now: datetime) -> int:
    old = [id for (id,) in sql.run(db, _OLD_TICKETS, now=now, most=MOST_AT_ONCE)]
    if old:
        make_nobodys(db, list(db.scalars(select(Report.id).where(Report.ticket_id.in_(old)))))
        for (photo_id,) in sql.run(db, _PHOTOS_OF_NOTES, tickets=old).fetchall():
            intake.remove(db, photo_id)
        sql.run(db, _FORGET_FOLLOWERS, tickets=old, now=now)
    return len(old)


def _old_messages(db: Session, now: datetime) -> int:
    return sql.run(db, _OLD_MESSAGES, now=now, most=MOST_AT_ONCE).rowcount


def _silent_people(db: Session, now: datetime) -> int:
    silent = [id for (id,) in sql.run(db, _SILENT, now=now, most=MOST_AT_ONCE)]
    if silent:
        sql.run(db, FORGET_DRAFTS_PHOTOS, residents=silent)
        sql.run(db, _FORGET_SILENT, silent=silent)
    return len(silent)


# Moments are kept in UTC and compare as texts: casting one that is none would stop all forgetting.
_IS_OLD: Final = """(coalesce({0} ->> 'started_at', '') !~ '^\\d{{4}}-\\d\\d-\\d\\dT'
                       OR {0} ->> 'started_at' COLLATE "C" < %(before)s)"""
_FORGET_DRAFTS: Final = f"""
    UPDATE residents SET draft = CASE WHEN {_IS_OLD.format("draft")}
                                      THEN '{{}}'::jsonb ELSE draft - 'before' END
    WHERE id IN (
        SELECT id FROM residents
        WHERE draft <> '{{}}'
          AND ({_IS_OLD.format("draft")}
               OR draft ? 'before' AND {_IS_OLD.format("(draft -> 'before')")})
        ORDER BY id LIMIT %(most)s FOR NO KEY UPDATE SKIP LOCKED)
"""

_OLD_TICKETS: Final = f"""
    SELECT id FROM tickets
    WHERE ({UNFORGOTTEN}) AND closed_at < %(now)s - interval '1 year'
    ORDER BY closed_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
"""

_PHOTOS_OF_NOTES: Final = """
    SELECT p.id FROM photos p JOIN notes n ON n.id = p.note_id
    WHERE n.ticket_id = ANY(%(tickets)s) AND p.state <> 'removed' ORDER BY p.id
"""
_FORGET_FOLLOWERS: Final = """
    WITH follower AS (
        DELETE FROM followers WHERE ticket_id = ANY(%(tickets)s)
    )
    UPDATE tickets SET forgotten_at = %(now)s, change = nextval('ticket_changes')
    WHERE id = ANY(%(tickets)s)
"""

# Ids grow with time, so the oldest rows are at the beginning of the primary key.
_OLD_MESSAGES: Final = """
    DELETE FROM messages WHERE id IN (
        SELECT id FROM (
            SELECT id, state, created_at FROM messages ORDER BY id LIMIT %(most)s
        ) AS oldest WHERE created_at < %(now)s - interval '1 year' AND state <> 'waiting')
"""

_FORGET_SILENT: Final = """
    WITH gone AS (
        DELETE FROM residents WHERE id = ANY(%(silent)s) RETURNING line_user_id
    )
    DELETE FROM tasks USING gone WHERE args ->> 'person' = line_user_id
"""

# Whoever writes is answered, so that nothing said for a year means nothing heard for a year.
_SILENT: Final = """
    SELECT id FROM residents r
    WHERE created_at < %(now)s - interval '1 year' AND draft = '{}'
      AND NOT EXISTS (SELECT FROM reports WHERE resident_id = r.id)
      AND NOT EXISTS (SELECT FROM followers WHERE resident_id = r.id)
      AND NOT EXISTS (SELECT FROM photos WHERE resident_id = r.id
                      AND (report_id IS NOT NULL OR state <> 'removed'))
      AND NOT EXISTS (SELECT FROM messages WHERE recipient = r.line_user_id)
    ORDER BY id LIMIT %(most)s FOR UPDATE SKIP LOCKED
"""
