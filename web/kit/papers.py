"""Papers as answers; of an order, which the desk and contractors get, its workbook too."""

from typing import Final

from fastapi import Response

from reports.documents.orders import pdf, workbook
from reports.documents.orders.facts import OrderFacts, facts_of
from reports.photos.photo_store import photo_store
from store.database import transaction
from web.kit.errors import NotFound

_KEEP: Final = "private, no-cache"
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_pdf(order_id: int) -> Response:
    """Raises NotFound, NoFont, FilesAway."""
    facts = _facts(order_id, maps=True)
    return as_paper(pdf.draw(facts, photo_store()), facts.order.file_name)


def as_xlsx(order_id: int, *, money: bool) -> Response:
    """Raises NotFound."""
    facts = _facts(order_id, maps=False)
    name = f'attachment; filename="{facts.order.file_name}.xlsx"'
    headers = {"Cache-Control": _KEEP, "Content-Disposition": name}
    return Response(workbook.write(facts, money=money), media_type=_XLSX, headers=headers)


def as_paper(pdf: bytes, name: str) -> Response:
    """A PDF that a browser shows, and saves under this name."""
    headers = {"Cache-Control": _KEEP, "Content-Disposition": f'inline; filename="{name}.pdf"'}
    return Response(pdf, media_type="application/pdf", headers=headers)


def _facts(order_id: int, *, maps: bool) -> OrderFacts:
    with transaction() as db:
        facts = facts_of(db, order_id, maps=maps)
    if facts is None:
        raise NotFound("この指示書はありません。")
    return facts
