"""Work orders at the desk: a list, one order from its draft to its end, and what the year cost."""

from typing import Final

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from reports.actions.order import MOST_ITEMS, add_items, draft
from reports.city import clock
from reports.orders import queries
from reports.orders.states import ORDERS, NoSuchOrder, OrderRefused, OrderState
from reports.tickets import queries as tickets
from reports.tickets.lock import NoSuchTicket
from reports.tickets.numbers import number_in
from store.database import transaction
from web.auth import who
from web.auth.csrf import Form
from web.desk import quota
from web.desk.orders import acts, papers, sums
from web.desk.orders.page import NOT_HERE, order_page
from web.kit.deps import Db, Id
from web.kit.errors import BadInput, NotFound
from web.kit.forms import Posted
from web.kit.pages import page

router = APIRouter(include_in_schema=False)
for part in (sums, acts, papers):
    router.include_router(part.router)

_MOST_TYPED: Final = 4_000


@router.get("/staff/orders")
def listing(visitor: who.Orders, db: Db, state: str = "issued") -> Response:
    """Those of one state, or of all of them, the newest first."""
    chosen = OrderState(state) if state in set(OrderState) else None
    return page(
        "desk/orders/list.html",
        visitor=visitor,
        quota=quota.notice(db),
        orders=queries.listed(db, chosen),
        most=queries.MOST_LISTED,
        chosen=chosen,
        counts=queries.counts(db),
        names=ORDERS,
        today=clock.today(),
    )


@router.post("/staff/orders")
def gather(visitor: who.Orders, form: Form) -> Response:
    """Fields: numbers (of tickets, as people type them), into (an order not issued yet, or "").

    Raises BadInput, NotFound.
    """
    try:
        with transaction() as db:
            ids = [tickets.id_of(db, number) for number in _numbers(form)]
            known = [id for id in ids if id is not None]
            if len(known) < len(ids):
                raise BadInput("見つからない受付番号があります。番号を確かめてください。")
            into = form.fields.get("into", "")
            if into.isascii() and into.isdecimal() and len(into) < 19:
                order_id = int(into)
                add_items(db, order_id, known, visitor.actor)
            else:
                order_id = draft(db, known, visitor.actor, key=form.key)
    except (OrderRefused, NoSuchTicket) as refused:
        raise BadInput(str(refused)) from refused
    except NoSuchOrder as gone:
        raise NotFound(NOT_HERE) from gone
    return RedirectResponse(f"/staff/orders/{order_id}", 303)


@router.get("/staff/orders/{order_id}")
def look(order_id: Id, visitor: who.Orders, db: Db, done: str = "") -> Response:
    """All of one order, and what may be done with it next."""
    return order_page(db, visitor, order_id, done=done)


def _numbers(form: Posted) -> list[str]:
    """Valid ones, in the order in which they stand there. Raises BadInput."""
    typed = form.words("numbers", most=_MOST_TYPED).replace("、", ",").replace("\n", ",")
    words = [word for word in typed.split(",") if word.strip()]
    numbers = [number_in(word) for word in words]
    if not words:
        raise BadInput("指示書に入れる受付票を選んでください。")
    if len(words) > MOST_ITEMS:
        raise BadInput(f"1つの指示書に入れられるのは {MOST_ITEMS}件までです。")
    if None in numbers:
        raise BadInput("読み取れない受付番号があります(例 123-456-789)。")
    return [number for number in numbers if number]
