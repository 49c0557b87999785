"""The nouns of road reporting as tables; points are lon/lat, EPSG:4326, GiST-indexed."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Sequence, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reports.lifecycle import OPEN, Status
from store.base import Base

CHANGES = Sequence("ticket_changes", metadata=Base.metadata)
STILL_OPEN = f"status IN ({', '.join(repr(str(s)) for s in sorted(OPEN))})"


def _now() -> Mapped[datetime]:
    return mapped_column(server_default=func.now())


def _point(nullable: bool = False) -> Mapped[Any]:
    return mapped_column(Geometry("POINT", srid=4326, spatial_index=False), nullable=nullable)


class Department(Base):
    """Who works on a ticket: a department of the city (`inside`), or another authority."""

    __tablename__ = "departments"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_en: Mapped[str]
    inside: Mapped[bool]
    phone: Mapped[str]
    contact: Mapped[str] = mapped_column(server_default="")
    url: Mapped[str | None]


class CategoryRow(Base):
    """One category; `facts` holds what `reports.categories.Category` is made from."""

    __tablename__ = "categories"

    key: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    facts: Mapped[dict[str, Any]]


class RuleRow(Base):
    """One line of the routing table, read in order of `position`; NULL means any."""

    __tablename__ = "rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(unique=True)
    category: Mapped[str | None]
    owner: Mapped[str | None]
    district: Mapped[str | None]
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    note: Mapped[str] = mapped_column(server_default="")


class Resident(Base):
    """A person who wrote to the city's account; the row is the lock of the conversation."""

    __tablename__ = "residents"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    line_user_id: Mapped[str] = mapped_column(unique=True)
    language: Mapped[str | None]
    draft: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    blocked_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = _now()


