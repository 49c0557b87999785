"""Places outside the city: nothing is kept of them but a count."""

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Mapped, Session, mapped_column

from reports.city import clock
from store.base import Base


class OutsideCount(Base):
    """All that is kept of a place outside the city: how many, on which day, in whose area."""

    __tablename__ = "outside_counts"

    day: Mapped[date] = mapped_column(primary_key=True)
    neighbour: Mapped[str] = mapped_column(primary_key=True)
    times: Mapped[int]


def places_outside(db: Session) -> int:
    """How many places outside the city were sent so far."""
    return db.scalar(select(func.coalesce(func.sum(OutsideCount.times), 0))) or 0


def count_outside(db: Session, moment: datetime, neighbour: str) -> None:
    """A place outside the city leaves nothing but this count."""
    counted = upsert(OutsideCount).values(
        day=clock.local(moment).date(), neighbour=neighbour, times=1
    )
    db.execute(
        counted.on_conflict_do_update(
            index_elements=[OutsideCount.day, OutsideCount.neighbour],
            set_={"times": OutsideCount.times + 1},
        )
    )
