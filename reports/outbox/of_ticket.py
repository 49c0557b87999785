"""What was said about tickets, to residents and to others, and what became of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from store import sql


class ToldOf(NamedTuple):
    """Words to a resident over LINE. `kinds`: names of what it says of these tickets;
    `history_ids`: the lines that it tells of. `state`, `via`: as of `Message`."""

    id: int
    resident_id: int
    created_at: datetime
    sent_at: datetime | None
    state: str
    via: str | None
    kinds: Sequence[str]
    history_ids: Sequence[int]


class MailOf(NamedTuple):
    """A mail about a ticket: to a department or firm (`kind` as of `Mail`), or, where it has a
    `report_id`, an answer to who handed that in."""

    id: int
    kind: str
    to: str
    report_id: int | None
    created_at: datetime
    sent_at: datetime | None
    state: str


def told_of(db: Session, ticket_ids: Sequence[int], numbers: Sequence[str]) -> list[ToldOf]:
    """In the order in which it was written, to whoever reported or follows one of them."""
    asked = {"tickets": list(ticket_ids), "numbers": list(numbers)}
    return [ToldOf(*row) for row in sql.run(db, _TOLD, **asked)]


def mails_of(db: Session, ticket_ids: Sequence[int]) -> list[MailOf]:
    """The same of mails, to the city's departments and others."""
    return [MailOf(*row) for row in sql.run(db, _MAILS, tickets=list(ticket_ids))]


def answers_of(db: Session, ticket_ids: Sequence[int]) -> list[MailOf]:
    """Mails to those who handed in a report with their address."""
    return [MailOf(*row) for row in sql.run(db, _ANSWERS, tickets=list(ticket_ids))]


_TOLD: Final = """
    WITH people AS (
        SELECT id, line_user_id FROM residents WHERE id IN (
            SELECT resident_id FROM reports WHERE ticket_id = ANY(%(tickets)s::bigint[])
            UNION SELECT resident_id FROM followers WHERE ticket_id = ANY(%(tickets)s::bigint[]))
    )
    SELECT m.id, r.id, m.created_at, m.sent_at, m.state, m.via, told.kinds, told.lines
    FROM people r JOIN messages m ON m.recipient = r.line_user_id CROSS JOIN LATERAL (
        SELECT array_agg(one ->> 'say' ORDER BY at) AS kinds,
               array_remove(array_agg(CASE WHEN one ->> 'history_id' ~ '^[0-9]{1,18}$'
                   THEN (one ->> 'history_id')::bigint END ORDER BY at), NULL) AS lines
        FROM jsonb_path_query(m.say, 'lax $[*]') WITH ORDINALITY AS said(one, at)
        WHERE one ->> 'say' IS NOT NULL AND (one ->> 'number' = ANY(%(numbers)s::text[])
          OR CASE WHEN one ->> 'ticket_id' ~ '^[0-9]{1,18}$'
                  THEN (one ->> 'ticket_id')::bigint = ANY(%(tickets)s::bigint[]) END)
    ) AS told
    WHERE told.kinds IS NOT NULL ORDER BY m.id
"""
_MAILS: Final = """
    SELECT m.id, m.kind, coalesce(d.name, ''), NULL::bigint, m.created_at, m.sent_at, m.state
    FROM mails m LEFT JOIN departments d ON d.id = m.department_id
    WHERE m.ticket_id = ANY(%(tickets)s::bigint[]) ORDER BY m.id
"""
_ANSWERS: Final = """
    SELECT m.id, 'answer', '', m.report_id, m.created_at, m.sent_at, m.state
    FROM answer_mails m JOIN reports r ON r.id = m.report_id
    WHERE r.ticket_id = ANY(%(tickets)s::bigint[]) ORDER BY m.id
"""
