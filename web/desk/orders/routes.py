"""Work orders at the desk: a list, one order from its draft to its end, and what the year cost."""

from fastapi import Response
from fastapi.responses import RedirectResponse

from reports.actions.order import add_items, draft
from reports.actions.tell_contractor import unreached
from reports.city import clock
from reports.city.fiscal import year_words
from reports.orders import queries
from reports.orders.states import ORDERS, NoSuchOrder, OrderRefused, OrderState
from reports.tickets.lock import NoSuchTicket
from store.database import transaction
from web.auth import who
from web.auth.csrf import Form
from web.desk import quota
from web.desk.orders import acts, files, papers, sums, used
from web.desk.orders import draft as drafts
from web.desk.orders.page import NOT_HERE, order_page
from web.desk.orders.typed import ids_of
from web.kit.deps import Db, Id
from web.kit.errors import BadInput, NotFound
from web.kit.pages import page
from web.kit.router import Router

router = Router(include_in_schema=False)
Year = files.Year
Firm = sums.Firm
for part in (sums, used, drafts, acts, papers):
    router.include(part.router)


@router.get("/staff/orders")
def listing(
    visitor: who.Orders,
    db: Db,
    state: str = "issued",
    year: Year = None,
    contractor: Firm = None,
) -> Response:
    """Those of one state, or of all of them, the newest first; of one year and contractor where
    they are given."""
    chosen = OrderState(state) if state in set(OrderState) else None
    return page(
        "desk/orders/list.html",
        unreached=unreached(db),
        visitor=visitor,
        quota=quota.notice(db),
        orders=queries.listed(db, chosen, fiscal_year=year, contractor_id=contractor),
        most=queries.MOST_LISTED,
        chosen=chosen,
        counts=queries.counts(db),
        names=ORDERS,
        year=year,
        firm=queries.firm(db, contractor),
        year_words=year_words,
        today=clock.today(),
    )


@router.post("/staff/orders")
def gather(visitor: who.Orders, form: Form) -> Response:
    """Fields: numbers (of tickets, as people type them), into (an order not issued yet, or "").

    Raises BadInput, NotFound.
    """
    try:
        with transaction() as db:
            known = ids_of(db, form)
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
