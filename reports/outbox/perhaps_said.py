"""Words that waited when a backup was made, and that may have been said since: none is said again
by itself, and people look at each (docs/decisions/0054).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from store import sql

RESTORED: Final = "restored from a backup: it may have been said since"
"""As `error` of a message, mail or task tells it."""


class PerhapsSaid(NamedTuple):
    """Words to a resident, or a mail: what kinds of things it says, of which tickets (numbers), to
    which department (mails), and when it was written."""

    id: int
    kinds: Sequence[str]
    tickets: Sequence[str]
    department: str
    written_at: datetime


def hold_back(db: Session) -> int:
    """Words to residents that wait or are held count as perhaps said; how many."""
    return sql.run(db, _HOLD_BACK, why=RESTORED).rowcount


def waiting_mails(db: Session) -> list[int]:
    """Mails that wait still."""
    return [id for (id,) in sql.run(db, "SELECT id FROM mails WHERE state = 'waiting' ORDER BY id")]


def perhaps_said(db: Session) -> list[PerhapsSaid]:
    """Words to residents that nobody has looked at yet, the oldest first."""
    return [PerhapsSaid(*row) for row in sql.run(db, _PERHAPS_SAID, why=RESTORED)]


def perhaps_mailed(db: Session) -> list[PerhapsSaid]:
    """The same of mails."""
    return [PerhapsSaid(*row) for row in sql.run(db, _PERHAPS_MAILED, why=RESTORED)]


def looked_at(db: Session) -> int:
    """Somebody has looked at all of the words to residents; how many those were."""
    values: dict[str, Any] = {"why": RESTORED, "done": f"{RESTORED}; looked at"}
    return sql.run(db, _LOOKED_AT, **values).rowcount


_HOLD_BACK: Final = """
    UPDATE messages SET state = 'unknown', claim = NULL, waits_for = NULL, error = %(why)s
    WHERE state IN ('waiting', 'held')
"""
_PERHAPS_SAID: Final = """
    SELECT m.id,
           ARRAY(SELECT DISTINCT told ->> 'say' FROM jsonb_path_query(m.say, 'lax $[*]') AS told
                 WHERE told ->> 'say' IS NOT NULL ORDER BY 1),
           ARRAY(SELECT DISTINCT t.number FROM jsonb_path_query(m.say, 'lax $[*]') AS told
                 JOIN tickets t ON t.number = told ->> 'number' OR t.id = CASE
                     WHEN told ->> 'ticket_id' ~ '^[0-9]{1,18}$'
                     THEN (told ->> 'ticket_id')::bigint END
                 ORDER BY 1),
           '', m.created_at
    FROM messages m WHERE m.state = 'unknown' AND m.error = %(why)s ORDER BY m.id
"""
_PERHAPS_MAILED: Final = """
    SELECT m.id, ARRAY[m.kind], array_remove(ARRAY[t.number], NULL), coalesce(d.name, ''),
           m.created_at
    FROM mails m LEFT JOIN tickets t ON t.id = m.ticket_id
    LEFT JOIN departments d ON d.id = m.department_id
    WHERE m.state = 'failed' AND m.error = %(why)s AND m.sent_at IS NULL ORDER BY m.id
"""
_LOOKED_AT: Final = """
    UPDATE messages SET error = %(done)s WHERE state = 'unknown' AND error = %(why)s
"""
