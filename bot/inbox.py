"""What waits to be heard: kept by the webhook, taken in order by whoever holds the person's row.

Taking happens with every event, so it is one statement, straight to the driver.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from bot.models import KEPT_FOR
from reports.photos.intake import LOST
from store import sql

MOST_ATTEMPTS: Final = 5
TROUBLE_LASTS: Final = timedelta(hours=1)
"""At most, where it passes: what an event meets later counts as its own failure."""
MOST_TIDIED: Final = 2000
MOST_PEOPLE: Final = 500
_LOST: Final = list(LOST)

_UNHEARD: Final = """
    SELECT count(*), coalesce(extract(epoch FROM now() - min(received_at)), 0)::float8
    FROM inbox WHERE done_at IS NULL
"""

_WAITING: Final = """
    SELECT person, count(*), min(id) FROM inbox
    WHERE done_at IS NULL AND (retry_at IS NULL OR retry_at <= now())
      AND (%(after)s::text IS NULL OR person > %(after)s::text)
    GROUP BY person ORDER BY person LIMIT %(most)s
"""

_WELCOME: Final = """
    INSERT INTO residents (line_user_id, paused_until)
    SELECT person, (SELECT until FROM pauses p WHERE p.ended_at IS NULL AND until > now()
                    AND p.person = encode(sha256(convert_to(new.person, 'UTF8')), 'hex'))
    FROM unnest(%(people)s::text[]) AS new (person)
    WHERE NOT EXISTS (SELECT FROM residents WHERE line_user_id = person)
    ORDER BY person ON CONFLICT (line_user_id) DO NOTHING
