"""People whom the city's provider (OpenID Connect) vouches for, and what its groups give."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base


class ProviderPerson(Base):
    """Who is meant by what the provider calls somebody; `told_name`: as it last named them."""

    __tablename__ = "provider_people"
    __table_args__ = (UniqueConstraint("issuer", "subject", name="uq_provider_people_issuer"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    issuer: Mapped[str]
    subject: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    told_name: Mapped[str]
    linked_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ProviderGroup(Base):
    """What everybody of this group of the provider's is to Michi; `name` as tokens carry it."""

    __tablename__ = "provider_groups"
    __table_args__ = (
        CheckConstraint(
            "role IN ('viewer', 'crew', 'contractor', 'department', 'staff', 'administrator')",
            name="role",
        ),
        CheckConstraint(
            "(role = 'contractor') = (contractor_id IS NOT NULL)", name="contractor_has_contractor"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str]
    contractor_id: Mapped[int | None] = mapped_column(ForeignKey("contractors.id"))


class ProviderGroupDepartment(Base):
    """One department that a group gives."""

    __tablename__ = "provider_group_departments"

    group_id: Mapped[int] = mapped_column(
        ForeignKey("provider_groups.id", ondelete="CASCADE"), primary_key=True
    )
    department_id: Mapped[int] = mapped_column(
        ForeignKey("departments.id"), primary_key=True, index=True
    )


class ProviderSession(Base):
    """A session that was begun at the provider, and how it is ended there.

    `id_token`: what the provider said of them, as its hint for who signs out; `sid`: its own
    session; `end_address`: where it ends one. The last two are "" where it has none.
    """

    __tablename__ = "provider_sessions"

    token_hash: Mapped[str] = mapped_column(
        ForeignKey("sign_ins.token_hash", ondelete="CASCADE"), primary_key=True
    )
    id_token: Mapped[str]
    sid: Mapped[str] = mapped_column(index=True)
    end_address: Mapped[str]
