"""What each of those who sign in did with tickets in a time, counted from the history."""

from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from store import sql


class Work(NamedTuple):
    """`name` as the history keeps it; `tickets`: so many different ones; `filed` and `moved`: lines
    of the history; `fixed`: the moves after which it was repaired; `minutes`: of work, as a crew
    told them."""

    user_id: int
    name: str
    tickets: int
    filed: int
    moved: int
    fixed: int
    minutes: int


class Done(NamedTuple):
    """One thing that somebody did: a line of the history, the last one with a ticket, or minutes of
    work. `id`: after which the next page begins; `to_status`: "" where none was changed."""

    id: int
    ticket_id: int
    at: datetime
    to_status: str
    minutes: int | None


def work(db: Session, begin: datetime, end: datetime, user_id: int | None = None) -> list[Work]:
    """From `begin` to before `end`, whoever did the most first; of one person, where asked for."""
    found = sql.run(db, _WORK, begin=begin, end=end, user_id=user_id)
    return [Work(*row) for row in found]


def lines(
    db: Session, begin: datetime, end: datetime, user_id: int, what: str, *, after: int, limit: int
) -> list[Done]:
    """As many as `work` counts, by a name of `Work`, each ticket once where it counts them; so many
    after that one. Raises KeyError."""
    values = {"begin": begin, "end": end, "user_id": user_id, "after": after, "most": limit}
    return [Done(*row) for row in sql.run(db, _LINES[what], **values)]


_OF_HISTORY: Final = """
    SELECT h.id, h.ticket_id, h.at, coalesce(h.to_status, ''), NULL FROM history h
    WHERE h.actor_id = :user_id AND h.at >= :begin AND h.at < :end AND h.id > :after AND {which}
    ORDER BY h.id LIMIT :most
"""
_LINES: Final = {
    "tickets": sql.named("""
        SELECT h.ticket_id, h.ticket_id, max(h.at), '', NULL FROM history h
        WHERE h.actor_id = :user_id AND h.at >= :begin AND h.at < :end AND h.ticket_id > :after
        GROUP BY h.ticket_id ORDER BY h.ticket_id LIMIT :most
    """),
    "filed": sql.named(_OF_HISTORY.format(which="h.what = 'filed'")),
    "moved": sql.named(_OF_HISTORY.format(which="h.what = 'moved'")),
    "fixed": sql.named(_OF_HISTORY.format(which="h.what = 'moved' AND h.to_status = 'fixed'")),
    "minutes": sql.named("""
        SELECT w.id, w.ticket_id, w.created_at, '', w.minutes FROM works w
        WHERE w.by_id = :user_id AND w.created_at >= :begin AND w.created_at < :end
          AND w.id > :after AND w.minutes IS NOT NULL
        ORDER BY w.id LIMIT :most
    """),
}
_WORK: Final = sql.named("""
    SELECT u.id, done.name, done.tickets, done.filed, done.moved, done.fixed,
           coalesce(worked.minutes, 0)
    FROM users u
    CROSS JOIN LATERAL (
        SELECT max(h.actor_name) AS name, count(DISTINCT h.ticket_id) AS tickets,
               count(*) FILTER (WHERE h.what = 'filed') AS filed,
               count(*) FILTER (WHERE h.what = 'moved') AS moved,
               count(*) FILTER (WHERE h.what = 'moved' AND h.to_status = 'fixed') AS fixed
        FROM history h WHERE h.actor_id = u.id AND h.at >= :begin AND h.at < :end
    ) AS done
    LEFT JOIN (
        SELECT w.by_id, sum(w.minutes)::int AS minutes FROM works w
        WHERE w.created_at >= :begin AND w.created_at < :end GROUP BY w.by_id
    ) AS worked ON worked.by_id = u.id
    WHERE done.tickets > 0 AND (CAST(:user_id AS bigint) IS NULL OR u.id = :user_id)
    ORDER BY done.tickets DESC, u.id
""")
"""Person by person, so that each is a walk along `ix_history_actor`."""
