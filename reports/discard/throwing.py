"""An approved list is thrown away: some groups of tickets at a time, each piece a commit that says
in the list what has gone, so that whoever goes on after a crash goes on there.

Under the locks of the orders, the residents and the tickets, one after the other
(`reports/tickets/lock.py`), each group is looked at once more: what was reopened, put together
otherwise, held or ordered since, or is kept longer by now, is left, and the list says why.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any, Final, NamedTuple

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from reports.city import clock
from reports.city.fiscal import fiscal_year
from reports.discard import taking_out
from reports.discard.due import due
from reports.discard.models import Discarded, DiscardItem, DiscardList
from reports.outbox import thrown as words
from reports.people.models import User
from reports.privacy import erasings
from reports.privacy.erasings import Erased
from reports.tickets import thrown
from store import sql
from store.database import transaction

MOST_AT_ONCE: Final = 100
"""So many tickets in one commit; a group is never parted."""


def go_on(list_id: int, enough: Callable[[], bool], today: date | None = None) -> bool:
    """Some pieces more; whether anything is left of it."""
    while True:
        if enough():
            return True
        with transaction() as db:
            if not piece(db, list_id, today or clock.today()):
                return False


def piece(db: Session, list_id: int, today: date) -> int:
    """The next tickets of the list; how many it came to, 0 when nothing is left of it."""
    found = db.get(DiscardList, list_id, with_for_update=True, populate_existing=True)
    if found is None or found.state != "approved":
        return 0
    items = _next(db, list_id)
    if not items:
        return 0
    of_others = _lock(db, [one.ticket_id for one in items])
    gone = _can_go(db, items, today)
    for one in items:
        one.state, one.why = ("gone", "") if one in gone else ("left", _why(one, db, today))
    found.gone += len(gone)
    found.left_over += len(items) - len(gone)
    db.flush()
    if gone:
        by = _By(found.approved_by, found.approver, found.number)
        _throw(db, [_Line(one.ticket_id, one.number, one.category, one.kind,
                          fiscal_year(one.closed_on)) for one in gone],
               of_others, by, datetime.now(UTC))  # fmt: skip
    return len(items)


def throw_again(db: Session, erased: Erased) -> bool:
    """What was thrown away after the moment of the backup that was put back; whether any of it was
    there. `ids` of the entry: as `_throw` notes them."""
    number, approved_by, *lines = erased.ids
    approver = db.get(User, approved_by) if approved_by else None
    by = _By(approved_by, approver.shown_name if approver else "", number)
    there = {id for (id,) in sql.run(db, _THERE, numbers=[line[1] for line in lines])}
    told = [_Line(*line) for line in lines if line[0] in there]
    if told:
        others = _lock(db, [line.ticket_id for line in told])
        _throw(db, told, others, by, erased.at, noted=True)
    _keep_book(db, [_Line(*line) for line in lines], by, erased.at)
    again = DiscardItem.number.in_([line[1] for line in lines]), DiscardItem.state == "listed"
    of = update(DiscardItem).where(*again).values(state="gone").returning(DiscardItem.list_id)
    for list_id, many in Counter(db.scalars(of)).items():
        its = update(DiscardList).where(DiscardList.id == list_id)
        db.execute(its.values(gone=DiscardList.gone + many))
    return bool(told)


class _Line(NamedTuple):
    ticket_id: int
    number: str
    category: str
    kind: str
    closed_year: int


class _By(NamedTuple):
    """Who approved, and in which list."""

    user_id: int | None
    name: str
    list_number: str


def _throw(
    db: Session,
    lines: Sequence[_Line],
    others: Sequence[int],
    by: _By,
    at: datetime,
    *,
    noted: bool = False,
) -> None:
    """For whoever holds the tickets, and `others` whose lines name them. `noted`: it stands in the
    list outside of the database already."""
    _keep_book(db, lines, by, at)
    taking_out.take_out(db, [one.ticket_id for one in lines], [one.number for one in lines], others)
    if not noted:
        told = [by.list_number, by.user_id, *(list(line) for line in lines)]
        erasings.note(db, "thrown_away", told)


def _keep_book(db: Session, lines: Sequence[_Line], by: _By, at: datetime) -> None:
    """廃棄簿: before anything goes, for the audit log writes less of what stands in it."""
    rows: list[dict[str, Any]] = [
        {
            "number": line.number,
            "category": line.category,
            "kind": line.kind,
            "closed_year": line.closed_year,
            "at": at,
            "approved_by": by.user_id,
            "approver": by.name,
            "list_number": by.list_number,
        }
        for line in lines
    ]
    db.execute(insert(Discarded).on_conflict_do_nothing(), rows)


def _next(db: Session, list_id: int) -> list[DiscardItem]:
    """Whole groups, MOST_AT_ONCE tickets or the one group that has more."""
    listed = DiscardItem.list_id == list_id, DiscardItem.state == "listed"
    first = db.scalars(
        select(DiscardItem).where(*listed).order_by(DiscardItem.place).limit(MOST_AT_ONCE)
    ).all()
    if not first:
        return []
    roots = list(dict.fromkeys(one.root_id for one in first))
    if len(first) == MOST_AT_ONCE and len(roots) > 1:
        roots.pop()
    whole = select(DiscardItem).where(*listed, DiscardItem.root_id.in_(roots))
    return list(db.scalars(whole.order_by(DiscardItem.place)))


def _lock(db: Session, ticket_ids: Sequence[int]) -> list[int]:
    """Nobody else's until the commit, with the orders and residents before them, and whoever
    counts; gives the other tickets whose lines name these, which are held as well."""
    for counts in ("numbers", "came back", "spendings"):
        sql.run(db, "SELECT pg_advisory_xact_lock(hashtextextended(%(of)s, 0))", of=counts)
    sql.run(db, _ORDERS, tickets=list(ticket_ids))
    words.forget_questions(db, ticket_ids)
    others = thrown.named_by(db, ticket_ids)
    sql.run(db, _TICKETS, tickets=sorted({*ticket_ids, *others}))
    return others


def _can_go(db: Session, items: Sequence[DiscardItem], today: date) -> list[DiscardItem]:
    """Those whose whole group is as it was listed, and due still."""
    roots = {one.root_id for one in items}
    now = {
        root: {(one.ticket_id, one.number, one.closed_on) for one in group if not one.why_not}
        for root, group in _by_root(due(db, today, roots))
    }
    listed = {
        root: {(one.ticket_id, one.number, one.closed_on) for one in group}
        for root, group in _by_root(items)
    }
    return [one for one in items if now.get(one.root_id) == listed[one.root_id]]


def _by_root(lines: Iterable[Any]) -> list[tuple[int, list[Any]]]:
    in_order = sorted(lines, key=lambda one: one.root_id)
    return [(root, list(group)) for root, group in groupby(in_order, key=lambda one: one.root_id)]


def _why(item: DiscardItem, db: Session, today: date) -> str:
    if not sql.run(db, _THERE, numbers=[item.number]).fetchall():
        return "gone"
    return next((one.why_not for one in due(db, today, [item.root_id]) if one.why_not), "changed")


_ORDERS: Final = """
    SELECT id FROM work_orders WHERE id IN (
        SELECT order_id FROM work_order_items WHERE ticket_id = ANY(%(tickets)s::bigint[]))
    ORDER BY id FOR UPDATE
"""
_TICKETS: Final = """
    SELECT id FROM tickets WHERE id = ANY(%(tickets)s::bigint[]) ORDER BY id FOR UPDATE
"""
_THERE: Final = "SELECT id FROM tickets WHERE number = ANY(%(numbers)s::text[])"
