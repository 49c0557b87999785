"""Lines of quantities: how many an item takes, and what a unit costs by the contract."""

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from reports.city.quantities import MOST_LINES
from reports.orders.models import OrderItem, OrderQuantity, UnitPrice, WorkOrder
from reports.orders.states import OrderRefused


def refuse_too_many(lines: int) -> None:
    """Raises OrderRefused."""
    if lines > MOST_LINES:
        raise OrderRefused(f"1か所に書ける数量は {MOST_LINES} 行までです。")


def refuse_more(db: Session, item_id: int) -> None:
    """Where an item has more lines than it takes. Raises OrderRefused."""
    of_item = select(func.count()).where(OrderQuantity.item_id == item_id)
    refuse_too_many(db.scalar(of_item) or 0)


def put_prices(db: Session, order: WorkOrder) -> None:
    """Quantities of this order without a price get that of its contract and year."""
    price = (
        select(UnitPrice.yen)
        .where(
            UnitPrice.contractor_id == order.contractor_id,
            UnitPrice.fiscal_year == order.fiscal_year,
            UnitPrice.work == OrderQuantity.work,
            UnitPrice.unit == OrderQuantity.unit,
        )
        .scalar_subquery()
    )
    of_order = select(OrderItem.id).where(OrderItem.order_id == order.id)
    db.execute(
        update(OrderQuantity)
        .where(OrderQuantity.item_id.in_(of_order), OrderQuantity.yen.is_(None))
        .values(yen=price)
    )
