"""Which tickets a list has, and in which turn each: in SQL alone, however many there are."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from reports.tickets.filters import conditions
from reports.tickets.lists import Order
from reports.tickets.wanted import TicketFilter
from store import sql


def turns(wanted: TicketFilter, order: Order, *, limit: int) -> tuple[str, dict[str, Any]]:
    """SQL that gives the `id` of each of the first so many with its `turn` in this order, from 1,
    for `sql.run`; and its values."""
    where, values = conditions(wanted)
    values["called"] = list(order.called)
    return sql.named(f"""
        SELECT t.id, row_number() OVER (ORDER BY {order.by()}) AS turn FROM tickets t
        WHERE {" AND ".join(where) or "true"} ORDER BY {order.by()} LIMIT {limit:d}
    """), values


def as_chosen(ids: Sequence[int]) -> Order:
    """In the order of these ids; no page of a list follows on another in it."""
    place = "array_position(CAST(:called AS bigint[]), t.id)"
    return Order((place,), lambda line: (), called=ids)


def are_others(db: Session, wanted: TicketFilter, departments: Sequence[str]) -> bool:
    """Whether any of what is wanted is with a department that is none of these (keys)."""
    where, values = conditions(wanted)
    where.append(
        "t.department_id IN (SELECT id FROM departments WHERE NOT key = ANY(CAST(:ours AS text[])))"
    )
    found = sql.named(f"SELECT 1 FROM tickets t WHERE {' AND '.join(where)} LIMIT 1")
    return bool(sql.run(db, found, **values, ours=list(departments)))
