"""The nouns of road reporting as tables; points are lon/lat, EPSG:4326, GiST-indexed."""

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Sequence,
    SmallInteger,
    SQLColumnExpression,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reports.city.models import Department
from reports.tickets.indexes import OF_TICKETS
from reports.tickets.note_models import Note
from reports.tickets.status import Status
from store.base import Base
from store.geometry import Geometry

CHANGES = Sequence("ticket_changes", metadata=Base.metadata)


def _now() -> Mapped[datetime]:
    return mapped_column(server_default=func.now())


def _point(nullable: bool = False) -> Mapped[Any]:
    return mapped_column(Geometry("POINT"), nullable=nullable)


class Ticket(Base):
    """What the city works on. `owner`, `department` and `why` are set by routing.

    `merged_into`: the ticket that goes on in place of a merged one. `asked_at`: since when an
    answer of a resident is waited for. `forgotten_at`: when ids and words of residents left it;
    `words_gone_at`, `originals_gone_at`, `exif_gone_at`: when their words alone did, its photos as
    they were sent, and where those were taken.

    `deadline`: the last day in time, `deadline_days` business days after `due_from` and the
    `paused_days` in which others were waited for; since `paused_at` it stands still.
    `long_overdue_on`: from this day on three times the days are gone. `silent_since`: when another
    authority was last told, while it has not answered. `passes`: how often "not ours" was said.
    `assignee_id`: who is in charge, any of staff or its department's crew. `kept_back`: the
    public shall not see it.

    For lists, and kept by triggers of the database (migration 0015): `follower_count`; `cover_id`,
    the first stored photo of its reports; `is_withdrawn`: who reported it took it back;
    `changed_in`: the transaction that wrote the row last, whatever it wrote; `unread_since`: when a
    resident answered or added something after which staff or a crew have done nothing (0019).
    """

    __tablename__ = "tickets"
    __table_args__ = OF_TICKETS

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    category: Mapped[str] = mapped_column(ForeignKey("categories.key"))
    status: Mapped[str] = mapped_column(server_default=Status.RECEIVED)
    place: Mapped[str] = _point()
    place_name: Mapped[str] = mapped_column(server_default="")
    place_name_en: Mapped[str] = mapped_column(server_default="")
    district: Mapped[str | None]
    owner: Mapped[str | None]
    road_id: Mapped[int | None]  # of whichever version was in use: decisions/0010
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    why: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    deadline: Mapped[date | None]
    urgent: Mapped[bool] = mapped_column(server_default=text("false"))
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), index=True)
    asked_at: Mapped[datetime | None]
    routed_at: Mapped[datetime | None]
    rules_version: Mapped[int | None]
    deadline_days: Mapped[int | None]
    due_from: Mapped[date | None]
    long_overdue_on: Mapped[date | None]
    paused_at: Mapped[datetime | None]
    paused_days: Mapped[int] = mapped_column(server_default=text("0"))
    silent_since: Mapped[datetime | None]
    passes: Mapped[int] = mapped_column(server_default=text("0"))
    received_at: Mapped[datetime] = _now()
    updated_at: Mapped[datetime] = _now()
    closed_at: Mapped[datetime | None]
    forgotten_at: Mapped[datetime | None]
    words_gone_at: Mapped[datetime | None]
    originals_gone_at: Mapped[datetime | None]
    exif_gone_at: Mapped[datetime | None]
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    change: Mapped[int] = mapped_column(BigInteger, CHANGES, server_default=CHANGES.next_value())

    follower_count: Mapped[int] = mapped_column(server_default=text("0"))
    cover_id: Mapped[int | None] = mapped_column(BigInteger)
    is_withdrawn: Mapped[bool] = mapped_column(server_default=text("false"))
    unread_since: Mapped[datetime | None]
    kept_back: Mapped[bool] = mapped_column(server_default=text("false"))
    changed_in: Mapped[int | None] = mapped_column(
        BigInteger, server_default=text("pg_current_xact_id()::text::bigint")
    )

    department: Mapped[Department | None] = relationship(lazy="raise")


