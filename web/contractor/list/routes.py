"""The orders of a contractor who signs in: those that go on, then those that are done."""

from fastapi import Response

from reports.city import clock
from reports.orders import queries
from reports.orders.states import OrderState
from web.auth import who
from web.kit.deps import Db
from web.kit.pages import page
from web.kit.router import Router

router = Router(include_in_schema=False)


@router.get("/contractor/")
def listing(visitor: who.DoesItems, db: Db) -> Response:
    """Of their firm alone, and only what was issued to it."""
    of_state = {
        state: queries.listed(db, state, contractor_id=visitor.contractor_id, limit=50)
        for state in (OrderState.ISSUED, OrderState.DONE)
    }
    return page(
        "contractor/list/page.html",
        visitor=visitor,
        firm=queries.firm(db, visitor.contractor_id),
        going_on=of_state[OrderState.ISSUED],
        done=of_state[OrderState.DONE],
        today=clock.today(),
    )
