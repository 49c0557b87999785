"""Endpoints as staff read of them: what each is told, how it goes, and the last calls to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from reports.webhooks.choice import Choice
from store import sql

LAST: Final = 20
MOST_DEAD: Final = 200
TROUBLED_AFTER: Final = "1 hour"


@dataclass(frozen=True, slots=True)
class Listed:
    """As of `Webhook`. `sent_at`: when something arrived last; `waiting`, `dead`: how many calls;
    `owner`: who made it, by name, "" where they are gone."""

    id: int
    name: str
    url: str
    choice: Choice
    with_page: bool
    paused_at: datetime | None
    off_at: datetime | None
    failures: int
    failing_since: datetime | None
    due_at: datetime
    former_ends_at: datetime | None
    made_at: datetime
    owner: str
    waiting: int
    dead: int
    sent_at: datetime | None

    @property
    def state(self) -> str:
        """off (it said that it is gone), paused, failing or active."""
        if self.off_at:
            return "off"
        if self.paused_at:
            return "paused"
        return "failing" if self.failures else "active"


class CallLine(NamedTuple):
    """As of `WebhookCall`."""

    id: int
    kind: str
    number: str | None
    state: str
    attempts: int
    made_at: datetime
    tried_at: datetime | None
    due_at: datetime
    status: int | None
    error: str | None


def listed(db: Session) -> list[Listed]:
    """All, by name."""
    return [_read(row) for row in sql.run(db, f"{_LISTED} ORDER BY h.name")]


def one(db: Session, webhook_id: int) -> Listed | None:
    found = sql.run(db, f"{_LISTED} WHERE h.id = %(id)s", id=webhook_id).fetchone()
    return _read(found) if found else None


def last_calls(db: Session, webhook_id: int) -> Sequence[CallLine]:
    """The newest first."""
    found = sql.run(db, f"{_CALLS} ORDER BY id DESC LIMIT %(most)s", id=webhook_id, most=LAST)
    return [CallLine(*row) for row in found]


def dead_calls(db: Session, webhook_id: int) -> Sequence[CallLine]:
    """The oldest first, MOST_DEAD of them."""
    asked = f"{_CALLS} AND state = 'dead' ORDER BY id LIMIT %(most)s"
    return [CallLine(*row) for row in sql.run(db, asked, id=webhook_id, most=MOST_DEAD)]


def troubled(db: Session) -> int:
    """How many somebody should look at: switched off, failing for a while, or with dead calls."""
    return int(sql.run(db, _TROUBLED)[0][0])


def _read(row: Sequence[object]) -> Listed:
    id, name, url, kinds, categories, states, towns, departments, *rest = row
    choice = Choice(*map(tuple, (kinds, categories, states, towns, departments)))  # type: ignore[arg-type]
    return Listed(id, name, url, choice, *rest)  # type: ignore[arg-type]


_LISTED: Final = """
    SELECT h.id, h.name, h.url, h.kinds, h.categories, h.states, h.towns, h.departments,
           h.with_page, h.paused_at, h.off_at, h.failures, h.failing_since, h.due_at,
           CASE WHEN h.former_ends_at > now() THEN h.former_ends_at END, h.made_at,
           coalesce(u.shown_name, ''),
           (SELECT count(*) FROM webhook_calls c
            WHERE c.webhook_id = h.id AND c.state = 'waiting'),
           (SELECT count(*) FROM webhook_calls c WHERE c.webhook_id = h.id AND c.state = 'dead'),
           (SELECT max(c.done_at) FROM webhook_calls c
            WHERE c.webhook_id = h.id AND c.state = 'sent')
    FROM webhooks h LEFT JOIN users u ON u.id = h.made_by
"""
_CALLS: Final = """
    SELECT id, kind, number, state, attempts, made_at, tried_at, due_at, status, error
    FROM webhook_calls WHERE webhook_id = %(id)s
"""
_TROUBLED: Final = f"""
    SELECT count(*) FROM webhooks h
    WHERE h.off_at IS NOT NULL OR h.failing_since < now() - interval '{TROUBLED_AFTER}'
       OR EXISTS (SELECT FROM webhook_calls c WHERE c.webhook_id = h.id AND c.state = 'dead')
"""
