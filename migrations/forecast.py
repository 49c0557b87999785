"""What the migrations that wait will do to this very database: each is run in one transaction that
is rolled back, while what it locks, rewrites and reads is read from the server.

An index that is made beside those who write cannot be made so: on a small table it is made all the
same, on a large one its time is estimated.
"""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import geoalchemy2.alembic_helpers  # noqa: F401  (the operations that migrations use)
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError

from migrations.expands import MARK, WIDER, Catalog, catalog, contractions
from migrations.schema import config
from store import sql

TRIED_SECONDS: Final = 2.0
"""Nobody waits for longer than this for one statement that is tried."""
IN_ALL_SECONDS: Final = 5.0
FEW_ROWS: Final = 10_000
BESIDE: Final = "ShareUpdateExclusiveLock"
STRONG: Final = (
    BESIDE, "ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock",
)  # fmt: skip
"""By what they keep from others: only upkeep; writing; writing; all but reading; all."""
_SECONDS_A_ROW: Final = 4e-6
_BYTES_A_SECOND: Final = 100e6


@dataclass
class Lock:
    """On a table that is there already. `seconds`: how long, with what follows until the commit."""

    mode: str
    seconds: float = 0.0
    rewrites: bool = False
    scans: bool = False


@dataclass
class Forecast:
    """Of one migration. `seconds`: all of it; `by`: measured, estimated (an index beside those who
    write), or untried, with `why`."""

    revision: str
    title: str
    mark: str
    rows: int = 0
    seconds: float = 0.0
    by: str = "measured"
    why: str = ""
    locks: dict[str, Lock] = field(default_factory=dict)
    contracts: list[str] = field(default_factory=list)

    @property
    def keeps_waiting(self) -> float:
        """Seconds for which somebody who reads or writes would wait."""
        return max((lock.seconds for lock in self.locks.values() if lock.mode != BESIDE), default=0)


def forecasts(connection: Connection) -> list[Forecast]:
    """Of every migration that waits, the next one first; the transaction is rolled back."""
    script = ScriptDirectory.from_config(config())
    begun = connection.begin()
    try:
        heads = MigrationContext.configure(connection).get_current_heads()
        waiting = [*script.iterate_revisions("head", heads[0] if heads else "base")][::-1]
        return [*_Trial(connection).run(waiting)]
    finally:
        begun.rollback()


class _Seen(NamedTuple):
    """Of a table: the file it lies in, how often all of it was read, what is locked of it."""

    node: int
    scans: int
    modes: set[str]


