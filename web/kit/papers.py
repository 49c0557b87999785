"""An order's paper and workbook as answers, for the desk and for contractors."""

from typing import Final

from fastapi import Response

from reports.documents.orders import pdf, workbook
from reports.documents.orders.facts import OrderFacts, facts_of
from reports.photos.photo_store import photo_store
from store.database import transaction
from web.kit.errors import NotFound

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_pdf(order_id: int) -> Response:
    """Raises NotFound, NoFont, FilesAway."""
    facts = _facts(order_id, maps=True)
    return _file(facts, pdf.draw(facts, photo_store()), "application/pdf", "inline", "pdf")


def as_xlsx(order_id: int, *, money: bool) -> Response:
    """Raises NotFound."""
    facts = _facts(order_id, maps=False)
    return _file(facts, workbook.write(facts, money=money), _XLSX, "attachment", "xlsx")


def _facts(order_id: int, *, maps: bool) -> OrderFacts:
    with transaction() as db:
        facts = facts_of(db, order_id, maps=maps)
    if facts is None:
        raise NotFound("この指示書はありません。")
    return facts


def _file(facts: OrderFacts, data: bytes, kind: str, how: str, ending: str) -> Response:
    headers = {
        "Cache-Control": "private, no-cache",
        "Content-Disposition": f'{how}; filename="{facts.order.file_name}.{ending}"',
    }
    return Response(data, media_type=kind, headers=headers)
