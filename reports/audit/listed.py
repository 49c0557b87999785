"""The audit log as administrators read it: the newest first, page by page, by its indexes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from reports.audit.kinds import Kind
from store import sql
from store.database import transaction


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rows: all that is given must fit. `about`: a thing and its number; `since` to `until`,
    without that moment itself."""

    user_id: int | None = None
    kind: Kind | None = None
    about: str = ""
    since: datetime | None = None
    until: datetime | None = None


class Place(NamedTuple):
    """Of a row in the list: what comes after it is older."""

    at: datetime
    id: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One row; `seq` and `hash`: its place in the chain, None while it waits for one."""

    id: int
    at: datetime
    kind: Kind
    what: str
    about: str
    user_id: int | None
    via: str
    address: str
    old: dict[str, Any] | None
    new: dict[str, Any] | None
    seq: int | None
    hash: bytes | None

    @property
    def place(self) -> Place:
        return Place(self.at, self.id)


def entries(db: Session, asked: Asked, *, after: Place | None = None, most: int) -> list[Entry]:
    """The newest `most`, or those that come after that place."""
    statement, values = asked_of(asked, after)
    found = sql.run(db, statement, most=most, **values)
    return [Entry(id, at, Kind(kind), *rest) for id, at, kind, *rest in found]


def asked_of(asked: Asked, after: Place | None) -> tuple[str, dict[str, Any]]:
    """The statement, without `most`, and its values."""
    values: dict[str, Any] = {}
    given = []
    for name, condition in _CONDITIONS.items():
        value = getattr(asked, name)
        if value not in (None, ""):
            given.append(condition)
            values[name] = value
    if after is not None:
        given.append("(a.at, a.id) < (%(after_at)s, %(after_id)s)")
        values |= {"after_at": after.at, "after_id": after.id}
    where = f"WHERE {' AND '.join(given)}" if given else ""
    return _LIST.format(where=where), values


def pieces(asked: Asked, most: int) -> Iterator[list[Entry]]:
    """All of them, `most` at a time, each piece in a transaction of its own."""
    after: Place | None = None
    while True:
        with transaction() as db:
            found = entries(db, asked, after=after, most=most)
        if not found:
            return
        yield found
        after = found[-1].place


_CONDITIONS: Final = {
    "user_id": "a.user_id = %(user_id)s",
    "kind": "a.kind = %(kind)s",
    "about": "a.about = %(about)s",
    "since": "a.at >= %(since)s",
    "until": "a.at < %(until)s",
}
_LIST: Final = """
    SELECT a.id, a.at, a.kind, a.what, a.about, a.user_id, a.via, a.address, a.old, a.new,
           s.seq, s.hash
    FROM (SELECT a.* FROM audit a {where} ORDER BY a.at DESC, a.id DESC LIMIT %(most)s) AS a
    LEFT JOIN audit_seals s ON s.id = a.id
    ORDER BY a.at DESC, a.id DESC
"""
