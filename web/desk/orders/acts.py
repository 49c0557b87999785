"""What staff do with an order: each form of its page."""

from datetime import date

from fastapi import APIRouter, Response

from reports.actions import do_item, end_order, order, share_order
from reports.actions.order import Head
from reports.orders.states import NoSuchOrder, OrderRefused
from store.database import transaction
from web.auth import who
from web.auth.csrf import Form
from web.desk.orders.page import NOT_HERE, done, order_page
from web.kit.days import day_in
from web.kit.deps import Id
from web.kit.errors import NotFound
from web.kit.forms import Posted, id_in
from web.kit.quantities import quantities_in

router = APIRouter(include_in_schema=False)
HERE = "/staff/orders/{order_id}"


@router.post(f"{HERE}/head")
def write_head(order_id: Id, visitor: who.Orders, form: Form) -> Response:
    """Fields: contractor (an id, or ""), until (a day, or ""), urgent, city_checks ("yes"),
    remarks, clerk, chief."""

    def write() -> str:
        firm, day = form.fields.get("contractor", ""), form.fields.get("until", "")
        until: date | None = day_in(day) if day else None
        head = Head(
            contractor_id=int(firm) if firm.isdecimal() and len(firm) < 9 else None,
            until=until,
            urgent=form.fields.get("urgent") == "yes",
            city_checks=form.fields.get("city_checks") == "yes",
            remarks=form.words("remarks"),
            clerk=form.words("clerk", most=60),
            chief=form.words("chief", most=60),
        )
        with transaction() as db:
            order.write_head(db, order_id, head, visitor.actor)
        return "head"

    return done(write, visitor, order_id, form)


@router.post(f"{HERE}/items/{{item_id}}")
def write_item(order_id: Id, item_id: Id, visitor: who.Orders, form: Form) -> Response:
    """Fields: what, quote-1 and so on (ids of remarks), and as of `quantities_in`."""

    def write() -> str:
        quoted = [told for name, told in form.fields.items() if name.startswith("quote-")]
        quotes = [id for one in quoted if (id := id_in(one))]
        what, quantities = form.words("what"), quantities_in(form)
        with transaction() as db:
            order.write_item(
                db, order_id, item_id, visitor.actor,
                what=what, quotes=quotes, quantities=quantities,
            )  # fmt: skip
        return f"item#item-{item_id}"

    return done(write, visitor, order_id, form, item_id)


@router.post(f"{HERE}/issue")
def issue(order_id: Id, visitor: who.Orders, form: Form) -> Response:
    """It gets its number."""

    def go() -> str:
        with transaction() as db:
            order.issue(db, order_id, visitor.actor)
        return "issued"

    return done(go, visitor, order_id, form)


@router.post(f"{HERE}/items/{{item_id}}/out")
def take_out(order_id: Id, item_id: Id, visitor: who.Orders, form: Form) -> Response:
    """Field: why (for staff; of an issued order)."""

    def go() -> str:
        with transaction() as db:
            end_order.take_out(db, order_id, item_id, visitor.actor, form.words("why"))
        return "out"

    return done(go, visitor, order_id, form, item_id)


@router.post(f"{HERE}/items/{{item_id}}/accept")
def accept(order_id: Id, item_id: Id, visitor: who.Orders, form: Form) -> Response:
    """Field: note (residents read it)."""

    def go() -> str:
        with transaction() as db:
            do_item.accept(db, order_id, item_id, visitor.actor, form.words("note"), key=form.key)
        return "accepted"

    return done(go, visitor, order_id, form, item_id)


@router.post(f"{HERE}/items/{{item_id}}/back")
def send_back(order_id: Id, item_id: Id, visitor: who.Orders, form: Form) -> Response:
    """Field: why (the contractor reads it)."""

    def go() -> str:
        with transaction() as db:
            do_item.send_back(db, order_id, item_id, visitor.actor, form.words("why"), key=form.key)
        return "back"

    return done(go, visitor, order_id, form, item_id)


@router.post(f"{HERE}/items/{{item_id}}/measured")
def measured(order_id: Id, item_id: Id, visitor: who.Orders, form: Form) -> Response:
    """Fields: as of `quantities_in`."""

    def go() -> str:
        quantities = quantities_in(form)
        with transaction() as db:
            do_item.correct(db, order_id, item_id, visitor.actor, quantities)
        return f"measured#item-{item_id}"

    return done(go, visitor, order_id, form, item_id)


@router.post(f"{HERE}/close")
def close(order_id: Id, visitor: who.Orders, form: Form) -> Response:
    """All of it is done."""

    def go() -> str:
        with transaction() as db:
            end_order.close(db, order_id, visitor.actor)
        return "closed"

    return done(go, visitor, order_id, form)


@router.post(f"{HERE}/cancel")
def cancel(order_id: Id, visitor: who.Orders, form: Form) -> Response:
    """Field: why (for staff; of an issued order)."""

    def go() -> str:
        with transaction() as db:
            end_order.cancel(db, order_id, visitor.actor, form.words("why"))
        return "cancelled"

    return done(go, visitor, order_id, form)


@router.post(f"{HERE}/link")
def share(order_id: Id, visitor: who.Orders, form: Form) -> Response:
    """A new link, shown on the page that answers and nowhere else."""
    return _shared(order_id, visitor, form)


def _shared(order_id: int, visitor: who.Orders, form: Posted) -> Response:
    try:
        with transaction() as db:
            address = share_order.share(db, order_id, visitor.actor)
            return order_page(db, visitor, order_id, address=address)
    except NoSuchOrder as gone:
        raise NotFound(NOT_HERE) from gone
    except OrderRefused as refused:
        with transaction() as db:
            return order_page(
                db, visitor, order_id, status=409, sentence=str(refused), typed=form.fields
            )


@router.post(f"{HERE}/unlink")
def unshare(order_id: Id, visitor: who.Orders, form: Form) -> Response:
    """No link leads there any more."""

    def go() -> str:
        with transaction() as db:
            share_order.unshare(db, order_id, visitor.actor)
        return "revoked"

    return done(go, visitor, order_id, form)