class Ticket(Base):
    """What the city works on. `owner`, `department` and `why` are set by routing."""

    __tablename__ = "tickets"
    __table_args__ = (
        Index("ix_tickets_place", "place", postgresql_using="gist"),
        Index(
            "ix_tickets_open_place",
            "place",
            postgresql_using="gist",
            postgresql_where=text(STILL_OPEN),
        ),
        Index(
            "ix_tickets_queue",
            "department_id",
            "status",
            "deadline",
            "id",
            postgresql_where=text(STILL_OPEN),
        ),
        Index("ix_tickets_updated", "updated_at", "id"),
        Index("ix_tickets_change", "change"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    category: Mapped[str] = mapped_column(ForeignKey("categories.key"))
    status: Mapped[str] = mapped_column(server_default=Status.RECEIVED)
    place: Mapped[WKBElement] = _point()
    place_name: Mapped[str] = mapped_column(server_default="")
    place_name_en: Mapped[str] = mapped_column(server_default="")
    district: Mapped[str | None]
    owner: Mapped[str | None]
    road_id: Mapped[int | None] = mapped_column(ForeignKey("roads.id", ondelete="SET NULL"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    why: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    deadline: Mapped[date | None]
    urgent: Mapped[bool] = mapped_column(server_default=text("false"))
    routed_at: Mapped[datetime | None]
    received_at: Mapped[datetime] = _now()
    updated_at: Mapped[datetime] = _now()
    closed_at: Mapped[datetime | None]
    change: Mapped[int] = mapped_column(BigInteger, CHANGES, server_default=CHANGES.next_value())

    department: Mapped[Department | None] = relationship(lazy="raise")


class Report(Base):
    """What one resident sent: the place as they gave it, its source, and their words."""

    __tablename__ = "reports"
    __table_args__ = (
        Index("ix_reports_place", "place", postgresql_using="gist"),
        CheckConstraint("place_source IN ('line', 'exif', 'staff')", name="place_source"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    resident_id: Mapped[int | None] = mapped_column(ForeignKey("residents.id"), index=True)
    draft_key: Mapped[str] = mapped_column(unique=True)
    category: Mapped[str]
    words: Mapped[str] = mapped_column(server_default="")
    place: Mapped[WKBElement] = _point()
    place_source: Mapped[str]
    place_accuracy_m: Mapped[float | None]
    created_at: Mapped[datetime] = _now()


class Photo(Base):
    """A resident's photo of the problem (`report_id`) or a crew's of the repair (`ticket_id`).

    `state`: waiting (to be fetched), stored, or why it is not: gone, broken, too_large,
    not_image, unfetched, removed. Keys are places in the photo store.
    """

    __tablename__ = "photos"
    __table_args__ = (
        CheckConstraint(
            "state IN ('waiting', 'stored', 'gone', 'broken', 'too_large', 'not_image',"
            " 'unfetched', 'removed')",
            name="state",
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    state: Mapped[str] = mapped_column(server_default="waiting")
    resident_id: Mapped[int | None] = mapped_column(ForeignKey("residents.id"), index=True)
    report_id: Mapped[int | None] = mapped_column(ForeignKey("reports.id"), index=True)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), index=True)
    line_message_id: Mapped[str | None] = mapped_column(unique=True)
    image_set: Mapped[str | None] = mapped_column(index=True)
    original: Mapped[str | None]
    large: Mapped[str | None]
    small: Mapped[str | None]
    width: Mapped[int | None]
    height: Mapped[int | None]
    exif_place: Mapped[WKBElement | None] = _point(nullable=True)
    exif_accuracy_m: Mapped[float | None]
    taken_at: Mapped[datetime | None]
    direction: Mapped[float | None]
    created_at: Mapped[datetime] = _now()


class Follower(Base):
    """A resident who hears what becomes of a ticket."""

    __tablename__ = "followers"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    resident_id: Mapped[int] = mapped_column(
        ForeignKey("residents.id"), primary_key=True, index=True
    )
    muted: Mapped[bool] = mapped_column(server_default=text("false"))
    since: Mapped[datetime] = _now()


class History(Base):
    """One line for everything that happened to a ticket; `note` is what a resident may read."""

    __tablename__ = "history"
    __table_args__ = (Index("ix_history_ticket", "ticket_id", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    at: Mapped[datetime] = _now()
    actor: Mapped[str]
    actor_name: Mapped[str] = mapped_column(server_default="")
    what: Mapped[str]
    from_status: Mapped[str | None]
    to_status: Mapped[str | None]
    note: Mapped[str] = mapped_column(server_default="")
    details: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))


class Message(Base):
    """Words to say to a person: what (`say`), and how far it came (`state`).

    waiting → sent (`via` reply or push) | unknown (may have arrived; never sent again)
    | refused (LINE will not take it) | held (the month's pushes are used up).
    `say` is language-free and drawn at the moment of sending; `contents` is the drawn form,
    kept from the first push on because a retry key stands for one body.
    """

    __tablename__ = "messages"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'sent', 'unknown', 'refused', 'held')", name="state"),
        Index("ix_messages_due", "due_at", postgresql_where=text("state = 'waiting'")),
        Index("ix_messages_order", "recipient", "id", postgresql_where=text("state = 'waiting'")),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    recipient: Mapped[str]
    event_id: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    say: Mapped[list[Any]]
    state: Mapped[str] = mapped_column(server_default="waiting")
    due_at: Mapped[datetime] = _now()
    waits_for: Mapped[str | None]
    reply_token: Mapped[str | None]
    reply_until: Mapped[datetime | None]
    reply_attempts: Mapped[int] = mapped_column(server_default=text("0"))
    push_attempts: Mapped[int] = mapped_column(server_default=text("0"))
    pushed_first_at: Mapped[datetime | None]
    retry_key: Mapped[UUID] = mapped_column(server_default=func.gen_random_uuid())
    contents: Mapped[list[Any] | None]
    via: Mapped[str | None]
    line_request_id: Mapped[str | None]
    error: Mapped[str | None]
    created_at: Mapped[datetime] = _now()
    sent_at: Mapped[datetime | None]


class OutsideCount(Base):
    """All that is kept of a place outside the city: how many, on which day, in whose area."""

    __tablename__ = "outside_counts"

    day: Mapped[date] = mapped_column(primary_key=True)
    neighbour: Mapped[str] = mapped_column(primary_key=True)
    times: Mapped[int]
