"""Residents from whom nothing is taken for a time: as long, why, and how much came since."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from reports.city.clock import local
from store import sql


@dataclass(frozen=True, slots=True)
class PauseSummary:
    """As of `models.Pause`; `ended_at`: when staff ended it before its time. `resident_id`: None of
    somebody who had themselves erased and has not written since."""

    id: int
    resident_id: int | None
    why: str
    by_name: str
    since: datetime
    until: datetime
    told_at: datetime | None
    held: int
    ended_at: datetime | None
    ended_by: str

    @property
    def last_day(self) -> date:
        """It ends with this day."""
        return day_before(self.until)

    @property
    def was_cut_short(self) -> bool:
        """Staff took from them again before its day."""
        return self.ended_at is not None and self.ended_at < self.until


class Held(NamedTuple):
    """Something that was not taken: none is until the end of `last_day`; whether they were `told`
    so before."""

    last_day: date
    told: bool


def day_before(midnight: datetime) -> date:
    """That this midnight ends, in the city."""
    return (local(midnight) - timedelta(seconds=1)).date()


def person_of(line_user_id: str) -> str:
    """As `Pause.person`: SHA-256 in hex. LINE's ids have 128 random bits: none is guessed."""
    return hashlib.sha256(line_user_id.encode()).hexdigest()


def on_now(db: Session) -> Sequence[PauseSummary]:
    """Those that are on; which end first, first."""
    return [PauseSummary(*row) for row in sql.run(db, _ON_NOW)]


def of_resident(db: Session, resident_id: int) -> Sequence[PauseSummary]:
    """All of theirs that are remembered, the newest first."""
    return [PauseSummary(*row) for row in sql.run(db, _OF_RESIDENT, resident=resident_id)]


def hold(db: Session, line_user_id: str) -> Held | None:
    """Something came that is not taken; they count as told from now on. None where no pause of
    theirs is on."""
    row = sql.run(db, _HOLD, person=person_of(line_user_id)).fetchone()
    return Held(day_before(row[0]), row[1]) if row else None


def forget(db: Session, before: datetime) -> int:
    """Those that were over by then."""
    return sql.run(db, _FORGET, before=before).rowcount


_SHA256: Final = "encode(sha256(convert_to({0}, 'UTF8')), 'hex')"
_COLUMNS: Final = """p.id, r.id, p.why, p.by_name, p.since, p.until, p.told_at, p.held, p.ended_at,
                     p.ended_by"""
_ON_NOW: Final = f"""
    SELECT {_COLUMNS} FROM pauses p LEFT JOIN residents r
      ON r.paused_until IS NOT NULL AND {_SHA256.format("r.line_user_id")} = p.person
    WHERE p.ended_at IS NULL AND p.until > now() ORDER BY p.until, p.id
"""
_OF_RESIDENT: Final = f"""
    SELECT {_COLUMNS} FROM residents r JOIN pauses p
      ON p.person = {_SHA256.format("r.line_user_id")}
    WHERE r.id = %(resident)s ORDER BY p.id DESC
"""
_HOLD: Final = """
    UPDATE pauses p SET held = p.held + 1, told_at = coalesce(p.told_at, now())
    FROM pauses before
    WHERE p.person = %(person)s AND p.ended_at IS NULL AND p.until > now() AND before.id = p.id
    RETURNING p.until, before.told_at IS NOT NULL
"""
IS_OVER: Final = "least(until, coalesce(ended_at, until)) < %(before)s"
"""SQL over `pauses`: it was over by then."""
_FORGET: Final = f"DELETE FROM pauses WHERE {IS_OVER}"
