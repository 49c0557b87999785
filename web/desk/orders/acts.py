"""What staff do with an order that was issued: each form of its page."""

from fastapi import Response

from reports.actions import do_item, end_order, order, share_order, tell_contractor
from reports.orders.states import NoSuchOrder, OrderRefused
from store.database import transaction
from web.auth import who
from web.auth.csrf import Form
from web.desk.orders.page import NOT_HERE, done, order_page
from web.kit.deps import Id
from web.kit.errors import NotFound
from web.kit.forms import Posted, id_in
from web.kit.quantities import quantities_in
from web.kit.router import Router

router = Router(include_in_schema=False)
HERE = "/staff/orders/{order_id}"


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


@router.post(f"{HERE}/items/{{item_id}}/photos")
def show_photos(order_id: Id, item_id: Id, visitor: who.Orders, form: Form) -> Response:
    """Fields: photos (ids that were shown), show-12 ("yes") for those that the contractor gets."""

    def go() -> str:
        ids = [id for one in form.fields.get("photos", "").split(",") if (id := id_in(one))]
        shown = {id for id in ids if form.fields.get(f"show-{id}") == "yes"}
        left_out = {*ids} - shown
        with transaction() as db:
            order.show_photos(db, order_id, item_id, visitor.actor, shown=shown, left_out=left_out)
        return f"photos#item-{item_id}"

    return done(go, visitor, order_id, form, item_id)


@router.post(f"{HERE}/mail")
def mail(order_id: Id, visitor: who.Orders, form: Form) -> Response:
    """The contractor gets it by mail, once more."""

    def go() -> str:
        with transaction() as db:
            tell_contractor.tell_again(db, order_id, visitor.actor, key=form.key)
        return "mailed"

    return done(go, visitor, order_id, form)


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
