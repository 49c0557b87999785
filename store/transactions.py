"""How the transactions of our role are, as PostgreSQL tells of them."""

from typing import Final

from sqlalchemy.orm import Session

from store import sql


def seen(db: Session) -> tuple[int, float]:
    """How many wait for a lock, and since how many seconds the longest one is open."""
    row = sql.run(db, _SEEN).fetchone()
    return (int(row[0]), float(row[1])) if row else (0, 0.0)


_SEEN: Final = """
    SELECT count(*) FILTER (WHERE wait_event_type = 'Lock'),
           coalesce(extract(epoch FROM max(now() - xact_start)), 0)::float8
    FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
"""
