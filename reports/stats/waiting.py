"""How much waits, by what."""

from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from reports.outbox.mails import UNDELIVERED
from reports.tickets.filters import STILL_OPEN


def waiting_counts(db: Session) -> dict[str, int]:
    """How much waits, by what: for /metrics and for whoever looks after the installation."""
    row = db.execute(text(_WAITING)).one()
    return dict(row._mapping)


_WAITING: Final = f"""
    SELECT (SELECT count(*) FROM inbox WHERE done_at IS NULL) AS events,
           (SELECT count(*) FROM tasks WHERE finished_at IS NULL) AS tasks,
           (SELECT count(*) FROM tasks WHERE gave_up_at IS NOT NULL) AS tasks_given_up,
           (SELECT count(*) FROM messages WHERE state = 'waiting') AS messages,
           (SELECT count(*) FROM messages WHERE state = 'held') AS messages_held,
           (SELECT count(*) FROM mails m WHERE {UNDELIVERED}) AS mails_failed,
           (SELECT count(*) FROM tickets t WHERE {STILL_OPEN}) AS open_tickets,
           (SELECT count(*) FROM tickets t WHERE {STILL_OPEN} AND department_id IS NULL)
               AS open_tickets_of_nobody
"""
