"""A dump becomes a database: all of it or nothing, and everything is of the role that does it."""

import threading
from collections.abc import Callable, Iterator
from typing import IO, Final

from store.backup.seal import Writer
from store.backup.tools import find, giving, taking

Feed = Callable[[Writer], None]
"""Writes a dump, as pg_dump's custom format; what it raises means that nothing of it counts."""
_AT_ONCE: Final = 1024**2
_NOWHERE: Final = b"SELECT pg_catalog.set_config('search_path', '', false);"
_PUBLIC: Final = b"SELECT pg_catalog.set_config('search_path', 'public', false);"
"""A trigger that compares two places names the operator of PostGIS without its schema."""


def load(feed: Feed, major: int, url: str) -> None:
    """Into the empty database at `url`. Raises ToolFailed and what `feed` raises."""
    reading = [
        find("pg_restore", major),
        *("--no-owner", "--no-privileges", "--no-comments", "--exit-on-error", "--file=-"),
    ]
    writing = [
        find("psql", major),
        *("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"),
        "--output=/dev/null",
    ]
    with taking(writing, url) as psql, giving(reading, "", reads=True) as pg_restore:
        assert psql.stdin is not None
        assert pg_restore.stdin is not None
        assert pg_restore.stdout is not None
        fed = _Fed(feed, pg_restore.stdin)
        for data in _statements(pg_restore.stdout):
            psql.stdin.write(data)
        fed.end()


def _statements(said: IO[bytes]) -> Iterator[bytes]:
    """What pg_restore says; of its first lines one is another."""
    begin = b""
    while _NOWHERE not in begin and len(begin) < _AT_ONCE and (line := said.readline()):
        begin += line
    yield begin.replace(_NOWHERE, _PUBLIC)
    while data := said.read(_AT_ONCE):
        yield data


class _Fed:
    """The dump goes in on a thread of its own, while what comes of it is read."""

    def __init__(self, feed: Feed, into: IO[bytes]) -> None:
        self.feed, self.into = feed, into
        self.trouble: BaseException | None = None
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def end(self) -> None:
        """Raises what the feed has raised."""
        self.thread.join()
        if self.trouble and not isinstance(self.trouble, BrokenPipeError):
            raise self.trouble

    def _run(self) -> None:
        try:
            self.feed(self.into)
        except BaseException as trouble:
            self.trouble = trouble
        finally:
            try:
                self.into.close()
            except BrokenPipeError as ended:
                self.trouble = self.trouble or ended
