"""Numbers of tickets as people type them for an order."""

from typing import Final

from sqlalchemy.orm import Session

from reports.actions.order import MOST_ITEMS
from reports.tickets import queries as tickets
from reports.tickets.numbers import number_in
from web.kit.errors import BadInput
from web.kit.forms import Posted

_MOST_TYPED: Final = 4_000


def ids_of(db: Session, form: Posted) -> list[int]:
    """Field: numbers, in the order in which they stand there. Raises BadInput."""
    ids = [tickets.id_of(db, number) for number in _numbers(form)]
    known = [id for id in ids if id is not None]
    if len(known) < len(ids):
        raise BadInput("見つからない受付番号があります。番号を確かめてください。")
    return known


def _numbers(form: Posted) -> list[str]:
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
