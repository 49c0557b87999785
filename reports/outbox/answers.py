"""Answers by mail to whoever handed in a report with an address and has no LINE."""

import secrets
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from reports.tickets import history
from store import sql
from store.tasks import later


class Answer(NamedTuple):
    """One that waits: to whom, and of what it tells. `status`: to which the ticket went then;
    `note`: what was written for those who reported it."""

    id: int
    message_id: str
    created_at: datetime
    name: str
    email: str
    number: str
    category: str
    place_name: str
    status: str
    note: str


def tell(db: Session, ticket_id: int, history_id: int, wait: timedelta = timedelta(0)) -> None:
    """This line of history goes to each of the ticket's who has an address, once."""
    for report_id in [row[0] for row in sql.run(db, _WHO, ticket=ticket_id)]:
        facts = {"report": report_id, "line": history_id, "message": secrets.token_hex(16)}
        for (answer_id,) in sql.run(db, _WRITE, **facts):
            later(db, "send_answer", after=wait, answer_id=answer_id)


def unsay(db: Session, history_id: int) -> None:
    """What was told by this line was taken back before it was sent."""
    sql.run(db, _UNSAY, line=history_id)


def waiting(db: Session, answer_id: int) -> Answer | None:
    """None where it was sent, taken back, or nobody is there to read it."""
    row = sql.run(db, _WAITING, id=answer_id).fetchone()
    line = history.line(db, row[-1]) if row else None
    if row is None or line is None:
        return None
    return Answer._make((*row[:-1], line.to_status or "", line.note))


def sent(db: Session, answer_id: int) -> None:
    """The server took it."""
    sql.run(db, _SENT, id=answer_id)


def failed(db: Session, answer_id: int, error: str) -> None:
    """They were not reached: staff ring them, or write."""
    sql.run(db, _FAILED, id=answer_id, error=error[:500])


_WHO: Final = """
    SELECT c.report_id FROM callers c JOIN reports r ON r.id = c.report_id
    WHERE r.ticket_id = %(ticket)s AND c.email <> '' AND r.withdrawn_at IS NULL
    ORDER BY c.report_id
"""
_WRITE: Final = """
    INSERT INTO answer_mails (report_id, history_id, message_id)
    VALUES (%(report)s, %(line)s, %(message)s) ON CONFLICT DO NOTHING RETURNING id
"""
_UNSAY: Final = "DELETE FROM answer_mails WHERE history_id = %(line)s AND state = 'waiting'"
_WAITING: Final = """
    SELECT a.id, a.message_id, a.created_at, c.name, c.email, t.number, t.category, t.place_name,
           a.history_id
    FROM answer_mails a JOIN callers c ON c.report_id = a.report_id
    JOIN reports r ON r.id = a.report_id JOIN tickets t ON t.id = r.ticket_id
    WHERE a.id = %(id)s AND a.state = 'waiting' AND c.email <> ''
"""
_SENT: Final = """
    UPDATE answer_mails SET state = 'sent', sent_at = now()
    WHERE id = %(id)s AND state = 'waiting'
"""
_FAILED: Final = """
    WITH gone AS (
        UPDATE answer_mails SET state = 'failed', error = %(error)s
        WHERE id = %(id)s AND state = 'waiting' RETURNING report_id
    )
    UPDATE callers SET call_back = true, due_since = coalesce(due_since, now())
    WHERE report_id IN (SELECT report_id FROM gone)
"""
