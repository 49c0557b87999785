"""The reads: one order with all that belongs to it, lists of orders, the orders of a ticket."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.city.models import Contractor
from reports.city.quantities import Quantity
from reports.orders.models import ITEM_IS_OPEN, OrderItem, OrderQuantity, UnitPrice, WorkOrder
from reports.orders.read_models import (
    Firm,
    ItemPage,
    OrderOfTicket,
    OrderPage,
    OrderSummary,
)
from reports.orders.states import ItemState, OrderState
from reports.tickets import queries as tickets
from reports.tickets.models import IN_ORDER
from reports.tickets.read_models import TicketSummary
from reports.tickets.wanted import TicketFilter
from store import sql

MOST_LISTED: Final = 200


def listed(
    db: Session,
    state: OrderState | None = None,
    *,
    fiscal_year: int | None = None,
    contractor_id: int | None = None,
    limit: int = MOST_LISTED,
) -> list[OrderSummary]:
    """The newest first; of this state, year and contractor where they are given."""
    wanted = {"state": state, "year": fiscal_year, "contractor": contractor_id, "limit": limit}
    return [
        OrderSummary(row[0], OrderState(row[1]), *row[2:]) for row in sql.run(db, _LIST, **wanted)
    ]


def counts(db: Session) -> Mapping[OrderState, int]:
    """How many there are of each state."""
    found: dict[str, int] = dict(sql.run(db, "SELECT state, count(*) FROM work_orders GROUP BY 1"))
    return {state: found.get(state, 0) for state in OrderState}


def to_check(db: Session) -> int:
    """How many items contractors have reported as done that the desk has not looked at."""
    ((many,),) = sql.run(db, _TO_CHECK)
    return int(many)


def of_ticket(db: Session, ticket_id: int) -> list[OrderOfTicket]:
    """The orders it stands in or stood in, the newest first."""
    return [
        OrderOfTicket(id, OrderState(state), year, serial, firm, until, ItemState(item))
        for id, state, year, serial, firm, until, item in sql.run(db, _OF_TICKET, ticket=ticket_id)
    ]


def order(db: Session, order_id: int) -> OrderPage | None:
    """All of one order, or None."""
    row = db.get(WorkOrder, order_id, populate_existing=True)
    if row is None:
        return None
    return OrderPage(
        id=row.id,
        state=OrderState(row.state),
        fiscal_year=row.fiscal_year,
        serial=row.serial,
        firm=firm(db, row.contractor_id),
        until=row.until,
        start_on=row.start_on,
        traffic=row.traffic,
        urgent=row.urgent,
        city_checks=row.city_checks,
        remarks=row.remarks,
        clerk=row.clerk,
        chief=row.chief,
        closed_note=row.closed_note,
        change=row.change,
        made_at=row.made_at,
        issued_at=row.issued_at,
        closed_at=row.closed_at,
        items=_items(db, order_id),
    )


def firm(db: Session, contractor_id: int | None) -> Firm | None:
    """Whom an order is for."""
    row = db.get(Contractor, contractor_id) if contractor_id else None
    if row is None:
        return None
    return Firm(
        row.id, row.key, row.name, row.contract, row.person, row.phone, row.email, row.mail_pdf
    )


def prices(db: Session, contractor_id: int, fiscal_year: int) -> list[UnitPrice]:
    """A contractor's unit prices of this year, by work."""
    of_year = UnitPrice.contractor_id == contractor_id, UnitPrice.fiscal_year == fiscal_year
    return list(db.scalars(select(UnitPrice).where(*of_year).order_by(UnitPrice.work)))


def has_photo(db: Session, order_id: int, photo_id: int) -> bool:
    """Whether this photo is shown in this order."""
    return sql.run(db, _HAS_PHOTO, order=order_id, photo=photo_id).fetchone() is not None


def shown_photos(db: Session, order_id: int) -> Mapping[int, set[int]]:
    """Which of residents' photos the contractor gets (or would, of a draft), by item: ids."""
    found: dict[int, set[int]] = defaultdict(set)
    for item_id, photo_id in sql.run(db, _SHOWN_PHOTOS, order=order_id):
        found[item_id].add(photo_id)
    return found


def photos_of(db: Session, ticket_ids: Collection[int]) -> Mapping[int, list[int]]:
    """What residents photographed of each of these tickets, for the desk to choose: ids."""
    found: dict[int, list[int]] = defaultdict(list)
    for ticket_id, photo_id in sql.run(db, _PHOTOS, tickets=list(ticket_ids)):
        found[ticket_id].append(photo_id)
    return found


