"""What a unit of each work costs by the contract."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from reports.orders.models import OrderItem, OrderQuantity, UnitPrice, WorkOrder


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
