"""What an address asks for: the list of its filters, in a form, with these columns."""

from collections.abc import Iterable
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import Query
from fastapi.responses import StreamingResponse
from sqlalchemy.orm import Session

from reports.city import clock
from reports.documents.exports.columns import NoSuchColumn, chosen
from reports.documents.exports.forms import FORMS, Asked
from reports.people.sessions import Visitor
from reports.tickets import lists
from reports.tickets.wanted import TicketFilter
from store.database import transaction
from web.desk.table import conditions
from web.kit.errors import BadInput
from web.maps.filters import Filters, called

FormKey = Annotated[str, Query(alias="form", max_length=20)]
Columns = Annotated[list[str], Query(alias="column", max_length=100)]
"""Keys of columns; none: the usual ones."""
_TOO_MANY: Final = "{most:,}件を超えるため、書き出せません。条件を絞ってください。"
_TOO_MUCH_PAPER: Final = (
    "印刷用の一覧は{most:,}件までです。受付日・担当課・地区などで条件を絞ってください。"
    "件数の多い一覧は、Excel か CSV で保存できます。"
)


def asked_for(filters: Filters, visitor: Visitor, form: str, columns: list[str]) -> Asked:
    """The tickets of the list now, in its order. Raises BadInput, also above the form's most."""
    if form not in FORMS:
        raise BadInput("この形式では保存できません。形式を選び直してください。")
    most = FORMS[form].most
    refuse_unknown(columns)
    with transaction() as db:
        ids = _ids(db, filters, visitor, most + 1)
        said = conditions.said(db, filters)
    if len(ids) > most:
        raise BadInput((_TOO_MUCH_PAPER if form == "pdf" else _TOO_MANY).format(most=most))
    return Asked(form, ids, columns, said, clock.now())


def _ids(db: Session, filters: Filters, visitor: Visitor, most: int) -> list[int]:
    """In the order of the list; what was chosen in the order in which that was done."""
    wanted = filters.found(db, visitor)
    refuse_gone(filters, wanted)
    if filters.chosen:
        return list(wanted.ids or ())[:most]
    order = lists.desk_order(wanted, filters.sort, called(db, visitor))
    return lists.ids(db, wanted, order, limit=most)


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
