"""An order that is not issued yet: one form with all of it, saved as a whole.

What is typed stays on the page whatever comes of it; where somebody else was faster, both stand
there. A press that does more than saving (`then`) saves first.
"""

from typing import Final

from fastapi import Response
from fastapi.responses import RedirectResponse

from reports.actions import end_order, order
from reports.actions.order import Head, Place
from reports.orders.states import NoSuchOrder, OrderChanged, OrderRefused
from reports.people.sessions import Visitor
from reports.tickets.lock import NoSuchTicket
from store.database import transaction
from web.auth import who
from web.auth.csrf import LongForm
from web.desk.orders.page import NOT_HERE, order_page
from web.desk.orders.typed import ids_of
from web.desk.orders.written import ids_in, quotes_in
from web.kit.days import day_in
from web.kit.deps import Id
from web.kit.errors import BadInput, NotFound
from web.kit.forms import Posted, id_in
from web.kit.quantities import quantities_in
from web.kit.router import Router

router = Router(include_in_schema=False)
HERE: Final = "/staff/orders/{order_id}"


@router.post(f"{HERE}/save")
def save(order_id: Id, visitor: who.Orders, form: LongForm) -> Response:
    """Fields: seen (the order's `change`), those of the head, and for each item in `items` what-7,
    quote-7-1 and so on (ids of remarks), photos-7 (ids that were shown), show-7-12 ("yes"), and
    lines as of `quantities_in`. `then`: "issue", "out-7", "add" (with numbers), or ""."""
    seen, is_saved = form.fields.get("seen", ""), False
    try:
        head, places = _head(form), _places(form)
        with transaction() as db:
            order.write(db, order_id, head, places, visitor.actor, seen=id_in(seen))
        is_saved = True
        return RedirectResponse(_then(order_id, visitor, form), 303)
    except NoSuchOrder as gone:
        raise NotFound(NOT_HERE) from gone
    except (OrderRefused, NoSuchTicket) as refused:
        status, sentence, changed = 409, str(refused), isinstance(refused, OrderChanged)
    except BadInput as refusal:
        status, sentence, changed = refusal.status, refusal.sentence, False
    with transaction() as db:
        return order_page(
            db,
            visitor,
            order_id,
            status=status,
            sentence=sentence,
            typed=form.fields,
            changed=changed,
            seen="" if is_saved or changed else seen,
        )


def _then(order_id: int, visitor: Visitor, form: Posted) -> str:
    """What the press does besides saving; gives where it leads. Raises as the actions."""
    here, then = f"/staff/orders/{order_id}", form.fields.get("then", "")
    with transaction() as db:
        if then == "issue":
            order.issue(db, order_id, visitor.actor)
            return f"{here}?done=issued"
        if then == "add":
            order.add_items(db, order_id, ids_of(db, form), visitor.actor)
            return f"{here}?done=added"
        if then.startswith("out-"):
            end_order.take_out(db, order_id, id_in(then[4:]), visitor.actor, "")
            return f"{here}?done=out"
    return f"{here}?done=saved"


def _head(form: Posted) -> Head:
    firm = form.fields.get("contractor", "")
    until, start = form.fields.get("until", ""), form.fields.get("start_on", "")
    return Head(
        contractor_id=int(firm) if firm.isdecimal() and len(firm) < 9 else None,
        until=day_in(until) if until else None,
        start_on=day_in(start) if start else None,
        traffic=form.words("traffic", most=300),
        urgent=form.fields.get("urgent") == "yes",
        city_checks=form.fields.get("city_checks") == "yes",
        remarks=form.words("remarks"),
        clerk=form.words("clerk", most=60),
        chief=form.words("chief", most=60),
    )


def _places(form: Posted) -> list[Place]:
    """Raises BadInput, which says at which place."""
    found = []
    for turn, item_id in enumerate(ids_in(form.fields.get("items", "")), 1):
        try:
            found.append(_place(form, item_id))
        except BadInput as wrong:
            raise BadInput(f"{turn}番: {wrong.sentence}") from wrong
    return found


def _place(form: Posted, item_id: int) -> Place:
    offered = ids_in(form.fields.get(f"photos-{item_id}", ""))
    shown = [id for id in offered if form.fields.get(f"show-{item_id}-{id}") == "yes"]
    return Place(
        item_id,
        what=form.words(f"what-{item_id}"),
        quotes=quotes_in(form.fields, item_id),
        quantities=quantities_in(form, f"{item_id}-"),
        shown=shown,
        left_out=[id for id in offered if id not in shown],
    )
