"""How many pushes LINE allows this month, and how many are used; as LINE said it last."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from reports.outbox.models import LineQuota
from settings import settings

NEARLY: Final = 0.8

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Quota:
    """`limit` None: as many as one likes."""

    limit: int | None
    used: int
    looked_at: datetime

    @property
    def is_nearly_used(self) -> bool:
        """Time to tell those who pay for it."""
        return self.limit is not None and self.used >= self.limit * NEARLY

    @property
    def is_used_up(self) -> bool:
        """LINE refuses every push until the month is over or the city buys more."""
        return self.limit is not None and self.used >= self.limit


def state(db: Session) -> Quota | None:
    """What LINE said last, or None when it was not asked yet in this month of the city's time."""
    row = db.execute(text(_THIS_MONTHS), {"tz": settings().tz}).one_or_none()
    return Quota(*row) if row else None


def month_left_seconds(db: Session) -> float:
    """Until LINE begins to count anew, as far as the city's month is LINE's."""
    return float(db.scalar(text(_MONTH_LEFT), {"tz": settings().tz}) or 0)


def keep(db: Session, *, limit: int | None, used: int) -> None:
    """What LINE says now. Running short is logged once, and once more when nothing is left."""
    before = state(db)
    row = db.execute(text(_KEEP), {"limit": limit, "used": used}).one()
    now = Quota(*row)
    if now.is_used_up and not (before and before.is_used_up):
        log.warning("push_quota_used_up", limit=limit, used=used)
    elif now.is_nearly_used and not (before and before.is_nearly_used):
        log.warning("push_quota_nearly_used", limit=limit, used=used)


def basic_id(db: Session) -> str:
    """As LINE names our account to people ("@michi"); "" as long as it has not said."""
    return db.scalar(select(LineQuota.basic_id)) or ""


def keep_basic_id(db: Session, basic_id: str) -> None:
    """As LINE says now; once there is a row of its counts."""
    db.execute(update(LineQuota).values(basic_id=basic_id))


_THIS_MONTHS: Final = """
    SELECT push_limit, used, looked_at FROM line_quota
    WHERE date_trunc('month', looked_at AT TIME ZONE :tz)
        = date_trunc('month', now() AT TIME ZONE :tz)
"""
_MONTH_LEFT: Final = """
    SELECT extract(epoch FROM (date_trunc('month', now() AT TIME ZONE :tz) + interval '1 month')
                              AT TIME ZONE :tz - now())::float8
"""
_KEEP: Final = """
    INSERT INTO line_quota (id, push_limit, used) VALUES (1, :limit, :used)
    ON CONFLICT (id) DO UPDATE
    SET push_limit = excluded.push_limit, used = excluded.used, looked_at = now()
    RETURNING push_limit, used, looked_at
"""
