"""Residents who wrote to us; people who sign in, and their sessions."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base


class User(Base):
    """Somebody who signs in. `department_id`: the first of theirs, of `UserDepartment`, if any.

    `password`: an argon2 hash; "" of somebody who was invited and has not come yet, and so is
    `disabled`.
    """

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint(
            "role IN ('viewer', 'crew', 'contractor', 'department', 'staff', 'administrator')",
            name="role",
        ),
        CheckConstraint(
            "role NOT IN ('crew', 'department') OR department_id IS NOT NULL",
            name="crew_has_department",
        ),
        CheckConstraint(
            "(role = 'contractor') = (contractor_id IS NOT NULL)", name="contractor_has_contractor"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    shown_name: Mapped[str]
    password: Mapped[str]
    role: Mapped[str]
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    contractor_id: Mapped[int | None] = mapped_column(ForeignKey("contractors.id"))
    disabled: Mapped[bool] = mapped_column(server_default=text("false"))
    last_sign_in_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class UserDepartment(Base):
    """One department of somebody's; their first is kept among them by a trigger."""

    __tablename__ = "user_departments"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    department_id: Mapped[int] = mapped_column(
        ForeignKey("departments.id"), primary_key=True, index=True
    )


class SignIn(Base):
    """A session; the cookie holds the secret, the table only its SHA-256.

    `device`: the browser in words; `network`: from where it was begun; `known_device_id`: the
    browser, while it is known; `seen_at`: the last request, to a minute; `proven_at`: when they
    last showed who they are, if that was after the beginning.
    """

    __tablename__ = "sign_ins"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    csrf: Mapped[str]
    expires_at: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    id: Mapped[int] = mapped_column(BigInteger, Identity(), unique=True)
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    device: Mapped[str] = mapped_column(server_default="")
    network: Mapped[str] = mapped_column(server_default="")
    known_device_id: Mapped[int | None] = mapped_column(BigInteger)
    proven_at: Mapped[datetime | None]


class KnownDevice(Base):
    """A browser in which this person has signed in; its cookie holds the secret, which is the same
    for all who sign in there, the table its SHA-256."""

    __tablename__ = "known_devices"
    __table_args__ = (UniqueConstraint("user_id", "token_hash", name="uq_known_devices_user_id"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    token_hash: Mapped[str]
    device: Mapped[str] = mapped_column(server_default="")
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Invitation(Base):
    """A one-time link by which a person sets their password; the table has only its SHA-256.

    `nonce`: of what, with the installation's key, the link is made. `mail`: where it is sent, until
    it is over; `mail_state`: "" | waiting | sent | failed.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        CheckConstraint("mail_state IN ('', 'waiting', 'sent', 'failed')", name="mail_state"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    nonce: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ends_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    mail: Mapped[str] = mapped_column(server_default="")
    mail_state: Mapped[str] = mapped_column(server_default="")


class SignInWait(Base):
    """How many wrong passwords came from one browser, from a network for a name, from a network,
    or for a name; `free_at`: when the next is looked at. `who` is hidden by the installation's key.
    """

    __tablename__ = "sign_in_waits"

    who: Mapped[str] = mapped_column(primary_key=True)
    wrong: Mapped[int]
    last_at: Mapped[datetime]
    free_at: Mapped[datetime]
    gone_at: Mapped[datetime] = mapped_column(index=True)


class SignInFailure(Base):
    """One wrong password, as processes of 0.12.0 count them beside newer ones."""

    __tablename__ = "sign_in_failures"
    __table_args__ = (Index("ix_sign_in_failures_who", "who", "at"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    who: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class PhoneName(Base):
    """By which name a crew member's phones keep what is theirs (`phones.name_on_phone`)."""

    __tablename__ = "phone_names"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(unique=True)


class CrewLink(Base):
    """A crew member's own LINE account; `flow`: what they are about to do there."""

    __tablename__ = "crew_links"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    line_user_id: Mapped[str] = mapped_column(unique=True)
    flow: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    linked_at: Mapped[datetime] = mapped_column(server_default=func.now())


class CrewLinkCode(Base):
    """A one-time code for a link, of which only a keyed hash is kept, for an hour."""

    __tablename__ = "crew_link_codes"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(index=True)
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]


class CrewLinkTry(Base):
    """One code that did not fit, for slowing down who tries many; kept for an hour."""

    __tablename__ = "crew_link_tries"
    __table_args__ = (Index("ix_crew_link_tries_who", "line_user_id", "at"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    line_user_id: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class Resident(Base):
    """A person who wrote to the city's account; the row is the lock of the conversation.

    `question`: what staff asked and was not answered yet (`ticket_id`, `history_id`, `at`).
    `spent`: how much they have sent within the hour, where that is limited (bot/spent.py).
    Groups and rooms have a row too, for `told_on`: the day they were last told to write in private.
    `paused_until`: as of the `Pause` that is on.
    """

    __tablename__ = "residents"
    __table_args__ = (
        Index(
            "ix_residents_paused",
            "paused_until",
            postgresql_where=text("paused_until IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    line_user_id: Mapped[str] = mapped_column(unique=True)
    language: Mapped[str | None]
    draft: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    question: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    spent: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    blocked_at: Mapped[datetime | None]
    profile_seen_at: Mapped[datetime | None]
    paused_until: Mapped[datetime | None]
    told_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Pause(Base):
    """So long nothing is taken from a resident who disturbs; `why` is for staff alone.

    `person`: the SHA-256 of their LINE user id, for a pause outlives a resident who has themselves
    erased. `told_at`: when they were told; `held`: how much came since that was not taken.
    """

    __tablename__ = "pauses"
    __table_args__ = (
        Index("ix_pauses_on", "person", unique=True, postgresql_where=text("ended_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    person: Mapped[str] = mapped_column(index=True)
    why: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    by_name: Mapped[str]
    since: Mapped[datetime] = mapped_column(server_default=func.now())
    until: Mapped[datetime]
    told_at: Mapped[datetime | None]
    held: Mapped[int] = mapped_column(server_default=text("0"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str] = mapped_column(server_default="")
    key: Mapped[str | None] = mapped_column(unique=True)
