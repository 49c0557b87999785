"""What waits to be heard: kept by the webhook, taken one by one by whoever holds the person's row.

Taking happens with every event, so it is one statement each, straight to the driver.
"""

from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from store.direct import quickly

_MOST_PEOPLE: Final = 500

_WAITING: Final = """
    SELECT person, count(*) FROM inbox
    WHERE done_at IS NULL AND (retry_at IS NULL OR retry_at <= now())
    GROUP BY person ORDER BY min(id) LIMIT %(most)s
"""

_WELCOME: Final = """
    INSERT INTO residents (line_user_id)
    SELECT person FROM unnest(%(people)s::text[]) AS person
    WHERE NOT EXISTS (SELECT FROM residents WHERE line_user_id = person)
    ORDER BY person ON CONFLICT (line_user_id) DO NOTHING
"""

# Both parts of one statement see the same moment: an event that another process finished while we
# came to the lock is still there to be found, but done_at IS NULL is asked again before it is ours.
_TAKE: Final = """
    WITH resident AS MATERIALIZED (
        SELECT id, draft FROM residents WHERE line_user_id = %(person)s FOR UPDATE SKIP LOCKED
    ), event AS (
        UPDATE inbox SET done_at = now()
        WHERE done_at IS NULL AND id = (
            SELECT inbox.id FROM inbox, resident
            WHERE person = %(person)s AND done_at IS NULL
              AND (retry_at IS NULL OR retry_at <= now())
            ORDER BY occurred_at, inbox.id LIMIT 1
        )
        RETURNING id, raw, received_at
    )
    SELECT event.id, raw, received_at, resident.id, draft FROM event, resident
"""


class Taken(NamedTuple):
    """One event, done when the transaction commits; its person's row is ours until then."""

    id: int
    raw: dict[str, Any]
    received_at: datetime
    resident_id: int
    draft: dict[str, Any]


def people_waiting(db: Session) -> dict[str, int]:
    """Who has how many events to be heard; those who wait longest come first."""
    return dict(quickly(db, _WAITING, most=_MOST_PEOPLE))


def welcome(db: Session, people: list[str]) -> None:
    """Everybody who writes has a row from now on."""
    quickly(db, _WELCOME, people=people)


def take(db: Session, person: str) -> Taken | None:
    """The person's next event, in the order of their own time.

    None when nothing waits, and while another process speaks with them.
    """
    row = quickly(db, _TAKE, person=person).fetchone()
    return Taken(*row) if row else None
