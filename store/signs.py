"""When something that happens again and again happened last, and whether it went well: a row each.

For what no other row tells of: the clock's turn, LINE's answer to our token, the mail server's, the
certificate of our address, the last good backup.
"""

import json
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

from sqlalchemy import DateTime, func, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from store import sql
from store.base import Base

TICK_SECONDS: Final = 10


class Sign(StrEnum):
    """Of what."""

    CLOCK = "clock"
    LINE = "line"
    MAIL = "mail"
    CERTIFICATE = "certificate"
    BACKUP = "backup"


class SignRow(Base):
    """`what` is a Sign; `at`: the last time; `facts`: what else is to be known of it."""

    __tablename__ = "signs"

    what: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    fine: Mapped[bool] = mapped_column(server_default=text("true"))
    facts: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))


class Seen(NamedTuple):
    """`age`: so many seconds ago, by the database's clock."""

    at: datetime
    age: float
    fine: bool
    facts: dict[str, Any]


def note(db: Session, what: Sign, *, fine: bool = True, **facts: Any) -> None:
    """It happened just now; `facts` are numbers and words that JSON can hold."""
    sql.run(db, _NOTE, what=what, fine=fine, facts=json.dumps(facts))


def tick(db: Session) -> None:
    """The clock goes: asked every second, written down every TICK_SECONDS."""
    sql.run(db, _TICK, each=TICK_SECONDS)


def seen(db: Session) -> dict[str, Seen]:
    """All that have been, by their names."""
    return {what: Seen(*rest) for what, *rest in sql.run(db, _SEEN)}


_NOTE: Final = """
    INSERT INTO signs (facts, what, fine) VALUES (%(facts)s::jsonb, %(what)s, %(fine)s)
    ON CONFLICT (what) DO UPDATE
    SET facts = excluded.facts, at = now(), fine = excluded.fine
"""
_TICK: Final = """
    INSERT INTO signs (what) VALUES ('clock') ON CONFLICT (what) DO UPDATE SET at = now()
    WHERE signs.at < now() - make_interval(secs => %(each)s)
"""
_SEEN: Final = """
    SELECT what, at, extract(epoch FROM now() - at)::float8, fine, signs.facts FROM signs
"""
