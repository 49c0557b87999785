"""What is due: tickets whose period is over, with all that were put together with them."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from reports.city import clock, profile
from reports.discard.years import closed_before, due_on, of_kinds
from reports.orders.states import OrderState
from reports.tickets.holds import HELD
from store import sql

MOST: Final = 20_000
"""So many groups at once; the rest is due after those."""


class Due(NamedTuple):
    """One ticket; `root_id`: of the one that goes on, where several were put together. `kind`: the
    name of its kind; `why_not`: "" where it can go, else as of `years.WHY_NOT`."""

    ticket_id: int
    root_id: int
    number: str
    category: str
    kind: str
    closed_on: date
    years: int
    due_on: date
    why_not: str


def due(db: Session, today: date, roots: Collection[int] | None = None) -> list[Due]:
    """The oldest first, those that were put together beside one another; of these `roots` alone,
    where they are told. A group of which one is not due yet is not in it."""
    kinds = profile.categories(db)
    years = of_kinds(kinds.values(), profile.profile(db))
    if not years:
        return []
    only = "" if roots is None else "AND t.id = ANY(%(roots)s::bigint[])"
    given = _given(years, today) | {"roots": list(roots or ()), "most": MOST}
    found = sql.run(db, _DUE.format(only=only), zone=str(clock.zone()), **given)
    return [
        Due(id, root, number, kind, kinds[kind].name("ja"), closed, many, due_on(closed, many), why)
        for id, root, number, kind, closed, why in found
        for many in (years[kind],)
    ]


def is_any(db: Session, today: date) -> bool:
    """Whether there is anything that can go: for the menu."""
    years = of_kinds(profile.categories(db).values(), profile.profile(db))
    return bool(years) and bool(sql.run(db, _ANY, **_given(years, today))[0][0])


def _given(years: Mapping[str, int], today: date) -> dict[str, Any]:
    begins = [clock.begin_of(closed_before(today, many)) for many in years.values()]
    return {"kinds": list(years), "begins": begins, "today": today}


_PERIODS: Final = """
    SELECT * FROM unnest(%(kinds)s::text[], %(begins)s::timestamptz[]) AS p(category, begins)
"""
_ENDED: Final = f"('{OrderState.DONE}', '{OrderState.CANCELLED}')"
_ORDERED: Final = f"""
    EXISTS (SELECT FROM work_order_items i JOIN work_orders o ON o.id = i.order_id
            WHERE i.ticket_id = {{ticket}} AND o.state NOT IN {_ENDED})
"""
"""SQL over `{ticket}`, an id: whether it stands in an order that is not over."""
_DUE: Final = f"""
    WITH RECURSIVE period AS ({_PERIODS}), root AS (
        SELECT t.id, t.closed_at FROM tickets t JOIN period p USING (category)
        WHERE t.merged_into IS NULL AND t.closed_at < p.begins
          AND t.closed_at < (SELECT max(begins) FROM period) {{only}}
        ORDER BY t.closed_at, t.id LIMIT %(most)s
    ), member(root, ended, id) AS (
        SELECT id, closed_at, id FROM root
        UNION SELECT m.root, m.ended, t.id FROM member m JOIN tickets t ON t.merged_into = m.id
    ), whole AS (
        SELECT m.*, t.number, t.category, t.closed_at,
               p.begins IS NOT NULL AND t.closed_at < p.begins AS is_due,
               {HELD.format(ticket="t.id")} AS is_held,
               {_ORDERED.format(ticket="t.id")} AS is_ordered
        FROM member m JOIN tickets t ON t.id = m.id LEFT JOIN period p USING (category)
    ), told AS (
        SELECT *, bool_and(coalesce(is_due, false)) OVER group_of AS all_due,
               CASE WHEN bool_or(is_held) OVER group_of THEN 'hold'
                    WHEN bool_or(is_ordered) OVER group_of THEN 'order' ELSE '' END AS why
        FROM whole WINDOW group_of AS (PARTITION BY root)
    )
    SELECT id, root, number, category, (closed_at AT TIME ZONE %(zone)s)::date, why
    FROM told WHERE all_due ORDER BY ended, root, id
"""
_ANY: Final = f"""
    WITH period AS ({_PERIODS})
    SELECT EXISTS (
        SELECT FROM tickets t JOIN period p USING (category)
        WHERE t.merged_into IS NULL AND t.closed_at < p.begins
          AND t.closed_at < (SELECT max(begins) FROM period)
          AND NOT {HELD.format(ticket="t.id")} AND NOT {_ORDERED.format(ticket="t.id")}
          AND NOT EXISTS (
            SELECT FROM tickets c WHERE c.merged_into = t.id AND (
                c.closed_at IS NULL OR c.closed_at >= p.begins
                OR {HELD.format(ticket="c.id")} OR {_ORDERED.format(ticket="c.id")})))
"""
