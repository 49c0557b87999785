"""Files that take a while: asked for, made by a worker after the commit, and kept for a while.

They lie in the database, so that any web process can give what any worker has made, and their
pieces go with their row. Which tickets are in them is written down when they are asked for, by the
database alone: no process ever has the ids of all.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Final

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import Session

from reports.documents.exports.forms import FORMS, Asked
from reports.documents.exports.models import Export, ExportIds, ExportPart
from reports.tickets.lists import Order
from reports.tickets.turns import turns
from reports.tickets.wanted import TicketFilter
from store import sql
from store.database import transaction
from store.tasks import later

MOST_WAITING: Final = 3
MOST_KEPT: Final = 20
"""Of one person: who asks for a new file loses the oldest beyond these."""
TOLD_EVERY: Final = 50
"""Tickets: how far a file is is written down that often."""
IDS: Final = 10_000
"""Of a piece of them; a little one in memory, and few rows."""


class TooManyWaiting(Exception):
    """This person waits for MOST_WAITING files already."""


@dataclass(frozen=True, slots=True)
class Kept:
    """As of `Export`; `name`: of the file, `ahead`: how many are made before one that waits;
    `is_personal`: whether words of residents stand in it."""

    id: int
    form: str
    name: str
    state: str
    done: int
    total: int
    bytes: int
    made_at: datetime
    ahead: int
    is_personal: bool


def ask_for(
    db: Session, asked: Asked, wanted: TicketFilter, order: Order, *, user_id: int, key: str
) -> int:
    """Make this file of what is wanted for this person; gives its id. The same `key` is the same
    press.

    The oldest beyond MOST_KEPT that are made go. Raises TooManyWaiting.
    """
    db.execute(_ONE_PRESS_AT_A_TIME, {"user": user_id})
    same = select(Export.id).where(Export.user_id == user_id, Export.key == key)
    if known := db.scalar(same):
        return known
    waiting = select(Export.id).where(Export.user_id == user_id, Export.state == "waiting")
    if len(db.scalars(waiting).all()) >= MOST_WAITING:
        raise TooManyWaiting
    db.execute(_FORGET_OLDEST, {"user": user_id, "kept": MOST_KEPT})
    made = Export(user_id=user_id, key=key, asked=asked.to_json(), ids=[], total=0)
    db.add(made)
    db.flush()
    made.total = _put_ids(db, made.id, wanted, order, FORMS[asked.form].most)
    later(db, "make_export", export_id=made.id)
    return made.id


def _put_ids(db: Session, export_id: int, wanted: TicketFilter, order: Order, most: int) -> int:
    """How many there are."""
    statement, values = turns(wanted, order, limit=most)
    put = _PUT_IDS.replace("{turns}", statement)
    return sum(many for (many,) in sql.run(db, put, **values, export=export_id, at_once=IDS))


def asked_in(db: Session, export_id: int) -> tuple[Asked, int] | None:
    """What is to be made, and of how many; None where there is nothing to do (any more)."""
    row = db.execute(
        select(Export.asked, Export.total).where(Export.id == export_id, Export.state == "waiting")
    ).one_or_none()
    return (Asked.from_json(row.asked), row.total) if row else None


def ids(export_id: int) -> Iterator[Sequence[int]]:
    """Of its tickets in the list's order, piece by piece, each read by itself."""
    with transaction() as db:
        before = db.scalar(select(Export.ids).where(Export.id == export_id))
    if before:
        yield before
    for place in count():
        with transaction() as db:
            piece = db.get(ExportIds, (export_id, place))
        if piece is None:
            return
        yield piece.ids


def note(db: Session, export_id: int, done: int) -> None:
    """So many of its tickets are in the file."""
    db.execute(update(Export).where(Export.id == export_id).values(done=done))


def keep(db: Session, export_id: int, blocks: Iterable[bytes]) -> None:
    """The file is made: these are its pieces. One that is gone meanwhile stays so."""
    if db.scalar(_WAITING, {"id": export_id}) is None:
        return
    size = 0
    for place, data in enumerate(blocks):
        sql.run(db, _PUT, id=export_id, place=place, data=data)
        size += len(data)
    db.execute(
        update(Export)
        .where(Export.id == export_id)
        .values(state="done", done=Export.total, ids=[], bytes=size)
    )
    _forget_ids(db, export_id)


def fail(db: Session, export_id: int) -> None:
    """It cannot be made."""
    db.execute(
        update(Export)
        .where(Export.id == export_id, Export.state == "waiting")
        .values(state="failed", ids=[])
    )
    _forget_ids(db, export_id)


def _forget_ids(db: Session, export_id: int) -> None:
    db.execute(delete(ExportIds).where(ExportIds.export_id == export_id))


def of(db: Session, user_id: int, export_id: int | None = None) -> list[Kept]:
    """This person's files, the newest first, or the one of this id."""
    rows = db.execute(_OF, {"user": user_id, "id": export_id})
    found = [(row, Asked.from_json(row.asked)) for row in rows]
    return [
        Kept(
            row.id, asked.form, asked.name, row.state, row.done, row.total, row.bytes,
            row.made_at, row.ahead, asked.is_personal,
        )
        for row, asked in found
    ]  # fmt: skip


def pieces(export_id: int) -> Iterator[bytes]:
    """The file, piece by piece, each read by itself."""
    for place in count():
        with transaction() as db:
            part = db.get(ExportPart, (export_id, place))
        if part is None:
            return
        yield part.data


def many(db: Session, before: datetime | None = None) -> int:
    """How many there are; with a moment, those that were asked for before then."""
    asked = select(func.count()).select_from(Export)
    return db.scalar(asked.where(Export.made_at < before) if before else asked) or 0


def forget(db: Session, before: datetime) -> int:
    """Delete those that were asked for before then; how many went."""
    gone = delete(Export).where(Export.made_at < before).returning(Export.id)
    return len(db.execute(gone).all())


_ONE_PRESS_AT_A_TIME: Final = text(
    "SELECT pg_advisory_xact_lock(hashtextextended('exports of ' || CAST(:user AS text), 0))"
)
_FORGET_OLDEST: Final = text("""
    DELETE FROM exports WHERE id IN (
        SELECT id FROM exports WHERE user_id = :user AND state <> 'waiting'
        ORDER BY id DESC OFFSET :kept)
""")
_WAITING: Final = text("SELECT id FROM exports WHERE id = :id AND state = 'waiting' FOR UPDATE")
_PUT_IDS: Final = """
    INSERT INTO export_ids (export_id, place, ids)
    SELECT %(export)s::bigint, (turn - 1) / %(at_once)s::int, array_agg(id ORDER BY turn)
    FROM ({turns}) AS t GROUP BY 2 RETURNING cardinality(ids)
"""
_PUT: Final = """
    INSERT INTO export_parts (export_id, place, data) VALUES (%(id)s, %(place)s, %(data)s)
"""
_OF: Final = text("""
    SELECT id, asked, state, done, total, bytes, made_at,
           CASE WHEN state = 'waiting' THEN (
               SELECT count(*) FROM exports AS before
               WHERE before.id < mine.id AND before.state = 'waiting'
           ) ELSE 0 END AS ahead
    FROM exports AS mine
    WHERE user_id = :user AND (CAST(:id AS bigint) IS NULL OR id = :id) ORDER BY id DESC
""")
