"""Records that were issued: asked for, made by a worker after the commit, and kept.

The file lies in the database in pieces, so that any web process can give what any worker has made.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from reports.people.permissions import Actor
from reports.records.models import IssuedRecord, RecordPart
from reports.tickets.models import Ticket
from store import sql
from store.database import transaction
from store.tasks import later

BLOCK: Final = 256 * 1024
MOST_WAITING: Final = 3
"""Of one person."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for; as of `IssuedRecord`."""

    why: str
    personal: bool = False
    incident_on: date | None = None


@dataclass(frozen=True, slots=True)
class Issued:
    """One of them; fields as of `IssuedRecord`, `number` of its ticket."""

    id: int
    ticket_id: int
    number: str
    serial: int
    why: str
    personal: bool
    incident_on: date | None
    by_id: int | None
    by_name: str
    state: str
    done: int
    total: int
    asked_at: datetime
    issued_at: datetime | None
    gone_at: datetime | None
    bytes: int
    sha256: str | None
    key_id: str | None
    audit_seq: int | None
    audit_hash: str | None

    @property
    def name(self) -> str:
        """As people write it: 123-456-789-K1."""
        return name_of(self.number, self.serial)

    @property
    def has_file(self) -> bool:
        return self.state == "done" and self.gone_at is None


@dataclass(frozen=True, slots=True)
class Made:
    """A file, and what its row keeps of it."""

    file: bytes
    at: datetime
    key_id: str
    audit_seq: int | None
    audit_hash: str | None


def name_of(number: str, serial: int) -> str:
    return f"{number}-K{serial}"


class TooManyWaiting(Exception):
    """This person waits for MOST_WAITING records already."""


def ask_for(db: Session, ticket_id: int, wanted: Wanted, by: Actor, *, key: str) -> int:
    """Have it made; gives its id. With the ticket locked; the same `key` is the same press.
    Raises TooManyWaiting."""
    same = IssuedRecord.ticket_id == ticket_id, IssuedRecord.key == key
    if known := db.scalar(select(IssuedRecord.id).where(*same)):
        return known
    theirs = IssuedRecord.by_id == by.user_id, IssuedRecord.state == "waiting"
    wait = select(func.count()).select_from(IssuedRecord).where(*theirs)
    if (db.scalar(wait) or 0) >= MOST_WAITING:
        raise TooManyWaiting
    last = select(func.max(IssuedRecord.serial)).where(IssuedRecord.ticket_id == ticket_id)
    row = IssuedRecord(
        ticket_id=ticket_id,
        serial=(db.scalar(last) or 0) + 1,
        key=key,
        why=wanted.why,
        personal=wanted.personal,
        incident_on=wanted.incident_on,
        by_id=by.user_id,
        by_name=by.name,
    )
    db.add(row)
    db.flush()
    later(db, "make_record", record_id=row.id)
    return row.id


def waiting(db: Session, record_id: int) -> Issued | None:
    """What is to be made; None where there is nothing to do (any more)."""
    found = one(db, record_id)
    return found if found and found.state == "waiting" else None


def one(db: Session, record_id: int) -> Issued | None:
    return next(iter(_found(db, IssuedRecord.id == record_id)), None)


def of(db: Session, ticket_id: int) -> list[Issued]:
    """Of a ticket, the newest first."""
    return _found(db, IssuedRecord.ticket_id == ticket_id)


def by_hash(db: Session, sha256: str) -> Issued | None:
    """The one whose file has this SHA-256 (hex)."""
    return next(iter(_found(db, IssuedRecord.sha256 == sha256)), None)


def largest(db: Session) -> int:
    """Bytes of the largest that was ever made; 0 before the first."""
    return db.scalar(select(func.max(IssuedRecord.bytes))) or 0


def note(db: Session, record_id: int, done: int, total: int) -> None:
    """So many of its photos are drawn."""
    row = IssuedRecord.id == record_id
    db.execute(update(IssuedRecord).where(row).values(done=done, total=total))


def keep(db: Session, record_id: int, made: Made) -> None:
    """The file is made. A record that is over meanwhile stays so."""
    if db.scalar(_WAITS.where(IssuedRecord.id == record_id).with_for_update()) is None:
        return
    for place, begin in enumerate(range(0, len(made.file), BLOCK)):
        sql.run(db, _PUT, id=record_id, place=place, data=made.file[begin : begin + BLOCK])
    values = {
        "state": "done",
        "issued_at": made.at,
        "bytes": len(made.file),
        "sha256": hashlib.sha256(made.file).hexdigest(),
        "key_id": made.key_id,
        "audit_seq": made.audit_seq,
        "audit_hash": made.audit_hash,
        "done": IssuedRecord.total,
    }
    db.execute(update(IssuedRecord).where(IssuedRecord.id == record_id).values(values))


def fail(db: Session, record_id: int) -> None:
    """It cannot be made."""
    waits = IssuedRecord.id == record_id, IssuedRecord.state == "waiting"
    db.execute(update(IssuedRecord).where(*waits).values(state="failed"))


def pieces(record_id: int) -> Iterator[bytes]:
    """The file, piece by piece, each read by itself."""
    for place in count():
        with transaction() as db:
            part = db.get(RecordPart, (record_id, place))
        if part is None:
            return
        yield part.data


def _found(db: Session, wanted: object) -> list[Issued]:
    rows = db.execute(_ISSUED.where(wanted))  # type: ignore[arg-type]
    return [Issued(**row._mapping) for row in rows]


_OWN: Final = (
    "id", "ticket_id", "serial", "why", "personal", "incident_on", "by_id", "by_name", "state",
    "done", "total", "asked_at", "issued_at", "gone_at", "bytes", "sha256", "key_id", "audit_seq",
    "audit_hash",
)  # fmt: skip
_ISSUED: Final = (
    select(Ticket.number, *(getattr(IssuedRecord, name) for name in _OWN))
    .join(Ticket, Ticket.id == IssuedRecord.ticket_id)
    .order_by(IssuedRecord.serial.desc(), IssuedRecord.id.desc())
)
_WAITS: Final = select(IssuedRecord.id).where(IssuedRecord.state == "waiting")
_PUT: Final = """
    INSERT INTO record_parts (record_id, place, data) VALUES (%(id)s, %(place)s, %(data)s)
"""
