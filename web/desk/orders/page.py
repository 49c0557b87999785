"""The page of one order, and the way back to it after each of its forms."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final

from fastapi import Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from reports.actions import schedule, tell_contractor
from reports.city import clock, contractors, profile
from reports.city.fiscal import fiscal_year
from reports.city.quantities import MOST_LINES, UNITS, quantity_words
from reports.orders import links, queries
from reports.orders.lock import may_write
from reports.orders.read_models import OrderPage
from reports.orders.states import ITEMS, ORDERS, NoSuchOrder, OrderRefused, OrderState
from reports.outbox import mails
from reports.outbox.quota import state as quota_state
from reports.people.sessions import Visitor
from store.database import transaction
from web.desk import quota
from web.desk.orders.written import written
from web.kit.errors import BadInput, NotFound
from web.kit.forms import Posted, id_in
from web.kit.pages import page

NOT_HERE: Final = "この指示書はありません。一覧から選び直してください。"
MAIL_WORDS: Final = {
    "order_issued": "発行",
    "order_changed": "変更",
    "order_withdrawn": "取り消し",
}
DONE: Final = {
    "saved": "保存しました。",
    "added": "保存し、受付票を足しました。",
    "issued": "発行しました。",
    "mailed": "メールを送ります。届いたかどうかは、この画面に出ます。",
    "photos": "業者に見せる写真を選び直しました。",
    "closed": "完了にしました。",
    "cancelled": "取り消しました。",
    "out": "受付票を外しました。",
    "accepted": "確認し、受付票を「対応済」にしました。",
    "back": "差し戻しました。",
    "measured": "数量と単価を保存しました。",
    "revoked": "リンクを無効にしました。",
}
_WORDS: Final[Mapping[str, object]] = {
    "mail_words": MAIL_WORDS, "states": ORDERS, "item_states": ITEMS, "units": UNITS,
    "most_lines": MOST_LINES, "number": quantity_words,
}  # fmt: skip


def order_page(
    db: Session,
    visitor: Visitor,
    order_id: int,
    *,
    status: int = 200,
    sentence: str = "",
    done: str = "",
    address: str = "",
    typed: Mapping[str, str] | None = None,
    item_id: int = 0,
    changed: bool = False,
    seen: str = "",
) -> Response:
    """`address`: of a link that was just made. `typed`: of a form that was refused, of this item
    if of any, with the `sentence` that says why. `changed`: the draft has been, by somebody else.
    `seen`: the `change` that the writer read, where that is not the one of now. Raises NotFound."""
    order = queries.order(db, order_id)
    if order is None:
        raise NotFound(NOT_HERE)
    is_draft = order.state is OrderState.DRAFT
    return page(
        "desk/orders/page.html",
        status=status,
        visitor=visitor,
        quota=quota.notice(db),
        order=order,
        is_draft=is_draft,
        written=written(order, typed or {}, changed=changed) if is_draft else {},
        changed=changed,
        seen=seen or order.change,
        elsewhere=_of_others(order, typed or {}),
        foreseen=schedule.foreseen(db, order_id, visitor.actor),
        names={key: one.name("ja") for key, one in profile.categories(db).items()},
        address=address,
        sentence=sentence,
        done=DONE.get(done, ""),
        typed=typed or {},
        refused_item=item_id,
        **_of_choosing(db, visitor, order),
        **_of_telling(db, order_id),
        **_WORDS,
    )


def _of_others(order: OrderPage, typed: Mapping[str, str]) -> list[str]:
    """What was typed of work that somebody else has taken out of the order meanwhile."""
    here = {one.id for one in order.items}
    return [
        words
        for name, words in typed.items()
        if name.startswith("what-") and words.strip() and id_in(name[5:]) not in here
    ]


def _of_choosing(db: Session, visitor: Visitor, order: OrderPage) -> dict[str, object]:
    """What may be chosen for it: contractors, their prices, residents' words and photos."""
    ticket_ids = [one.ticket.id for one in order.items]
    year = order.fiscal_year or fiscal_year(clock.today())
    return {
        "may_write": may_write(db, visitor.actor, ticket_ids),
        "firms": contractors.contractors(db),
        "prices": queries.prices(db, order.firm.id, year) if order.firm else [],
        "remarks": queries.remarks_of(db, ticket_ids) if order.state is OrderState.DRAFT else {},
        "photos": queries.photos_of(db, ticket_ids),
    }


def _of_telling(db: Session, order_id: int) -> dict[str, object]:
    """What the page says of residents' pushes that are left, of mails, and of the firm's link."""
    link = links.newest(db, order_id)
    return {
        "left": _left(db),
        "mails": tell_contractor.mailed(db, order_id),
        "sends_mails": mails.are_sent(),
        "link": link,
        "link_works": bool(link and not link.revoked_at and link.ends_at > datetime.now(UTC)),
    }


def _left(db: Session) -> int | None:
    """How many pushes LINE allows this month still; None for any number."""
    known = quota_state(db)
    return None if known is None or known.limit is None else max(known.limit - known.used, 0)


def done(
    act: Callable[[], str], visitor: Visitor, order_id: int, form: Posted, item_id: int = 0
) -> Response:
    """Back to the order; where it was refused, with what was typed and the sentence that says why.

    `act` gives the key of what is `DONE`. Raises NotFound.
    """
    try:
        return RedirectResponse(f"/staff/orders/{order_id}?done={act()}", 303)
    except NoSuchOrder as gone:
        raise NotFound(NOT_HERE) from gone
    except OrderRefused as refused:
        status, sentence = 409, str(refused)
    except BadInput as refusal:
        status, sentence = refusal.status, refusal.sentence
    with transaction() as db:
        return order_page(
            db,
            visitor,
            order_id,
            status=status,
            sentence=sentence,
            typed=form.fields,
            item_id=item_id,
        )
