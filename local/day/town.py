"""Where the scripted day is played: LINE for residents, pages for staff and crew, Michi's books."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, LiteralString

import httpx
import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from local.day.office import Office
from local.day.phone import NoAnswer
from local.machine.stack import Stack

PATIENCE_SECONDS: Final = 360.0
"""Work whose worker is killed while Redis is emptied waits until its lease is over: a photo's takes
330 seconds."""
FRESH: Final = httpx.Limits(keepalive_expiry=2)
"""A server of ours closes a connection that is idle for five seconds: none is used just then."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Books:
    """What Michi holds: its database, and the folder of its photos."""

    database: psycopg.Connection[Row]
    photos: Path

    def rows(self, query: LiteralString, **values: Any) -> list[Row]:
        """What a query finds."""
        return self.database.execute(query, values).fetchall()

    def until(self, query: LiteralString, what: str, **values: Any) -> list[Row]:
        """The rows as soon as there are some. Raises NoAnswer saying `what` when none come."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not (found := self.rows(query, **values)):
            if time.monotonic() > end:
                raise NoAnswer(f"waited in vain for {what}")
            time.sleep(0.15)
        return found

    def until_quiet(self, patience: float = PATIENCE_SECONDS) -> bool:
        """Wait until nothing waits any more: no event, no task, no message; whether it came so."""
        end = time.monotonic() + patience
        while self.rows(_WAITING)[0]["waiting"]:
            if time.monotonic() > end:
                return False
            time.sleep(0.2)
        return True

    def tables_with(self, words: str) -> list[str]:
        """The tables in which these words stand, wherever in them."""
        names = [str(row["table_name"]) for row in self.rows(_TABLES)]
        return [name for name in names if self._has(name, words)]

    def _has(self, table: str, words: str) -> bool:
        seek = sql.SQL("SELECT 1 FROM {} AS one WHERE one::text LIKE %s LIMIT 1")
        found = self.database.execute(seek.format(sql.Identifier(table)), [f"%{words}%"])
        return found.fetchone() is not None


_WAITING: Final = """
    SELECT (SELECT count(*) FROM inbox WHERE done_at IS NULL)
         + (SELECT count(*) FROM tasks WHERE finished_at IS NULL)
         + (SELECT count(*) FROM messages WHERE state = 'waiting') AS waiting
"""
_TABLES: Final = """
    SELECT table_name FROM information_schema.tables
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
"""


@dataclass(frozen=True)
class Town:
    """All that the day is played with; every part of it may be used by many threads."""

    web: str
    line: httpx.Client
    staff: Office
    crew: Office
    books: Books


@contextmanager
def town(stack: Stack) -> Iterator[Town]:
    """The town of this stack, staff and crew signed in, until the block ends."""
    with (
        httpx.Client(base_url=stack.line_api, timeout=30, limits=FRESH) as line,
        closing(Office(stack.web, "staff", stack.sign_in["staff"])) as staff,
        closing(Office(stack.web, "crew", stack.sign_in["crew"])) as crew,
        psycopg.connect(stack.database_url, row_factory=dict_row, autocommit=True) as database,
    ):
        yield Town(stack.web, line, staff, crew, Books(database, stack.data / "photos"))
