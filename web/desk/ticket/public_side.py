"""What everybody sees of a ticket, as its page at the desk tells it."""

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from reports.city.calendar import day_words
from reports.city.clock import local
from reports.published import reading
from reports.published.may import Kept, Standing, Why, kept
from reports.tickets.read_models import TicketDetail
from reports.tickets.released import is_kept_back, said

BY_THE_CITY: Final = frozenset({"staff", "crew", "contractor"})
_WHY: Final = {
    Why.SWITCH: "市の設定で、受付票を公開していません。",
    Why.KIND: "この種類は公開しない設定です。",
    Why.HELD: "職員が、公開しないと決めました。",
    Why.WITHDRAWN: "通報した人が取り下げたので、公開しません。",
    Why.MERGED: "ほかの受付票にまとめたので、まとめた先だけを公開します。",
    Why.NOT_LOOKED_AT: "まだ公開していません。職員か作業班が、状態を変えるなど何かすると出ます。",
}


CHANGED: Final = {
    "words": "言葉を公開しました。公開の画面には数秒で出ます。",
    "no-words": "言葉の公開をやめました。公開の画面からは数秒で消えます。",
    "kept": "この受付票を公開しないと決めました。公開の画面からは数秒で消えます。",
    "let-out": "この受付票を、また公開できるようにしました。",
}
"""What was just done, by the word in the address."""


def public_side(db: Session, found: TicketDetail) -> dict[str, Any]:
    """`public_why`: why nobody sees it, "" where everybody does; `public_held`: staff keep it back;
    `said`: what residents wrote, each with what of it is public; `public_shown`: the city shows
    tickets at all."""
    city, held = reading.shown(db), is_kept_back(db, found.ticket.id)
    looks = [line.at for line in found.history if line.actor in BY_THE_CITY]
    ticket = found.ticket
    standing = Standing(
        ticket.category,
        ticket.status,
        held,
        ticket.withdrawn,
        ticket.received_at,
        min(looks, default=None),
    )
    back = kept(standing, city, datetime.now(UTC))
    return {
        "public_shown": city.shown,
        "public_why": _words(back) if back else "",
        "public_held": held,
        "public_changed": CHANGED,
        "said": said(db, ticket.id),
    }


def _words(back: Kept) -> str:
    if back.until is None:
        return _WHY[back.why]
    until = local(back.until)
    return f"{day_words(until)} {until:%H:%M} に公開されます。"