class _Trial:
    """One transaction in which the migrations run one after the other."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        driver: Any = connection.connection.driver_connection
        self._driver = driver
        self._spent = 0.0
        self.tables: dict[str, tuple[int, int, int]] = {
            row[0]: row[1:] for row in self._driver.execute(_TABLES)
        }
        self.seen = self.look()

    def run(self, waiting: list[Script]) -> Iterator[Forecast]:
        self._driver.execute(_PATIENCE.format(round(TRIED_SECONDS * 1000)))
        before, why = catalog(self._connection), ""
        for script in waiting:
            found = _begun(script)
            if why or self._spent > IN_ALL_SECONDS:
                found.by, found.why = "untried", why or "time"
                why = found.why
            else:
                why, before = self._try(script, found, before)
            yield found

    def _try(self, script: Script, found: Forecast, before: Catalog) -> tuple[str, Catalog]:
        """Why those after it cannot be tried, and what there is now."""
        try:
            with _Watch(self, found).on(self._connection) as context, Operations.context(context):
                script.module.upgrade()
        except DBAPIError as wrong:
            found.by, found.why = "untried", sql.kind_of(wrong)
            return "before", before
        finally:
            self._spent += found.seconds if found.by == "measured" else 0.0
        after = catalog(self._connection)
        found.contracts = contractions(before, after, getattr(script.module, WIDER, ()))
        return "", after

    def look(self) -> dict[str, _Seen]:
        """The tables that were there at the beginning, as they are now."""
        names = {oid: name for name, (oid, _, _) in self.tables.items()}
        rows = self._driver.execute(_SEEN, [[*names]])
        return {names[oid]: _Seen(node, scans, set(modes)) for oid, node, scans, modes in rows}


class _Watch:
    """The statements of one migration. What is done until a commit is held until then."""

    def __init__(self, trial: _Trial, found: Forecast) -> None:
        self._trial, self._found = trial, found
        self._since: dict[str, float] = {}
        self._clock = self._began = 0.0
        self._beside: str | None = None

    @contextmanager
    def on(self, connection: Connection) -> Iterator[MigrationContext]:
        context = MigrationContext.configure(connection)
        context.autocommit_block = self._outside  # type: ignore[method-assign]
        event.listen(connection, "before_cursor_execute", self._before, retval=True)
        event.listen(connection, "after_cursor_execute", self._after)
        try:
            yield context
            self._commit()
        finally:
            event.remove(connection, "before_cursor_execute", self._before)
            event.remove(connection, "after_cursor_execute", self._after)

    @contextmanager
    def _outside(self) -> Iterator[None]:
        """Where the migration itself commits, and each statement by itself after that."""
        self._commit()
        yield
        self._commit()

    def _commit(self) -> None:
        for table, since in self._since.items():
            lock = self._found.locks[table]
            lock.seconds = max(lock.seconds, self._clock - since)
        self._since.clear()

    def _before(self, _connection: Any, _cursor: Any, words: str, values: Any, *_: Any) -> Any:
        self._beside = None
        if found := _CONCURRENTLY.search(words):
            self._beside = found["table"]
            _oid, many, size = self._trial.tables.get(found["table"] or "", (0, 0, 0))
            if found["table"] is None or many > FEW_ROWS:
                self._estimate(found["table"], many, size)
                words, values = "SELECT 1", ()
            else:
                words = _WORD.sub("", words)
        self._began = time.monotonic()
        return words, values

    def _estimate(self, table: str | None, many: int, size: int) -> None:
        if table is not None:
            seconds = many * _SECONDS_A_ROW + size / _BYTES_A_SECOND
            self._found.seconds += seconds
            self._found.by = "estimated"
            self._note(table, BESIDE, seconds)

    def _after(self, _connection: Any, cursor: Any, words: str, *_: Any) -> None:
        took, began = time.monotonic() - self._began, self._clock
        self._clock += took
        self._found.seconds += took
        if words.lstrip()[:6].upper() in ("UPDATE", "INSERT", "DELETE"):
            self._found.rows += max(cursor.rowcount, 0)
        before, self._trial.seen = self._trial.seen, self._trial.look()
        for table, now in self._trial.seen.items():
            was = before[table]
            mode = _strongest(now.modes - was.modes)
            if mode is None and _NAMES_A_TABLE.search(words) and _names(words, table):
                mode = _strongest(now.modes)  # as one before it has left it
            if mode is not None:
                self._locked(table, mode, began, took)
                lock = self._found.locks[table]
                lock.rewrites = lock.rewrites or now.node != was.node
                lock.scans = lock.scans or now.scans > was.scans

    def _locked(self, table: str, mode: str, began: float, took: float) -> None:
        if self._beside:
            self._note(table, BESIDE, took)
        else:
            self._note(table, mode, 0.0)
            self._since.setdefault(table, began)

    def _note(self, table: str, mode: str, seconds: float) -> None:
        lock = self._found.locks.setdefault(table, Lock(mode))
        lock.mode = _strongest({lock.mode, mode}) or mode
        lock.seconds = max(lock.seconds, seconds)


def _begun(script: Script) -> Forecast:
    title = (script.doc or "").splitlines()[0] if script.doc else ""
    return Forecast(script.revision, title, getattr(script.module, MARK, ""))


def _strongest(modes: set[str]) -> str | None:
    return max((mode for mode in modes if mode in STRONG), key=STRONG.index, default=None)


def _names(words: str, table: str) -> bool:
    return re.search(rf"\b{re.escape(table)}\b", words) is not None


_CONCURRENTLY: Final = re.compile(
    r"CREATE\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY\s.*?\sON\s+\"?(?P<table>\w+)|DROP\s+INDEX\s+CONCURRENTLY",
    re.I | re.S,
)
_WORD: Final = re.compile(r"\bCONCURRENTLY\b", re.I)
_NAMES_A_TABLE: Final = re.compile(
    r"\b(ALTER TABLE|TRIGGER|INDEX|REFERENCES|DROP|TRUNCATE)\b", re.I
)
_PATIENCE: Final = "SET LOCAL lock_timeout = '{0}ms'; SET LOCAL statement_timeout = '{0}ms'"
_TABLES: Final = """
    SELECT relname, oid, CASE WHEN reltuples < 0 THEN pg_relation_size(oid) / 100
                              ELSE reltuples END::bigint, pg_relation_size(oid)
    FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
"""
_SEEN: Final = """
    SELECT c.oid, pg_relation_filenode(c.oid), pg_stat_get_xact_numscans(c.oid),
           coalesce(l.modes, '{}')
    FROM pg_class c LEFT JOIN (
        SELECT relation, array_agg(mode) AS modes FROM pg_locks
        WHERE pid = pg_backend_pid() AND locktype = 'relation' AND granted GROUP BY relation
    ) l ON l.relation = c.oid
    WHERE c.oid = ANY(%s)
"""
