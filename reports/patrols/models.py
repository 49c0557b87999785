"""Patrols, the way they went, and what they found, as tables."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base
from store.geometry import Geometry

_RUNS = text("ended_at IS NULL")
_HAS_WAY = text("way_gone_at IS NULL")
_HAS_NAMES = text("by_name <> ''")


class Patrol(Base):
    """One round of a crew: `by_id` began it, `members` went along (words; staff data).

    `signed_at`: the last sign of it, a position or a find. `ended_by`: "" while it runs, "crew", or
    "clock" where it was forgotten open. `meter_from`, `meter_to`: as the car's meter shows, in km;
    `km`: as somebody typed it. `way_m`: metres along its points, which stay when those are
    forgotten (`way_gone_at`). `key`: of the press that began it.
    """

    __tablename__ = "patrols"
    __table_args__ = (
        CheckConstraint("kind IN ('usual', 'night', 'regular', 'weather')", name="kind"),
        CheckConstraint("ended_by IN ('', 'crew', 'clock')", name="ended_by"),
        Index("ix_patrols_key", "key", unique=True),
        Index("ix_patrols_running", "by_id", unique=True, postgresql_where=_RUNS),
        Index("ix_patrols_signed_at", "signed_at", postgresql_where=_RUNS),
        Index("ix_patrols_began_at", "began_at", "id"),
        Index("ix_patrols_department_id", "department_id", "began_at", "id"),
        Index("ix_patrols_with_way", "began_at", postgresql_where=_HAS_WAY),
        Index("ix_patrols_with_names", "began_at", postgresql_where=_HAS_NAMES),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    kind: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    by_name: Mapped[str]
    members: Mapped[str] = mapped_column(server_default="")
    car: Mapped[str] = mapped_column(server_default="")
    weather: Mapped[str] = mapped_column(server_default="")
    routes: Mapped[str] = mapped_column(server_default="")
    remarks: Mapped[str] = mapped_column(server_default="")
    meter_from: Mapped[int | None]
    meter_to: Mapped[int | None]
    km: Mapped[float | None]
    way_m: Mapped[float] = mapped_column(server_default=text("0"))
    began_at: Mapped[datetime]
    signed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str] = mapped_column(server_default="")
    way_gone_at: Mapped[datetime | None]
    key: Mapped[str]


class PatrolPoint(Base):
    """Where the phone was, while its page was open; lon/lat, EPSG:4326."""

    __tablename__ = "patrol_points"

    patrol_id: Mapped[int] = mapped_column(
        ForeignKey("patrols.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    at: Mapped[datetime] = mapped_column(primary_key=True)
    place: Mapped[Any] = mapped_column(Geometry("POINT"))


class PatrolFind(Base):
    """What was found on a patrol, as a report; `seen_again`: of a ticket that was there.

    `is_fixed`: put right on the spot. `done`, `told`: what was done, and who was told, in words.
    """

    __tablename__ = "patrol_finds"
    __table_args__ = (Index("ix_patrol_finds_patrol_id", "patrol_id", "at", "report_id"),)

    report_id: Mapped[int] = mapped_column(
        ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    patrol_id: Mapped[int] = mapped_column(ForeignKey("patrols.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    seen_again: Mapped[bool]
    is_fixed: Mapped[bool]
    done: Mapped[str] = mapped_column(server_default="")
    told: Mapped[str] = mapped_column(server_default="")
