"""What an address asks for: the list of its filters, in a form, with these columns."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import Query
from fastapi.responses import StreamingResponse
from sqlalchemy.orm import Session

from reports.audit import entries as audit
from reports.audit.kinds import Kind
from reports.city import clock
from reports.documents.exports.columns import NoSuchColumn, chosen
from reports.documents.exports.forms import FORMS, Asked
from reports.people.permissions import Do, limited_to
from reports.people.sessions import Visitor
from reports.tickets import lists
from reports.tickets.lists import Order
from reports.tickets.turns import are_others, as_chosen
from reports.tickets.wanted import TicketFilter
from store.database import transaction
from web.desk.table import conditions
from web.kit.errors import BadInput, NotAllowed
from web.maps.filters import Filters, called

FormKey = Annotated[str, Query(alias="form", max_length=20)]
Columns = Annotated[list[str], Query(alias="column", max_length=100)]
"""Keys of columns; none: the usual ones."""
_TOO_MANY: Final = "{most:,}件を超えるため、書き出せません。条件を絞ってください。"
_OF_OTHERS: Final = (
    "通報した人の言葉を保存できるのは、自分の課と担当課未定の受付票だけです。"
    "一覧の条件の担当課を「自分の課」にするか、言葉の列を外してください。"
)
_TOO_MUCH_PAPER: Final = (
    "印刷用の一覧は{most:,}件までです。受付日・担当課・地区などで条件を絞ってください。"
    "件数の多い一覧は、Excel か CSV で保存できます。"
)


@dataclass(frozen=True, slots=True)
class Listed:
    """What is asked for, of which tickets in which order, and how many there are now."""

    asked: Asked
    wanted: TicketFilter
    order: Order
    count: int


def asked_for(filters: Filters, visitor: Visitor, form: str, columns: list[str]) -> Listed:
    """The tickets of the list now, in its order. Raises BadInput, also above the form's most and
    for words of other departments' tickets, NotAllowed for words where no words are theirs."""
    if form not in FORMS:
        raise BadInput("この形式では保存できません。形式を選び直してください。")
    most = FORMS[form].most
    refuse_unknown(columns)
    with transaction() as db:
        wanted = filters.found(db, visitor)
        refuse_gone(filters, wanted)
        asked = Asked(form, columns, conditions.said(db, filters), clock.now())
        if asked.is_personal:
            _refuse_words(db, visitor, wanted)
        many = lists.count(db, wanted, most)
        order = _order(db, filters, visitor, wanted)
    if many > most:
        raise BadInput((_TOO_MUCH_PAPER if form == "pdf" else _TOO_MANY).format(most=most))
    return Listed(asked, wanted, order, many)


def _order(db: Session, filters: Filters, visitor: Visitor, wanted: TicketFilter) -> Order:
    """That of the list; what was chosen in the order in which that was done."""
    if filters.chosen:
        return as_chosen(wanted.ids or ())
    return lists.desk_order(wanted, filters.sort, called(db, visitor))


def _refuse_words(db: Session, visitor: Visitor, wanted: TicketFilter) -> None:
    """Raises NotAllowed, BadInput."""
    if not visitor.may(Do.EXPORT_WORDS):
        raise NotAllowed("通報した人の言葉は、ファイルに保存できません。")
    ours = limited_to(visitor.actor, Do.EXPORT_WORDS)
    if ours is not None and are_others(db, wanted, ours):
        raise BadInput(_OF_OTHERS)


def tell_of_words(db: Session, one: Listed, file: int | None = None) -> None:
    """The audit log, where residents' words leave as a file: which columns, of how many tickets."""
    if one.asked.is_personal:
        columns = [key for key, each in chosen(one.asked.columns).items() if each.is_personal]
        told = {"form": one.asked.form, "columns": columns, "tickets": one.count}
        audit.write(db, Kind.EXPORT, "list with words", f"file:{file}" if file else "", new=told)


def refuse_gone(filters: Filters, wanted: TicketFilter) -> None:
    """Raises BadInput where what was chosen is not kept any more."""
    if filters.chosen and not wanted.ids:
        raise BadInput("選んだ受付票は、もう残っていません。一覧から選び直してください。")


def refuse_unknown(columns: list[str]) -> None:
    """Raises BadInput."""
    try:
        chosen(columns)
    except NoSuchColumn as unknown:
        raise BadInput(
            f"「{str(unknown)[:20]}」という列はありません。列を選び直してください。"
        ) from None


def as_file(
    form: str, name: str, pieces: Iterable[bytes], size: int | None = None
) -> StreamingResponse:
    """What a browser saves under this name."""
    headers = {
        "Content-Disposition": (
            f"attachment; filename=\"tickets.{form}\"; filename*=UTF-8''{quote(name)}"
        ),
        "Cache-Control": "no-store",
    } | ({"Content-Length": str(size)} if size is not None else {})
    return StreamingResponse(pieces, media_type=FORMS[form].media_type, headers=headers)
