"""The book of what was spent follows orders, materials and hours: what is otherwise than booked is
an entry more.

An entry counts on the day it was done while that day's month is open, and on the day it is booked
after that, as an accountant does it: a closed month stays. A month closes on its tenth day after.
What was done before the book was opened counts in its own month. A ticket that is thrown away
leaves its entries as they are.

What has changed is noted by triggers (migration 0064); once a day, and after another price, all is
looked at anew, so that what nobody notes, such as a road's other name, comes in as well.
"""

from datetime import date, timedelta
from typing import Final

from sqlalchemy.orm import Session

from reports.city import clock
from reports.city.fiscal import OF_DAY
from store import sql

STAYS_OPEN_DAYS: Final = 10
"""So many days of the next month a month can still change."""


def open_from(today: date) -> date:
    """The first day of what is not closed."""
    last = today - timedelta(days=STAYS_OPEN_DAYS)
    return last.replace(day=1)


def book(db: Session, today: date | None = None) -> int:
    """Brings the book up to date; how many entries were added."""
    today = today or clock.today()
    sql.run(db, "SELECT pg_advisory_xact_lock(hashtextextended('spendings', 0))")
    is_first = bool(sql.run(db, _OPEN).rowcount)
    waiting = [id for (id,) in sql.run(db, _WAITING)]
    is_all = bool(sql.run(db, _NEW_DAY, today=today).rowcount) or None in waiting
    added = 0
    if is_all or waiting:
        only = "true" if is_all else "ticket_id = ANY(%(ids)s::bigint[])"
        ids = {} if is_all else {"ids": sorted(set(waiting))}
        added = sql.run(
            db, _BOOK.format(only=only), zone=str(clock.zone()), today=today,
            open_from=open_from(today), is_first=is_first, **ids,
        ).rowcount  # fmt: skip
    sql.run(db, "UPDATE spending_state SET booked_at = now()")
    return added


_OPEN: Final = "INSERT INTO spending_state (id) VALUES (1) ON CONFLICT DO NOTHING"
_WAITING: Final = "DELETE FROM spending_waiting RETURNING ticket_id"
_NEW_DAY: Final = """
    UPDATE spending_state SET all_on = %(today)s WHERE all_on IS DISTINCT FROM %(today)s
"""
_NOW: Final = """
    SELECT 'order:' || q.id AS source, 'order' AS kind,
           (coalesce(i.done_at, o.closed_at, o.issued_at) AT TIME ZONE %(zone)s)::date AS own_day,
           o.fiscal_year, i.ticket_id, c.id AS contractor_id, c.name AS firm, o.id AS order_id,
           o.fiscal_year || '-' || lpad(o.serial::text, 4, '0') AS order_number,
           q.work AS what, q.unit, q.actual AS quantity, floor(q.actual * q.yen)::bigint AS yen
    FROM work_orders o JOIN contractors c ON c.id = o.contractor_id
    JOIN work_order_items i ON i.order_id = o.id AND i.state = 'done'
    JOIN work_order_quantities q ON q.item_id = i.id AND q.actual > 0 AND q.yen IS NOT NULL
    WHERE o.serial IS NOT NULL AND {only}
    UNION ALL
    SELECT 'material:' || w.id || ':' || m.material, 'material', w.day, w.fiscal_year, w.ticket_id,
           NULL, '', NULL, '', m.name, m.unit, m.amount, floor(m.amount * p.yen)::bigint
    FROM worked w JOIN used_materials m ON m.work_id = w.id
    JOIN cost_prices p ON p.fiscal_year = w.fiscal_year AND p.of = m.material
    UNION ALL
    SELECT 'minutes:' || w.id, 'minutes', w.day, w.fiscal_year, w.ticket_id,
           NULL, '', NULL, '', '作業', '分', w.minutes, floor(w.minutes * p.yen / 60.0)::bigint
    FROM worked w JOIN cost_prices p ON p.fiscal_year = w.fiscal_year AND p.of = 'hour'
    WHERE w.minutes > 0
"""
_OF: Final = "source, own_day, category, district, road"
"""An entry is about this; where one of it has changed, what was booked is taken back."""
_BOOK: Final = f"""
    WITH worked AS (
        SELECT w.*, {OF_DAY.format(day="w.day")} AS fiscal_year
        FROM (SELECT id, ticket_id, minutes, (created_at AT TIME ZONE %(zone)s)::date AS day
              FROM works WHERE {{only}}) AS w
    ), present AS (
        SELECT n.*, t.number, t.category, coalesce(t.district, '') AS district,
               coalesce(nullif(r.name, ''), nullif(r.ref, ''), '') AS road
        FROM ({_NOW}) AS n JOIN tickets t ON t.id = n.ticket_id
        LEFT JOIN roads r ON r.id = t.road_id
    ), booked AS (
        SELECT {_OF}, sum(yen) AS yen, sum(quantity) AS quantity, max(id) AS last FROM spendings
        WHERE ticket_id IN (SELECT id FROM tickets) AND {{only}}
        GROUP BY {_OF} HAVING sum(yen) <> 0 OR sum(quantity) <> 0
    ), added AS (
        SELECT p.source, p.kind, p.own_day, p.fiscal_year, p.ticket_id, p.number, p.category,
               p.district, p.road, p.contractor_id, p.firm, p.order_id, p.order_number, p.what,
               p.unit, p.quantity - coalesce(b.quantity, 0) AS quantity,
               p.yen - coalesce(b.yen, 0) AS yen
        FROM present p LEFT JOIN booked b USING ({_OF})
        UNION ALL
        SELECT s.source, s.kind, s.own_day, s.fiscal_year, s.ticket_id, s.number, s.category,
               s.district, s.road, s.contractor_id, s.firm, s.order_id, s.order_number, s.what,
               s.unit, -b.quantity, -b.yen
        FROM booked b JOIN spendings s ON s.id = b.last
        WHERE NOT EXISTS (SELECT FROM present p WHERE (p.source, p.own_day, p.category, p.district,
                          p.road) = (b.source, b.own_day, b.category, b.district, b.road))
    )
    INSERT INTO spendings (source, kind, day, own_day, fiscal_year, ticket_id, number, category,
        district, road, contractor_id, firm, order_id, order_number, what, unit, quantity, yen)
    SELECT source, kind,
           CASE WHEN %(is_first)s OR own_day >= %(open_from)s THEN own_day ELSE %(today)s END,
           own_day, fiscal_year, ticket_id, number, category, district, road, contractor_id, firm,
           order_id, order_number, what, unit, quantity, yen
    FROM added WHERE quantity <> 0 OR yen <> 0 ORDER BY own_day, source
"""
