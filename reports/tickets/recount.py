"""What triggers keep with each ticket for lists (migration 0015), counted anew and compared."""

from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from reports.tickets.models import IN_ORDER

AT_ONCE: Final = 5_000
"""So many ids are looked at in one piece."""


def last_id(db: Session) -> int:
    """The greatest id of any ticket, 0 where there is none."""
    return int(db.scalar(text("SELECT coalesce(max(id), 0) FROM tickets")) or 0)


def amiss(db: Session, after: int) -> list[int]:
    """The tickets of the next AT_ONCE ids with whom something else is kept than there is."""
    return list(db.scalars(text(_AMISS), {"after": after, "until": after + AT_ONCE}))


def mend(db: Session, ids: list[int]) -> None:
    """Keep what there is. First the locks, then another statement, which sees what others have
    committed before they let go."""
    db.execute(text(_LOCK), {"ids": ids})
    db.execute(text(_MEND), {"ids": ids})


_COUNTED: Final = f"""
    SELECT (SELECT count(*) FROM followers f WHERE f.ticket_id = t.id) AS follower_count,
           (SELECT p.id FROM photos p JOIN reports r ON r.id = p.report_id
            WHERE r.ticket_id = t.id AND p.state = 'stored'
            ORDER BY {IN_ORDER} LIMIT 1) AS cover_id,
           coalesce((SELECT h.to_status = 'declined' AND h.actor = 'resident' FROM history h
                     WHERE h.ticket_id = t.id AND h.to_status IS NOT NULL
                     ORDER BY h.id DESC LIMIT 1), false) AS is_withdrawn
"""
_KEPT: Final = "(t.follower_count, t.cover_id, t.is_withdrawn)"
_FOUND: Final = "(found.follower_count, found.cover_id, found.is_withdrawn)"
_AMISS: Final = f"""
    SELECT t.id FROM tickets t, LATERAL ({_COUNTED}) AS found
    WHERE t.id > :after AND t.id <= :until AND {_KEPT} IS DISTINCT FROM {_FOUND} ORDER BY t.id
"""
_LOCK: Final = "SELECT FROM tickets WHERE id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE"
_MEND: Final = f"""
    UPDATE tickets SET follower_count = found.follower_count, cover_id = found.cover_id,
                       is_withdrawn = found.is_withdrawn
    FROM (SELECT t.id, found.* FROM tickets t, LATERAL ({_COUNTED}) AS found
          WHERE t.id = ANY(:ids)) AS found
    WHERE tickets.id = found.id
"""
