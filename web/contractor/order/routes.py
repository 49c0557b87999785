"""One order on a phone: the places, the way there, begun and done one by one with photos."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from fastapi import Response
from fastapi.responses import RedirectResponse

from reports.actions import do_item
from reports.city import clock, profile
from reports.city.quantities import UNITS, NotAQuantity, quantity_in, quantity_words
from reports.orders import queries
from reports.orders.states import ITEMS, REASONS, NoSuchOrder, OrderRefused, OrderState
from reports.people.permissions import NotTheirs
from reports.tickets.status import MoveRefused
from store.database import transaction
from web.contractor.order.access import NOT_HERE, Access, Here, Sent
from web.kit import assets, papers
from web.kit.deps import Id
from web.kit.errors import BadInput, NotFound
from web.kit.forms import Posted, id_in
from web.kit.moves import in_the_store
from web.kit.pages import page
from web.kit.photos import NO_PHOTO, bytes_outside, picture
from web.kit.proof import in_turn, refuse_unreadable
from web.kit.quantities import quantities_in
from web.kit.router import Router
from web.kit.shots import Seen, are_old, shots

router = Router(include_in_schema=False)
_PRIVATE: Final = {"X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer"}


@router.get("/order/{token}")
@router.get("/contractor/orders/{order_id}")
def order_page(here: Here, done: int = 0) -> Response:
    """The whole order; `done`: the item of which something was just reported."""
    return _look(here, done=done)


@router.get("/order/{token}/order.pdf")
@router.get("/contractor/orders/{order_id}/order.pdf")
def order_pdf(here: Here) -> Response:
    """Raises NotFound, NoFont, FilesAway."""
    return _private(papers.as_pdf(here.order_id))


@router.get("/order/{token}/order.xlsx")
@router.get("/contractor/orders/{order_id}/order.xlsx")
def order_xlsx(here: Here) -> Response:
    """Without the money. Raises NotFound."""
    return _private(papers.as_xlsx(here.order_id, money=False))


@router.get("/order/{token}/photos/{photo_id}/{size}")
@router.get("/contractor/orders/{order_id}/photos/{photo_id}/{size}")
def order_photo(photo_id: Id, size: str, here: Here) -> Response:
    """A derived JPEG of a photo that the order shows; no other is there. Raises NotFound."""
    with transaction() as db:
        shown = size in ("small", "large") and queries.has_photo(db, here.order_id, photo_id)
    if not shown:
        raise NotFound(NO_PHOTO)
    return _private(picture(bytes_outside(photo_id, size)))


@router.post("/order/{token}/items/{item_id}/start")
@router.post("/contractor/orders/{order_id}/items/{item_id}/start")
def start_item(item_id: Id, here: Here, form: Sent) -> Response:
    """The work on this item begins."""

    def go() -> None:
        with transaction() as db:
            do_item.start(db, here.order_id, item_id, here.actor, key=form.key)

    return _done(here, item_id, form, go)


@router.post("/order/{token}/items/{item_id}/finish")
@router.post("/contractor/orders/{order_id}/items/{item_id}/finish")
async def finish_item(item_id: Id, here: Here, form: Sent) -> Response:
    """Fields: photo (one to four) and what `web.kit.shots` reads of them, said, of-<id of a
    quantity> (how much of it), and as of `quantities_in` what was not planned."""

    def go() -> None:
        actual, more, said = _actual(form), quantities_in(form), form.words("said")
        seen = refuse_unreadable(form.photos)
        old = _are_old(form, seen, here, item_id)
        with in_the_store(form.photos) as photos, transaction() as db:
            do_item.finish(
                db, here.order_id, item_id, here.actor, actual=actual, more=more, said=said,
                shots=shots(form, photos, seen, old), key=form.key,
            )  # fmt: skip

    return await in_turn(form.photos, lambda: _done(here, item_id, form, go))


@router.post("/order/{token}/items/{item_id}/cannot")
@router.post("/contractor/orders/{order_id}/items/{item_id}/cannot")
def cannot_item(item_id: Id, here: Here, form: Sent) -> Response:
    """Fields: reason (one of REASONS), why."""

    def go() -> None:
        reason, why = form.fields.get("reason", ""), form.words("why", most=500)
        if reason not in REASONS:
            raise BadInput("できない理由を選んでください。")
        words = f"{reason}: {why}" if why else reason
        with transaction() as db:
            do_item.cannot(db, here.order_id, item_id, here.actor, words, key=form.key)

    return _done(here, item_id, form, go)


def _look(here: Access, *, done: int = 0, **refused: Any) -> Response:
    with transaction() as db:
        order = here.page(db)
        facts = profile.profile(db)
        answer = page(
            "contractor/order/page.html",
            status=refused.get("status", 200),
            visitor=here.visitor,
            access=here,
            order=order,
            goes_on=order.state is OrderState.ISSUED,
            names={key: one.name("ja") for key, one in profile.categories(db).items()},
            item_states=ITEMS,
            reasons=REASONS,
            units=UNITS,
            exif=assets.address_if_there("exifreader/exif-reader.js"),
            number=quantity_words,
            city=str(facts.get("name", "")),
            city_line=str((facts.get("phones") or {}).get("road_line", "")),
            today=clock.today(),
            done=done,
            sentence=refused.get("sentence", ""),
            refused_item=refused.get("item", 0),
            typed=refused.get("typed", {}),
        )
    return _private(answer)


def _done(here: Access, item_id: int, form: Posted, do: Callable[[], None]) -> Response:
    """Back to the order; where it was refused, with what was typed and why. Raises NotFound."""
    try:
        do()
    except (NoSuchOrder, NotTheirs) as gone:
        raise NotFound(NOT_HERE) from gone
    except (OrderRefused, MoveRefused) as wrong:
        return _look(here, status=409, sentence=str(wrong), item=item_id, typed=form.fields)
    except BadInput as wrong:
        return _look(
            here, status=wrong.status, sentence=wrong.sentence, item=item_id, typed=form.fields
        )
    return RedirectResponse(f"{here.here}?done={item_id}#item-{item_id}", 303)


def _are_old(form: Posted, seen: Seen, here: Access, item_id: int) -> list[bool]:
    """What was sent for this item before may come again: the city may have sent it back."""
    with transaction() as db:
        item = next((one for one in here.page(db).items if one.id == item_id), None)
    if item is None:
        return [False] * len(seen)  # the action says what is wrong
    return are_old(form, seen, item.ticket.id, but=[*item.done_photos, *item.coming])


def _actual(form: Posted) -> Mapping[int, Decimal]:
    """How much, by id of the planned quantity. Raises BadInput."""
    found = {}
    for turn in form.fields:
        id = id_in(turn.removeprefix("of-")) if turn.startswith("of-") else 0
        if not id:
            continue
        try:
            quantity = quantity_in(form.words(turn, most=40))
        except NotAQuantity as wrong:
            raise BadInput(str(wrong)) from wrong
        if quantity is not None:
            found[id] = quantity
    return found


def _private(answer: Response) -> Response:
    """Nothing of it goes to who has no business there."""
    answer.headers.update(_PRIVATE)
    return answer