class Report(Base):
    """What one resident sent: the place as they gave it, its source, and what they answered.

    `place` is NULL once its message was taken back. `owner_said`: which road it is, when asked.
    `differs_from`: tickets nearby that are not the same, as the resident said. `place_hint`: a town
    or a crossing that was named in words. Without `resident_id` a report that came over LINE is
    nobody's any more; what came by another `channel` has a `Caller` while they are remembered.
    """

    __tablename__ = "reports"
    __table_args__ = (
        Index("ix_reports_place", "place", postgresql_using="gist"),
        Index("ix_reports_place_source", "place_source", "ticket_id"),
        CheckConstraint(
            "place_source IN ('line', 'exif', 'typed', 'staff', 'written')", name="place_source"
        ),
        Index(
            "ix_reports_otherwise",
            "channel",
            "ticket_id",
            postgresql_where=text("channel <> 'line'"),
        ),
        CheckConstraint(
            "channel IN ('line', 'telephone', 'counter', 'mail', 'patrol', 'open311')",
            name="channel",
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    resident_id: Mapped[int | None] = mapped_column(ForeignKey("residents.id"), index=True)
    draft_key: Mapped[str] = mapped_column(unique=True)
    category: Mapped[str]
    urgent: Mapped[bool] = mapped_column(server_default=text("false"))
    place: Mapped[str | None] = _point(nullable=True)
    place_source: Mapped[str]
    channel: Mapped[str] = mapped_column(server_default="line")
    place_accuracy_m: Mapped[float | None]
    place_message_id: Mapped[str | None] = mapped_column(index=True)
    place_hint: Mapped[str] = mapped_column(server_default="")
    owner_said: Mapped[str | None]
    differs_from: Mapped[list[int]] = mapped_column(
        ARRAY(BigInteger), server_default=text("'{}'::bigint[]")
    )
    withdrawn_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = _now()


class Caller(Base):
    """Who told staff, or another program, of it, kept for answering alone: personal, and gone with
    the report's rest.

    `email`: where they read what becomes of it. `call_back`: they want to hear what becomes of it,
    or could not be reached by mail. `due_since`: since when there is something to tell them.
    `called_by`: the name of who rang last.
    """

    __tablename__ = "callers"
    __table_args__ = (
        Index("ix_callers_due", "due_since", postgresql_where=text("due_since IS NOT NULL")),
    )

    report_id: Mapped[int] = mapped_column(
        ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    name: Mapped[str] = mapped_column(server_default="")
    phone: Mapped[str] = mapped_column(server_default="")
    email: Mapped[str] = mapped_column(server_default="")
    call_back: Mapped[bool] = mapped_column(server_default=text("false"))
    due_since: Mapped[datetime | None]
    called_at: Mapped[datetime | None]
    called_by: Mapped[str] = mapped_column(server_default="")


class Remark(Base):
    """Words of a resident, one row for each message, so that one can be taken back alone.

    `public_words`: what of them staff let the public read; None: nothing.
    """

    __tablename__ = "remarks"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"), index=True)
    line_message_id: Mapped[str | None] = mapped_column(unique=True)
    words: Mapped[str]
    public_words: Mapped[str | None]
    created_at: Mapped[datetime] = _now()


class Photo(Base):
    """A resident's photo of the problem (`report_id`), a crew's of the repair (`ticket_id`), or one
    that goes with a note of staff's (`note_id`), which is for those who may read that alone.

    `state`: waiting (to be fetched), stored, hidden (stored, and shown to nobody but who may
    release it), or why it is not: gone, broken, too_large, not_image, unfetched, removed.
    `set_index`: where it stands among those that were sent with it, of which `set_first` came
    first. Keys are places in the photo store, where there is something to be found once it is
    stored. `missing`: the share of its rows that never came, where that is more
    than a tenth.

    `patches`: what is covered for everybody outside the city (as `photo_events.Patch`), None until
    somebody has looked; each change of them is another `redaction`. `public_large` and
    `public_small`: the copy with these covered, there since `public_at`. `decision`: whether
    strangers may see that copy, "released" or "withheld", since `decided_at`.
    """

    __tablename__ = "photos"
    __table_args__ = (
        CheckConstraint(
            "state IN ('waiting', 'stored', 'hidden', 'gone', 'broken', 'too_large', 'not_image',"
            " 'unfetched', 'removed')",
            name="state",
        ),
        CheckConstraint("decision IN ('released', 'withheld')", name="decision"),
        Index("ix_photos_note_id", "note_id", postgresql_where=text("note_id IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    state: Mapped[str] = mapped_column(server_default="waiting")
    resident_id: Mapped[int | None] = mapped_column(ForeignKey("residents.id"), index=True)
    report_id: Mapped[int | None] = mapped_column(ForeignKey("reports.id"), index=True)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), index=True)
    note_id: Mapped[int | None] = mapped_column(ForeignKey(Note.id))
    line_message_id: Mapped[str | None] = mapped_column(unique=True)
    image_set: Mapped[str | None] = mapped_column(index=True)
    set_first: Mapped[int | None] = mapped_column(BigInteger)
    set_index: Mapped[int | None] = mapped_column(SmallInteger)
    original: Mapped[str | None]
    large: Mapped[str | None]
    small: Mapped[str | None]
    width: Mapped[int | None]
    height: Mapped[int | None]
    exif_place: Mapped[str | None] = _point(nullable=True)
    exif_accuracy_m: Mapped[float | None]
    taken_at: Mapped[datetime | None]
    direction: Mapped[float | None]
    missing: Mapped[float | None]
    patches: Mapped[list[Any] | None] = mapped_column(JSONB(none_as_null=True))
    redaction: Mapped[int] = mapped_column(server_default=text("0"))
    public_large: Mapped[str | None]
    public_small: Mapped[str | None]
    public_at: Mapped[datetime | None]
    decision: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = _now()

    @classmethod
    def in_order(cls) -> tuple[SQLColumnExpression[Any], ...]:
        """As they came, those of one set as they were chosen. In SQL: IN_ORDER."""
        return func.coalesce(cls.set_first, cls.id), cls.set_index, cls.id


IN_ORDER: Final = "coalesce(p.set_first, p.id), p.set_index, p.id"
"""Of photos `p`: as they came, those of one set as they were chosen."""
_IS_BARE: Final = "coalesce(p.patches, '[]'::jsonb) = '[]'::jsonb"
_COPY: Final = "CASE WHEN p.public_at IS NOT NULL THEN p.public_{0} END"
OUTSIDE_LARGE: Final = f"CASE WHEN {_IS_BARE} THEN p.large ELSE {_COPY.format('large')} END"
OUTSIDE_SMALL: Final = f"CASE WHEN {_IS_BARE} THEN p.small ELSE {_COPY.format('small')} END"
"""Of photos `p`, the file for those outside the city: as it came until something on it is covered,
from then on the copy alone, and nothing while that is made."""
RELEASED: Final = "p.state = 'stored' AND p.decision = 'released' AND p.public_at IS NOT NULL"
"""Of photos `p`, whether there is a copy that strangers may see."""


class Follower(Base):
    """A resident who hears what becomes of a ticket; `rating` of the handling: 1 (bad) to 5.

    `confirmed_at`: when they said that it is mended.
    """

    __tablename__ = "followers"
    __table_args__ = (CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),)

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    resident_id: Mapped[int] = mapped_column(
        ForeignKey("residents.id"), primary_key=True, index=True
    )
    muted: Mapped[bool] = mapped_column(server_default=text("false"))
    rating: Mapped[int | None]
    confirmed_at: Mapped[datetime | None]
    since: Mapped[datetime] = _now()