"""

# Both parts of one statement see the same moment: an event that another process finished while we
# came to the lock is still there to be found, but done_at IS NULL is asked again before it is ours.
_TAKE: Final = """
    WITH resident AS MATERIALIZED (
        SELECT id, draft, question, blocked_at IS NOT NULL AS blocked, told_on, spent,
               coalesce(paused_until > now(), false) AS paused
        FROM residents WHERE line_user_id = %(person)s FOR NO KEY UPDATE SKIP LOCKED
    ), event AS (
        UPDATE inbox SET done_at = now()
        WHERE done_at IS NULL AND id = ANY(ARRAY(
            SELECT inbox.id FROM inbox, resident
            WHERE person = %(person)s AND done_at IS NULL
              AND (retry_at IS NULL OR retry_at <= now())
            ORDER BY occurred_at, inbox.id LIMIT %(most)s
        ))
        RETURNING id, raw, received_at, occurred_at, trace
    )
    SELECT event.id, raw, received_at, resident.id, draft, question, blocked, told_on, spent,
           EXISTS (SELECT FROM unsent_messages u WHERE u.person = %(person)s
                   AND u.line_message_id = raw #>> '{message,id}') AS unsent,
           EXISTS (SELECT FROM photos WHERE resident_id = resident.id
                   AND state = ANY(%(lost)s)) AS lost_photos,
           EXISTS (SELECT FROM crew_links WHERE line_user_id = %(person)s) AS linked, paused,
           trace
    FROM event, resident ORDER BY occurred_at, event.id
"""
_GIVE_BACK: Final = "UPDATE inbox SET done_at = NULL WHERE id = ANY(%(ids)s)"

_WAIT: Final = """
    UPDATE inbox SET retry_at = now() + interval '1 s'
    WHERE id = %(id)s AND done_at IS NULL AND received_at > now() - %(most)s
"""

_PUT_OFF: Final = """
    UPDATE inbox SET attempts = attempts + 1,
        retry_at = now() + make_interval(secs => power(2, attempts)),
        done_at = CASE WHEN attempts + 1 >= %(most)s THEN now() END,
        error = CASE WHEN attempts + 1 >= %(most)s THEN 'given up after repeated failures'
                     ELSE 'failed, to be tried again' END
    WHERE id = %(id)s AND done_at IS NULL RETURNING id, raw, received_at, done_at
"""

# Somebody who has blocked us can still take a message back: that is no sign of them.
_OVERTAKEN: Final = """
    SELECT EXISTS (
        SELECT FROM inbox this JOIN inbox later USING (person)
        WHERE this.id = %(id)s AND later.done_at IS NOT NULL
          AND later.occurred_at > this.occurred_at AND later.raw ->> 'type' <> 'unsend')
"""

_FORGET_CONTENT: Final = """
    UPDATE inbox SET raw = raw || jsonb_build_object('message', jsonb_build_object(
        'id', raw #> '{message,id}', 'type', raw #> '{message,type}'))
    WHERE id = %(id)s AND raw ? 'message'
"""

# An event that failed before and waits for its next try is over as well: nothing is left to hear.
_FORGET_MESSAGE: Final = """
    WITH tombstone AS (
        INSERT INTO unsent_messages (person, line_message_id) VALUES (%(person)s, %(message)s)
        ON CONFLICT DO NOTHING
    )
    UPDATE inbox SET raw = raw - 'message', done_at = coalesce(done_at, now())
    WHERE person = %(person)s AND raw -> 'message' ->> 'id' = %(message)s
"""

# What came in meanwhile and was not heard yet is the beginning of something new, and stays.
_FORGET_PERSON: Final = """
    UPDATE inbox SET raw = '{}', person = '', done_at = coalesce(done_at, now())
    WHERE person = (SELECT line_user_id FROM residents WHERE id = %(resident)s)
      AND (done_at IS NOT NULL OR attempts > 0)
"""

# Ids grow with time, so the oldest rows are at the beginning of the primary key.
_TIDY: Final = """
    WITH tombstones AS (DELETE FROM unsent_messages WHERE at < %(before)s)
    DELETE FROM inbox WHERE id IN (
        SELECT id FROM (
            SELECT id, done_at, occurred_at FROM inbox ORDER BY id LIMIT %(most)s
        ) AS oldest WHERE done_at < %(before)s AND occurred_at < %(before)s
    )
"""


# Of what was heard the content goes first, and its key once no event of that time is taken.
_OLD: Final = """
    FROM inbox WHERE done_at < %(before)s AND occurred_at < %(before)s
      AND (person <> '' OR done_at < %(keys)s AND occurred_at < %(keys)s)
"""
_EMPTY: Final = """
    UPDATE inbox SET raw = '{}', person = '' WHERE id IN (
        SELECT id FROM inbox WHERE person <> '' AND done_at < %(before)s
          AND occurred_at < %(before)s ORDER BY id LIMIT %(most)s FOR UPDATE SKIP LOCKED)
"""
_OF_PERSON: Final = """
    SELECT occurred_at, received_at, raw FROM inbox WHERE person = %(person)s
    ORDER BY occurred_at, id
"""
_HOLD_BACK: Final = "UPDATE inbox SET done_at = now(), error = %(why)s WHERE done_at IS NULL"


class Event(NamedTuple):
    """One event as LINE sent it, and when it came here."""

    id: int
    raw: dict[str, Any]
    received_at: datetime


class Taken(NamedTuple):
    """One event, done when the transaction commits; its person's row is ours until then.

    `unsent`: its message was taken back before it was heard. `lost_photos`: whether any photo of
    theirs could not be taken over. `linked`: whether a crew member has linked this LINE account.
    `paused`: nothing that disturbs is taken from them. `trace`: in which it came.
    """

    id: int
    raw: dict[str, Any]
    received_at: datetime
    resident_id: int
    draft: dict[str, Any]
    question: dict[str, Any]
    blocked: bool
    told_on: date | None
    spent: dict[str, Any]
    unsent: bool
    lost_photos: bool
    linked: bool
    paused: bool
    trace: str | None


class Waiting(NamedTuple):
    """Somebody with so many events to be heard, the `first` of them by its id."""

    person: str
    events: int
    first: int


def people_waiting(db: Session, after: str | None = None) -> list[Waiting]:
    """Up to MOST_PEOPLE who are to be heard, in the order of their ids, from that of `after` on."""
    return [Waiting(*row) for row in sql.run(db, _WAITING, after=after, most=MOST_PEOPLE)]


def counts(db: Session) -> dict[str, int]:
    """How many events are still to be heard."""
    row = sql.run(db, _UNHEARD).fetchone()
    return {"events": row[0] if row else 0}


def oldest(db: Session) -> float:
    """For so many seconds the first event waits that is still to be heard."""
    row = sql.run(db, _UNHEARD).fetchone()
    return float(row[1]) if row else 0.0


def welcome(db: Session, people: list[str]) -> None:
    """Everybody who writes has a row from now on."""
    sql.run(db, _WELCOME, people=people)


def take(db: Session, person: str, most: int = 1) -> list[Taken]:
    """The person's next events, `most` at most, in the order of their own time.

    Empty when nothing waits, and while another process speaks with them.
    """
    rows = sql.run(db, _TAKE, person=person, lost=_LOST, most=most)
    return [Taken(*row) for row in rows]


def give_back(db: Session, taken: Sequence[Taken]) -> None:
    """They wait again, as if nobody had taken them."""
    if taken:
        sql.run(db, _GIVE_BACK, ids=[event.id for event in taken])


def is_overtaken(db: Session, event_id: int) -> bool:
    """Whether something that this person did later, by its own time, was heard before it."""
    row = sql.run(db, _OVERTAKEN, id=event_id).fetchone()
    return bool(row and row[0])


def wait_a_moment(db: Session, event_id: int) -> bool:
    """Tried again after a second, and none of its tries spent; False when it has waited enough."""
    return bool(sql.run(db, _WAIT, id=event_id, most=TROUBLE_LASTS).rowcount)


def put_off(db: Session, event_id: int) -> Event | None:
    """It failed: tried again after 1, 2, 4 and 8 seconds; then given up, and given back."""
    row = sql.run(db, _PUT_OFF, id=event_id, most=MOST_ATTEMPTS).fetchone()
    return Event(*row[:3]) if row and row[3] else None


def forget_place(db: Session, event_id: int) -> None:
    """Of a place outside the city nothing is kept."""
    sql.run(db, _FORGET_CONTENT, id=event_id)


def forget_words(db: Session, event_id: int) -> None:
    """Of a one-time code nothing is kept."""
    sql.run(db, _FORGET_CONTENT, id=event_id)


def forget_message(db: Session, person: str, message_id: str) -> None:
    """What its sender took back is not kept either, nor when its event comes only afterwards."""
    sql.run(db, _FORGET_MESSAGE, person=person, message=message_id)


def forget_person(db: Session, resident_id: int) -> None:
    """Their events become empty and nobody's; the keys stay, so a redelivery is still known."""
    sql.run(db, _FORGET_PERSON, resident=resident_id)


def hold_back(db: Session, why: str) -> int:
    """What waits is over without being heard, as it may have been heard elsewhere; how many."""
    return sql.run(db, _HOLD_BACK, why=why).rowcount


def tidy(db: Session, before: datetime) -> int:
    """Delete up to MOST_TIDIED events heard before that; to be called again while it says so many.

    The keys go too: the webhook takes no event any more that happened then (TAKEN_WITHIN).
    Tombstones of that age go along.
    """
    return sql.run(db, _TIDY, before=before, most=MOST_TIDIED).rowcount


def forget(db: Session, before: datetime) -> int:
    """What was heard before that becomes empty and nobody's; what no redelivery can be of goes
    whole. As `tidy`."""
    keys = datetime.now(UTC) - KEPT_FOR
    gone = tidy(db, min(before, keys))
    if gone or before <= keys:
        return gone
    return sql.run(db, _EMPTY, before=before, most=MOST_TIDIED).rowcount


def due(db: Session, before: datetime) -> int:
    """How many `forget` would come to."""
    keys = min(before, datetime.now(UTC) - KEPT_FOR)
    row = sql.run(db, f"SELECT count(*) {_OLD}", before=before, keys=keys).fetchone()
    return int(row[0]) if row else 0


def held(db: Session) -> int:
    """How many events there are with what LINE sent."""
    row = sql.run(db, "SELECT count(*) FROM inbox WHERE person <> ''").fetchone()
    return int(row[0]) if row else 0


def of_person(db: Session, person: str) -> list[dict[str, Any]]:
    """What came from this LINE user id, word for word; the oldest first."""
    found = sql.run(db, _OF_PERSON, person=person)
    return [{"occurred_at": at, "received_at": got, "raw": raw} for at, got, raw in found]