def remarks_of(db: Session, ticket_ids: Collection[int]) -> Mapping[int, list[tuple[int, str]]]:
    """What residents wrote about each of these tickets: ids and words, for the desk to choose."""
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for ticket_id, id, words in sql.run(db, _REMARKS, tickets=list(ticket_ids)):
        found[ticket_id].append((id, words))
    return found


class _Way(NamedTuple):
    """Which ticket of an item goes on."""

    item_id: int
    ticket_id: int


def _items(db: Session, order_id: int) -> list[ItemPage]:
    rows = db.scalars(
        select(OrderItem)
        .where(OrderItem.order_id == order_id, OrderItem.state != ItemState.TAKEN_OUT)
        .order_by(OrderItem.place, OrderItem.id)
        .execution_options(populate_existing=True)
    ).all()
    goes_on = dict(_Way(*row) for row in sql.run(db, _GO_ON, order=order_id))
    ids = sorted(set(goes_on.values()))
    wanted = TicketFilter(statuses=None, ids=ids)
    lines = {one.id: one for one in tickets.tickets(db, wanted, limit=len(ids))} if ids else {}
    return [
        _item(row, lines[goes_on[row.id]], beside)
        for beside in [_beside(db, rows, ids)]
        for row in rows
    ]


class _Beside(NamedTuple):
    """What belongs to the items of an order: photos by ticket; by item those that were made, those
    still to come, and which of the ticket's are shown; quantities by item; words by remark."""

    photos: Mapping[int, list[int]]
    done: Mapping[int, list[int]]
    coming: Mapping[int, list[int]]
    quantities: Mapping[int, list[Quantity]]
    words: Mapping[int, str]
    shown: Mapping[int, Collection[int]]


def _beside(db: Session, rows: Sequence[OrderItem], ticket_ids: Sequence[int]) -> _Beside:
    ids = [row.id for row in rows]
    photos = photos_of(db, ticket_ids)
    done: dict[int, list[int]] = defaultdict(list)
    coming: dict[int, list[int]] = defaultdict(list)
    quantities: dict[int, list[Quantity]] = defaultdict(list)
    for item_id, photo_id, state in sql.run(db, _DONE_PHOTOS, items=ids):
        (done if state == "stored" else coming)[item_id].append(photo_id)
    found = select(OrderQuantity).where(OrderQuantity.item_id.in_(ids)).order_by(OrderQuantity.id)
    for one in db.scalars(found.execution_options(populate_existing=True)):
        quantity = Quantity(one.work, one.unit, one.planned, one.actual, one.yen, one.id)
        quantities[one.item_id].append(quantity)
    quoted = [id for row in rows for id in row.quotes]
    words: dict[int, str] = dict(sql.run(db, _WORDS, remarks=quoted)) if quoted else {}
    shown = shown_photos(db, rows[0].order_id) if rows else {}
    return _Beside(photos, done, coming, quantities, words, shown)


def _item(row: OrderItem, ticket: TicketSummary, beside: _Beside) -> ItemPage:
    facts: dict[str, Any] = {
        name: getattr(row, name)
        for name in ("id", "place", "what", "said", "sent_back", "started_at", "done_at")
    }
    there = beside.photos.get(ticket.id, [])
    shown = beside.shown.get(row.id, ())
    return ItemPage(
        **facts,
        state=ItemState(row.state),
        quotes=tuple(row.quotes),
        words=[beside.words[id] for id in row.quotes if id in beside.words],
        ticket=ticket,
        left_out=tuple(row.left_out),
        photos=[id for id in there if id in shown],
        new_photos=[id for id in there if id not in shown and id not in row.left_out],
        done_photos=beside.done.get(row.id, []),
        coming=beside.coming.get(row.id, []),
        quantities=beside.quantities.get(row.id, []),
    )


