"""Who was erased stands, by numbers of rows alone, in a list outside of the database too: a backup
that is put back is from before it, and must not bring anybody back (docs/decisions/0054).
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or_not
from sqlalchemy.orm import Session

from reports.privacy.models import Erasing
from settings import settings
from store.tasks import later

What = Literal["resident", "reports", "unsent", "thrown_away"]
MOST_AT_ONCE: Final = 200


class Erased(NamedTuple):
    """`key`: of the entry; `ids`: as of `reports.privacy.models.Erasing`."""

    key: UUID
    at: datetime
    what: str
    ids: Sequence[Any]


def note(db: Session, what: What, ids: Sequence[Any]) -> None:
    """In the transaction that erases; a worker brings it into the list outside."""
    db.execute(insert(Erasing).values(what=what, ids=list(ids)))
    if settings().backup_url or settings().backup_erased_url:
        later(db, "note_erasings")


def to_note(db: Session) -> list[Erased]:
    """What does not stand in the list outside yet; MOST_AT_ONCE at most."""
    columns = select(Erasing.key, Erasing.at, Erasing.what, Erasing.ids)
    oldest = columns.where(Erasing.noted_at.is_(None)).order_by(Erasing.at).limit(MOST_AT_ONCE)
    return [Erased(*row) for row in db.execute(oldest)]


def noted(db: Session, keys: Collection[UUID]) -> None:
    """These stand in it now."""
    db.execute(update(Erasing).where(Erasing.key.in_(keys)).values(noted_at=func.now()))


def known(db: Session, keys: Collection[UUID]) -> set[UUID]:
    """Those of these that this database has been through."""
    return set(db.scalars(select(Erasing.key).where(Erasing.key.in_(keys))))


def done_again(db: Session, erased: Erased) -> None:
    """An entry of the list outside, of which this database did not know."""
    values = erased._asdict() | {"ids": list(erased.ids), "noted_at": func.now()}
    db.execute(insert_or_not(Erasing).values(values).on_conflict_do_nothing())


def forget(db: Session, before: datetime) -> int:
    """What no backup can bring back any more; how many entries went."""
    old = delete(Erasing).where(Erasing.at < before, Erasing.noted_at.is_not(None))
    return len(db.scalars(old.returning(Erasing.key)).all())
