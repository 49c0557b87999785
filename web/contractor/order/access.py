"""Who works on an order: somebody of the firm who signs in, or whoever has the link to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from reports.orders import links, queries
from reports.orders.models import WorkOrder
from reports.orders.read_models import OrderPage
from reports.people.permissions import Actor, Do
from reports.people.sessions import Visitor
from store.database import transaction
from store.origin import is_of
from web.auth.csrf import posted
from web.auth.sessions import only, signed_in, visitor_or_none
from web.kit import forms
from web.kit.errors import Gone, NotFound
from web.kit.forms import Posted

NOT_HERE: Final = "この指示書はありません。アドレスをお確かめください。"
ENDED: Final = (
    "このリンクは終わりました(30日がたったか、市が無効にしました)。"
    "続けて使うには、市の担当者に新しいリンクを頼んでください。"
)
_LONGEST: Final = 100


@dataclass(frozen=True, slots=True)
class Access:
    """To one order and nothing else. `here`: the path of its page; `visitor`: who has signed in;
    `ends_at`: when the link ends."""

    order_id: int
    actor: Actor
    here: str
    visitor: Visitor | None = None
    ends_at: datetime | None = None

    def page(self, db: Session) -> OrderPage:
        """Raises NotFound."""
        found = queries.order(db, self.order_id)
        if found is None:
            raise NotFound(NOT_HERE)
        return found


def access(request: Request) -> Access:
    """By the address: that of a link, or that of a page of who has signed in.

    Raises NotSignedIn, NotAllowed, NotFound, Gone.
    """
    if (token := request.path_params.get("token")) is not None:
        return _by_link(token)
    visitor = only(Do.DO_ITEMS, signed_in(visitor_or_none(request)))
    return _by_account(request.path_params["order_id"], visitor)


Here = Annotated[Access, Depends(access)]


async def sent(request: Request, here: Here) -> Posted:
    """A form of this order's page. Only who has a link can have sent it to its address; who has
    signed in sends the session's token. Raises NotAllowed, as `forms.read`."""
    return await (posted(request, here.visitor) if here.visitor else forms.read(request))


Sent = Annotated[Posted, Depends(sent)]


def _by_account(typed: str, visitor: Visitor) -> Access:
    order_id = forms.id_in(typed)
    with transaction() as db:
        order = db.get(WorkOrder, order_id)
        if order is None or order.contractor_id != visitor.contractor_id:
            raise NotFound(NOT_HERE)
        if order.state not in ("issued", "done"):
            raise NotFound(NOT_HERE)
    return Access(order_id, visitor.actor, f"/contractor/orders/{order_id}", visitor)


def _by_link(token: str) -> Access:
    """The order that this link leads to. Raises NotFound, Gone."""
    try:
        with transaction() as db:
            known = links.bearer(db, token) if len(token) <= _LONGEST else None
    except links.Ended as ended:
        raise Gone(ENDED) from ended
    if known is None:
        raise NotFound(NOT_HERE)
    is_of(None, f"link:{known.order_id}", about=f"order:{known.order_id}")
    return Access(known.order_id, known.actor, f"/order/{token}", ends_at=known.ends_at)
