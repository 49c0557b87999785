"""Ways to one order without an account: a long secret in the address, its SHA-256 in the table.

The secret of a link in a mail is made of the mail's own id and this installation's key, so that
the same mail has the same link whenever it is drawn, and nobody else can make it.
"""

import base64
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from reports.city.models import Contractor
from reports.orders.models import OrderLink, WorkOrder
from reports.orders.read_models import LinkState
from reports.people.accounts import hashed
from reports.people.permissions import Actor, Role
from settings import settings
from store.keyed import macs

LIFE: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who comes by a link: what they do is signed by their firm's name, and is of this order."""

    order_id: int
    actor: Actor
    ends_at: datetime


class Ended(Exception):
    """The link was one, and leads nowhere any more."""


def make(db: Session, order_id: int, by: str) -> str:
    """A new address of this order, instead of those before; it is shown only here."""
    revoke(db, order_id)
    token = secrets.token_urlsafe(32)
    _keep(db, order_id, by, token)
    return _address(token)


def add_for(db: Session, order_id: int, by: str, mail: str) -> None:
    """One more for the mail of this id; those before lead there still."""
    _keep(db, order_id, by, _tokens_of(mail)[0])


def of_mail(db: Session, mail: str) -> tuple[str, datetime] | None:
    """The address in the mail of this id, and when it ends; None once it leads nowhere."""
    for token in _tokens_of(mail):
        try:
            known = bearer(db, token)
        except Ended:
            return None
        if known:
            return _address(token), known.ends_at
    return None


def revoke(db: Session, order_id: int) -> None:
    """No link leads to this order any more."""
    still = OrderLink.order_id == order_id, OrderLink.revoked_at.is_(None)
    db.execute(update(OrderLink).where(*still).values(revoked_at=func.now()))


def newest(db: Session, order_id: int) -> LinkState | None:
    """How it stands with the order's last link."""
    row = db.scalar(
        select(OrderLink)
        .where(OrderLink.order_id == order_id)
        .order_by(OrderLink.made_at.desc())
        .limit(1)
    )
    return LinkState(row.made_at, row.made_by, row.ends_at, row.revoked_at) if row else None


def bearer(db: Session, token: str) -> Bearer | None:
    """Whoever has this token; None for one that never was one. Raises Ended, also where the firm is
    retired."""
    row = db.execute(
        select(OrderLink, WorkOrder.state, Contractor.name, Contractor.retired)
        .join(WorkOrder, WorkOrder.id == OrderLink.order_id)
        .join(Contractor, Contractor.id == WorkOrder.contractor_id)
        .where(OrderLink.token_hash == hashed(token))
    ).one_or_none()
    if row is None:
        return None
    link, state, name, retired = row
    is_over = link.revoked_at or link.ends_at <= datetime.now(UTC)
    if is_over or retired or state == "cancelled":
        raise Ended
    by = Actor(Role.CONTRACTOR, name, order_id=link.order_id)
    return Bearer(link.order_id, by, link.ends_at)


def _keep(db: Session, order_id: int, by: str, token: str) -> None:
    facts = {"order_id": order_id, "made_by": by, "ends_at": datetime.now(UTC) + LIFE}
    db.execute(insert(OrderLink).values(token_hash=hashed(token), **facts))


def _address(token: str) -> str:
    return f"{settings().base}/order/{token}"


def _tokens_of(mail: str) -> list[str]:
    """With SECRET_KEY first, by which new ones are made."""
    made = macs(f"order link of mail:{mail}")
    return [base64.urlsafe_b64encode(each).decode().rstrip("=") for each in made]
