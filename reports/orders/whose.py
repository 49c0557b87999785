"""Which tickets stand in an order, and which are a contractor's: of those that were issued to them,
no other."""

from typing import Final

from sqlalchemy.orm import Session

from reports.orders.models import ITEM_IS_OPEN
from reports.people.permissions import Actor
from store import sql


def is_theirs(db: Session, by: Actor, ticket_id: int) -> bool:
    """Whether this ticket, or one that was put together with it, waits in an issued order of
    theirs: of their firm, or the one that their link leads to."""
    who = {"contractor": by.contractor_id, "order": by.order_id, "ticket": ticket_id}
    return sql.run(db, _IS_THEIRS, **who).fetchone() is not None


def ticket_ids(db: Session, order_id: int) -> list[int]:
    """Of its items, without those that were taken out again."""
    return [id for (id,) in sql.run(db, _OF_ORDER, order=order_id)]


_OF_ORDER: Final = """
    SELECT ticket_id FROM work_order_items WHERE order_id = %(order)s AND state <> 'taken_out'
"""
_IS_THEIRS: Final = f"""
    WITH RECURSIVE here(id) AS (
        SELECT %(ticket)s::bigint
        UNION SELECT t.id FROM tickets t JOIN here ON t.merged_into = here.id
    )
    SELECT 1 FROM work_order_items i JOIN work_orders o ON o.id = i.order_id
    WHERE i.ticket_id IN (SELECT id FROM here) AND i.{ITEM_IS_OPEN} AND o.state = 'issued'
      AND (o.contractor_id = %(contractor)s::int OR o.id = %(order)s::bigint)
"""
