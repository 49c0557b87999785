"""Places outside the city: nothing is kept of them but a count."""

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base


class OutsideCount(Base):
    """All that is kept of a place outside the city: how many, on which day, in whose area."""

    __tablename__ = "outside_counts"

    day: Mapped[date] = mapped_column(primary_key=True)
    neighbour: Mapped[str] = mapped_column(primary_key=True)
    times: Mapped[int]
