"""The tables that the public reads, and those by which they are kept. Nothing else writes them."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import BigInteger, CheckConstraint, Index, Sequence, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base
from store.geometry import Geometry

VERSIONS: Final = Sequence("published_versions", metadata=Base.metadata)
_STATES: Final = "'open', 'in_progress', 'made_safe', 'fixed', 'not_ours', 'closed'"
_KINDS: Final = "'published', 'moved', 'words', 'photo', 'changed', 'withdrawn'"


class PublishedTicket(Base):
    """One for each ticket that the public may see now: fields as of `PublicTicket`. `lines`: what
    happened to it, as of `reports.published.lines`."""

    __tablename__ = "published_tickets"
    __table_args__ = (
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        Index("ix_published_tickets_place", "place", postgresql_using="gist"),
        Index("ix_published_tickets_received", text("received_at DESC"), text("number DESC")),
        Index("ix_published_tickets_version", "version"),
        Index("ix_published_tickets_closed", "closed_at"),
        Index("ix_published_tickets_state", "state", text("received_at DESC")),
        Index("ix_published_tickets_town", "town"),
        *(
            Index(
                f"ix_published_tickets_{photo}",
                photo,
                postgresql_where=text(f"{photo} IS NOT NULL"),
            )
            for photo in ("before_photo", "after_photo", "before_small", "after_small")
        ),
    )

    number: Mapped[str] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    category: Mapped[str]
    state: Mapped[str]
    status: Mapped[str]
    owner: Mapped[str]
    department: Mapped[str | None]
    town: Mapped[str | None]
    road: Mapped[str | None]
    place: Mapped[str] = mapped_column(Geometry("POINT"))
    received_at: Mapped[datetime]
    looked_at: Mapped[datetime | None]
    safe_at: Mapped[datetime | None]
    fixed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    words: Mapped[str | None]
    before_photo: Mapped[str | None]
    after_photo: Mapped[str | None]
    before_small: Mapped[str | None]
    after_small: Mapped[str | None]
    lines: Mapped[list[Any]] = mapped_column(server_default=text("'[]'::jsonb"))
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    version: Mapped[int] = mapped_column(BigInteger)


class PublishedEvent(Base):
    """What became of public tickets, in order: fields as of `PublicEvent`; `data`: the ticket as it
    was then, in JSON, without what was taken back since."""

    __tablename__ = "published_events"
    __table_args__ = (
        CheckConstraint(f"kind IN ({_KINDS})", name="kind"),
        Index("ix_published_events_number", "number", "seq"),
        Index("ix_published_events_at", "at"),
    )

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    number: Mapped[str]
    kind: Mapped[str]
    state: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    data: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))


class PublishedAlias(Base):
    """A ticket that was put together with another: under its number the other one is found."""

    __tablename__ = "published_aliases"

    number: Mapped[str] = mapped_column(primary_key=True)
    goes_on: Mapped[str]


class PublishedDue(Base):
    """A ticket to be looked at again, from `due_at` on: old enough by then, or a released photo or
    words of it changed, which a trigger notes (migration 0050)."""

    __tablename__ = "published_due"
    __table_args__ = (Index("ix_published_due_due_at", "due_at"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(BigInteger)
    due_at: Mapped[datetime] = mapped_column(server_default=func.now())


class PublishedState(Base):
    """One row. `moment`, `through`: what has been published, as of `reports.tickets.changed`;
    `city`: by which settings, names and roads; `pass_after`: the ticket up to which all are being
    looked at anew, NULL when that is done."""

    __tablename__ = "published_state"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    moment: Mapped[str | None]
    through: Mapped[str | None]
    city: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    pass_after: Mapped[int | None] = mapped_column(BigInteger)
