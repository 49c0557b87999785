"""An order as one PDF and as a workbook."""

from fastapi import Response

from web.auth import who
from web.kit import papers
from web.kit.deps import Id
from web.kit.router import Router

router = Router(include_in_schema=False)


@router.get("/staff/orders/{order_id}/order.pdf")
def order_pdf(order_id: Id, visitor: who.Orders) -> Response:
    """Raises NotFound, NoFont, FilesAway."""
    return papers.as_pdf(order_id)


@router.get("/staff/orders/{order_id}/order.xlsx")
def order_xlsx(order_id: Id, visitor: who.Orders) -> Response:
    """With the money. Raises NotFound."""
    return papers.as_xlsx(order_id, money=True)
