"""A link to a work order for whoever has no account, made and taken back."""

from sqlalchemy.orm import Session

from reports.orders import links
from reports.orders.lock import held
from reports.orders.states import OrderRefused, OrderState
from reports.people.permissions import Actor


def share(db: Session, order_id: int, by: Actor) -> str:
    """A new link to an issued order, instead of the one before; gives its address, shown only here.

    Raises OrderRefused, NoSuchOrder, NotTheirs.
    """
    order = held(db, order_id, by)
    if order.state != OrderState.ISSUED:
        raise OrderRefused("発行した指示書だけに、リンクを作れます。")
    return links.make(db, order_id, by.name)


def unshare(db: Session, order_id: int, by: Actor) -> None:
    """No link leads to it any more. Raises NoSuchOrder, NotTheirs."""
    held(db, order_id, by)
    links.revoke(db, order_id)
