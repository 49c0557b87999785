"""How old the newest good backup is: for whoever watches."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from reports.backup.models import BackupRow
from settings import settings
from store import signs
from store.signs import Sign


class Last(NamedTuple):
    """`age`: since the moment that the newest backup holds, None where there is none; `verified`:
    since one was last read through. `wanted`: whether this installation makes any."""

    wanted: bool
    age: timedelta | None
    verified: timedelta | None


def last(db: Session) -> Last:
    """As the database knows it: nothing is asked of where they lie."""
    now = func.now()
    asked = select(now - func.max(BackupRow.moment), now - func.max(BackupRow.verified_at))
    age: timedelta | None
    since_verified: timedelta | None
    age, since_verified = db.execute(asked).one()  # type: ignore[assignment]  # times apart
    return Last(bool(settings().backup_url), age, since_verified)


def made(db: Session, **columns: object) -> None:
    """One more is there, and whoever watches sees its time. `columns`: of BackupRow."""
    db.execute(insert(BackupRow).values(**columns))
    signs.note(db, Sign.BACKUP)


def verified(db: Session, id: str, at: datetime) -> None:
    """All of it was read and is right."""
    db.execute(update(BackupRow).where(BackupRow.id == id).values(verified_at=at))