_TO_CHECK: Final = """
    SELECT count(*) FROM work_orders o
    JOIN work_order_items i ON i.order_id = o.id AND i.state = 'reported'
    WHERE o.state = 'issued'
"""
_LIST: Final = f"""
    SELECT o.id, o.state, o.fiscal_year, o.serial, c.name, o.until, o.urgent, o.made_at,
           o.issued_at, coalesce(i.items, 0), coalesce(i.open, 0), coalesce(i.reported, 0),
           coalesce(i.yen, 0)::bigint
    FROM (
        SELECT * FROM work_orders o
        WHERE (%(state)s::text IS NULL OR state = %(state)s)
          AND (%(year)s::int IS NULL OR fiscal_year = %(year)s)
          AND (%(contractor)s::int IS NULL OR contractor_id = %(contractor)s)
        ORDER BY id DESC LIMIT %(limit)s
    ) AS o
    LEFT JOIN contractors c ON c.id = o.contractor_id
    LEFT JOIN LATERAL (
        SELECT count(*) AS items, count(*) FILTER (WHERE {ITEM_IS_OPEN}) AS open,
               count(*) FILTER (WHERE state = 'reported') AS reported,
               sum((SELECT sum(floor(q.actual * q.yen)) FROM work_order_quantities q
                    WHERE q.item_id = i.id)) FILTER (WHERE state = 'done') AS yen
        FROM work_order_items i WHERE i.order_id = o.id AND i.state <> 'taken_out'
    ) AS i ON true
    ORDER BY o.id DESC
"""
_OF_TICKET: Final = """
    SELECT o.id, o.state, o.fiscal_year, o.serial, c.name, o.until, i.state
    FROM work_order_items i JOIN work_orders o ON o.id = i.order_id
    LEFT JOIN contractors c ON c.id = o.contractor_id
    WHERE i.ticket_id = %(ticket)s ORDER BY i.id DESC
"""
_WAY: Final = """
    WITH RECURSIVE way(item, ticket, step) AS (
        SELECT id, ticket_id, 0 FROM work_order_items
        WHERE order_id = %(order)s AND state <> 'taken_out'
        UNION ALL SELECT item, t.merged_into, step + 1 FROM way JOIN tickets t ON t.id = way.ticket
        WHERE t.merged_into IS NOT NULL AND step < 100
    ), goes_on AS (
        SELECT DISTINCT ON (item) item, ticket FROM way ORDER BY item, step DESC
    )
"""
_GO_ON: Final = f"{_WAY} SELECT item, ticket FROM goes_on"
_SHOWN: Final = f"""
    {_WAY}, shown AS (
        SELECT i.id AS item, p.id AS photo
        FROM goes_on JOIN work_order_items i ON i.id = goes_on.item
        JOIN work_orders o ON o.id = i.order_id
        JOIN reports r ON r.ticket_id = goes_on.ticket AND r.withdrawn_at IS NULL
        JOIN photos p ON p.report_id = r.id AND p.state = 'stored'
        WHERE (o.issued_at IS NULL OR p.id = ANY(i.shown)
               OR i.shown IS NULL AND p.created_at <= o.issued_at)
          AND NOT EXISTS (SELECT FROM work_order_items j WHERE j.order_id = o.id
                          AND j.state <> 'taken_out' AND p.id = ANY(j.left_out))
    )
"""
"""Photos of residents that the contractor gets, by item."""
_SHOWN_PHOTOS: Final = f"{_SHOWN} SELECT item, photo FROM shown"
_HAS_PHOTO: Final = f"""
    {_SHOWN}
    SELECT 1 FROM photos p WHERE p.id = %(photo)s AND p.state = 'stored' AND (
        EXISTS (SELECT FROM work_order_photos w JOIN goes_on ON goes_on.item = w.item_id
                WHERE w.photo_id = p.id)
        OR EXISTS (SELECT FROM shown WHERE shown.photo = p.id))
"""
_PHOTOS: Final = f"""
    SELECT r.ticket_id, p.id FROM reports r JOIN photos p ON p.report_id = r.id
    WHERE r.ticket_id = ANY(%(tickets)s::bigint[]) AND r.withdrawn_at IS NULL
      AND p.state = 'stored' ORDER BY {IN_ORDER}
"""
_DONE_PHOTOS: Final = """
    SELECT w.item_id, p.id, p.state FROM work_order_photos w JOIN photos p ON p.id = w.photo_id
    WHERE w.item_id = ANY(%(items)s::bigint[]) AND p.state IN ('stored', 'waiting') ORDER BY p.id
"""
_WORDS: Final = """
    SELECT m.id, m.words FROM remarks m JOIN reports r ON r.id = m.report_id
    WHERE m.id = ANY(%(remarks)s::bigint[]) AND r.withdrawn_at IS NULL
"""
_REMARKS: Final = """
    SELECT r.ticket_id, m.id, m.words FROM remarks m JOIN reports r ON r.id = m.report_id
    WHERE r.ticket_id = ANY(%(tickets)s::bigint[]) AND r.withdrawn_at IS NULL ORDER BY m.id
"""
