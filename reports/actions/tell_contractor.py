"""The contractor is told of an order by mail: issued, changed, withdrawn.

Each mail is written in the commit of what it tells of, with a link of its own, and said once.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from reports.city.clock import local
from reports.city.models import Contractor
from reports.orders import links, queries
from reports.orders.lock import held
from reports.orders.models import OrderMail, WorkOrder
from reports.orders.states import OrderRefused, OrderState
from reports.outbox import mails
from reports.outbox.mails import OrderKind
from reports.outbox.models import Mail
from reports.outbox.order_texts import OrderNotice
from reports.people.permissions import Actor
from store import sql

GATHER: Final = timedelta(seconds=60)
"""What is changed within this time goes in one mail; a mail takes nothing more in soon before."""
_TAKES_MORE: Final = timedelta(seconds=40)
NO_ADDRESS: Final = "この請負業者には、メールの宛先がありません。請負業者の画面で入れてください。"


@dataclass(frozen=True, slots=True)
class OrderMailed:
    """A mail about an order, and what became of it; `error`: the server's words, or NO_SERVER."""

    kind: OrderKind
    state: str
    address: str
    error: str
    created_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class OrderTold:
    """What a mail tells of, as the order is now; `with_pdf`: its contractor wants the paper too."""

    order_id: int
    notice: OrderNotice
    with_pdf: bool


def tell(db: Session, order: WorkOrder, kind: OrderKind, by: Actor, change: str = "") -> None:
    """With the order in hand: its contractor gets a mail, where it has an address. `change`: what
    is different now, in words for them."""
    if (
        kind == "order_changed"
        and sql.run(db, _TAKE_MORE, order=order.id, change=change, within=_TAKES_MORE).fetchone()
    ):
        return
    after = GATHER if kind == "order_changed" else timedelta(0)
    _write(db, order, kind, by, secrets.token_hex(16), change, after)


def tell_again(db: Session, order_id: int, by: Actor, *, key: str | None) -> None:
    """The contractor gets the order by mail, at the address it has now. The same `key` is one mail.

    Raises OrderRefused, NoSuchOrder, NotTheirs.
    """
    order = held(db, order_id, by)
    if order.state != OrderState.ISSUED:
        raise OrderRefused("発行した指示書だけを、メールで送れます。")
    message_id = secrets.token_hex(16)
    if key:
        message_id = hashlib.sha256(f"order {order_id} {key}".encode()).hexdigest()[:32]
    if not _write(db, order, "order_issued", by, message_id):
        raise OrderRefused(NO_ADDRESS)


def order_told(db: Session, mail: Mail) -> OrderTold | None:
    """For who sends this mail; None where nobody need read it: of an order that was withdrawn."""
    known = select(OrderMail.order_id).where(OrderMail.mail_id == mail.id)
    order = queries.order(db, db.scalar(known) or 0)
    goes_on = mail.kind != "order_withdrawn"
    if order is None or order.firm is None or (goes_on and order.state is OrderState.CANCELLED):
        return None
    link, ends = (goes_on and links.of_mail(db, mail.message_id)) or ("", None)
    notice = OrderNotice(
        number=order.number,
        firm=order.firm.name,
        until=order.until,
        urgent=order.urgent,
        places=len(order.items),
        open=len(order.still_open),
        clerk=order.clerk,
        link=link,
        link_ends=local(ends) if ends else None,
        changes=mail.facts.get("changes", []),
    )
    return OrderTold(order.id, notice, goes_on and order.firm.mail_pdf)


def mailed(db: Session, order_id: int) -> list[OrderMailed]:
    """Its mails, the newest first."""
    return [OrderMailed(*row) for row in sql.run(db, _MAILED, order=order_id)]


def unreached(db: Session) -> set[int]:
    """The issued and withdrawn orders whose newest mail has failed."""
    return {id for id, state in sql.run(db, _UNREACHED) if state == "failed"}


def _write(
    db: Session,
    order: WorkOrder,
    kind: OrderKind,
    by: Actor,
    message_id: str,
    change: str = "",
    after: timedelta = timedelta(0),
) -> bool:
    """Whether there was an address to write to."""
    firm = db.get(Contractor, order.contractor_id) if order.contractor_id else None
    if firm is None or not firm.email:
        return False
    if db.scalar(select(Mail.id).where(Mail.message_id == message_id)):
        return True
    facts = {"changes": [change]} if change else {}
    made = mails.write_to(db, kind, firm.email, message_id=message_id, facts=facts, after=after)
    if made is not None:
        db.execute(insert(OrderMail).values(mail_id=made, order_id=order.id))
        if kind != "order_withdrawn":
            links.add_for(db, order.id, by.name, message_id)
    return True


_TAKE_MORE: Final = """
    UPDATE mails m SET facts = jsonb_set(m.facts, '{changes}',
        coalesce(m.facts -> 'changes', '[]'::jsonb) || to_jsonb(%(change)s::text))
    FROM work_order_mails o
    WHERE o.mail_id = m.id AND o.order_id = %(order)s AND m.kind = 'order_changed'
      AND m.state = 'waiting' AND m.created_at > now() - %(within)s
    RETURNING m.id
"""
_MAILED: Final = """
    SELECT m.kind, m.state, m.address, m.error, m.created_at, m.sent_at
    FROM work_order_mails o JOIN mails m ON m.id = o.mail_id
    WHERE o.order_id = %(order)s ORDER BY m.id DESC
"""
_UNREACHED: Final = """
    SELECT DISTINCT ON (o.order_id) o.order_id, m.state
    FROM work_order_mails o JOIN mails m ON m.id = o.mail_id
    JOIN work_orders w ON w.id = o.order_id AND w.state IN ('issued', 'cancelled')
    ORDER BY o.order_id, m.id DESC
"""
