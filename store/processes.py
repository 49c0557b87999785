"""The processes of this installation, each with its row: that it lives, and what it has counted.

Workers and clock have no port and may be on any machine; a child of a fork is gone before anybody
could ask it. So each says it every NOTED_EVERY seconds, and any web process tells Prometheus of
all of them (docs/decisions/0055).
"""

import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib.metadata import version
from typing import Any, Final, NamedTuple

import structlog
from sqlalchemy import DateTime, PrimaryKeyConstraint, func
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column

from store import metrics, sql
from store.base import Base
from store.database import aside
from store.metrics import Sums

KINDS: Final = ("web", "photos", "routing", "messages", "letters", "files", "clock")
"""Those of the Procfile."""
NOTED_EVERY: Final = 15.0
LIVES_SECONDS: Final = 60
"""Who has said nothing for so long is not counted as living."""
LEAVES_WITHIN_SECONDS: Final = 5.0
SHOWN_SECONDS: Final = 300
"""Its last sums are told for so long, that Prometheus sees how it ended."""

log = structlog.get_logger()


class ProcessRow(Base):
    """A process that has said in the last hour that it lives; `kind` is its name in the Procfile,
    `sums` what it has counted since it began (store/metrics.py)."""

    __tablename__ = "processes"
    __table_args__ = (PrimaryKeyConstraint("kind", "host", "pid"),)

    kind: Mapped[str]
    host: Mapped[str]
    pid: Mapped[int] = mapped_column(autoincrement=False)
    version: Mapped[str]
    began_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    noted_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    sums: Mapped[dict[str, Any]]


class Process(NamedTuple):
    """`which`: its machine and its number there."""

    kind: str
    host: str
    pid: int
    version: str
    lives: bool
    sums: Sums

    @property
    def which(self) -> str:
        return f"{self.host}:{self.pid}"


@dataclass(slots=True)
class Notes:
    """What one process says of itself, now and then."""

    kind: str
    said: float = field(default_factory=lambda: float("-inf"))

    def note(self) -> None:
        """Say it. A database that is away is another one's to tell of."""
        self.said = time.monotonic()
        facts = {"kind": self.kind, "host": host(), "pid": os.getpid(), "version": our_version()}
        try:
            aside(_NOTE, **facts, sums=json.dumps(metrics.sums()))
        except SQLAlchemyError as away:
            log.warning("process_not_noted", kind=sql.kind_of(away))

    def note_if_due(self) -> None:
        """The same, NOTED_EVERY seconds after the last time at the soonest."""
        if time.monotonic() - self.said >= NOTED_EVERY:
            self.note()


@contextmanager
def noted(kind: str) -> Iterator[None]:
    """It is said from a thread of its own while the block goes on, and a last time at its end. For
    those that do not fork."""
    notes, over = Notes(kind), threading.Event()

    def go_on() -> None:
        while not over.is_set():
            notes.note()
            over.wait(NOTED_EVERY)

    thread = threading.Thread(target=go_on, name="notes", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(LEAVES_WITHIN_SECONDS)
        notes.note()


def others(db: Session) -> list[Process]:
    """All but this one, as they said last."""
    found = sql.run(db, _OTHERS, host=host(), pid=os.getpid(), lives=LIVES_SECONDS,
                    shown=SHOWN_SECONDS)  # fmt: skip
    return [Process(*row) for row in found]


@cache
def host() -> str:
    """This machine's name."""
    return socket.gethostname()[:100]


@cache
def our_version() -> str:
    """Of what this process runs."""
    return version("michi")


_NOTE: Final = """
    WITH gone AS (DELETE FROM processes WHERE noted_at < now() - interval '1 hour')
    INSERT INTO processes (kind, host, pid, version, sums)
    VALUES (%(kind)s, %(host)s, %(pid)s, %(version)s, %(sums)s::jsonb)
    ON CONFLICT (kind, host, pid) DO UPDATE
    SET version = excluded.version, noted_at = now(), sums = excluded.sums
"""
_OTHERS: Final = """
    SELECT kind, host, pid, version, noted_at > now() - make_interval(secs => %(lives)s), sums
    FROM processes
    WHERE noted_at > now() - make_interval(secs => %(shown)s)
      AND (host, pid) <> (%(host)s, %(pid)s)
    ORDER BY kind, host, pid
"""
