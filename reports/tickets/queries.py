"""The reads: one ticket with all that belongs to it, and lists for people, maps and programs.

What residents see of theirs: residents_view.py.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from geo.points import Point
from reports.tickets.event_json import read
from reports.tickets.filters import (
    DEPARTMENT,
    LINES,
    ORDERS,
    conditions,
    line_from,
)
from reports.tickets.models import IN_ORDER, OUTSIDE_LARGE, OUTSIDE_SMALL, RELEASED, Remark, Ticket
from reports.tickets.read_models import (
    DepartmentSummary,
    HistoryLine,
    PhotoKeys,
    PhotoSummary,
    ReportSummary,
    TicketDetail,
    TicketSummary,
)
from reports.tickets.wanted import TicketFilter
from store import sql


def tickets(
    db: Session, wanted: TicketFilter, *, order: str = "worklist", after: str = "", limit: int = 100
) -> list[TicketSummary]:
    """`order`: "worklist" (nobody's first, then urgent, then deadline), "newest" or "changed".

    With "changed", `after` is the `change` of the last line of the page before (keyset paging).
    """
    where, values = conditions(wanted)
    if order == "changed" and after:
        where.append("t.change > :after")
        values["after"] = int(after)
    statement = (
        f"{LINES} WHERE {' AND '.join(where) or 'true'} ORDER BY {ORDERS[order]} LIMIT :limit"
    )
    return [*map(line_from, sql.run(db, sql.named(statement), **values, limit=limit))]


def ticket(db: Session, *, number: str | None = None, id: int | None = None) -> TicketDetail | None:
    """One ticket by its number or id, whatever its status, or None."""
    of_one = _BY_NUMBER if id is None else "= %(id)s"
    asked = [statement.replace("{is_wanted}", of_one) for statement in _PAGE]
    line, texts, reports, photos, lines = sql.run_together(db, asked, id=id, number=number)
    if not line:
        return None
    ((words, merged),), found = texts, line_from(line[0])
    return TicketDetail(
        found,
        _photos_in(photos)[found.id],
        _history_in(lines)[found.id],
        words,
        [ReportSummary(*row) for row in reports],
        merged,
    )


def ticket_that_goes_on(db: Session, ticket_id: int) -> TicketSummary | None:
    """This ticket, or the one that it was put together with at last."""
    goes_on = id_that_goes_on(db, ticket_id)
    found = tickets(db, TicketFilter(statuses=None, id=goes_on), limit=1) if goes_on else []
    return found[0] if found else None


def id_of(db: Session, number: str) -> int | None:
    """Of the ticket of this number."""
    return db.scalar(select(Ticket.id).where(Ticket.number == number))


def change_of(db: Session, number: str) -> int | None:
    """Where the ticket of this number stands in the sequence of changes."""
    return db.scalar(select(Ticket.change).where(Ticket.number == number))


def ids_of(db: Session, numbers: Collection[str]) -> dict[str, int]:
    """Of the tickets of these numbers, by number."""
    found = select(Ticket.number, Ticket.id).where(Ticket.number.in_(numbers))
    return dict(db.execute(found).all())


def id_that_goes_on(db: Session, ticket_id: int) -> int | None:
    """As `ticket_that_goes_on`, only which."""
    return next(reversed(way_on(db, ticket_id)), None)


def way_on(db: Session, ticket_id: int) -> list[int]:
    """This ticket, the one that it was merged into, and so on to the one that goes on."""
    return list(db.scalars(text(_WAY_ON), {"id": ticket_id}))


def place_of(db: Session, ticket_id: int) -> Point:
    """Where the ticket is now."""
    row = db.execute(
        select(func.ST_X(Ticket.place), func.ST_Y(Ticket.place)).where(Ticket.id == ticket_id)
    ).one()
    return Point(*row)


def departments(db: Session) -> list[DepartmentSummary]:
    """All of them, the city's own first."""
    rows = sql.run(db, f"SELECT {DEPARTMENT} FROM departments d ORDER BY inside DESC, id")
    return [DepartmentSummary(*row) for row in rows]


def words_of(db: Session, remark_ids: Collection[int]) -> list[str]:
    """What residents wrote in these remarks, without what they have taken back."""
    said = select(Remark.words).where(Remark.id.in_(remark_ids)).order_by(Remark.id)
    return list(db.scalars(said))


def photo_keys(db: Session, photo_id: int) -> PhotoKeys | None:
    """Where a stored photo's files are, hidden or not, and whose ticket it belongs to."""
    row = db.execute(
        text(
            "SELECT p.original, p.large, p.small, d.key, t.id IS NOT NULL, n.id IS NOT NULL,"
            " coalesce(t.forgotten_at >= t.closed_at, false),"
            f" p.state = 'hidden', {OUTSIDE_LARGE}, {OUTSIDE_SMALL},"
            f" {_COPY.format('large')}, {_COPY.format('small')},"
            f" CASE WHEN {RELEASED} THEN p.redaction END"
            " FROM photos p LEFT JOIN reports r ON r.id = p.report_id"
            " LEFT JOIN notes n ON n.id = p.note_id"
            " LEFT JOIN tickets t ON t.id = coalesce(r.ticket_id, p.ticket_id, n.ticket_id)"
            " LEFT JOIN departments d ON d.id = t.department_id"
            " AND (n.id IS NULL OR n.department_id = t.department_id)"
            " WHERE p.id = :id AND p.state IN ('stored', 'hidden')"
        ),
        {"id": photo_id},
    ).one_or_none()
    return PhotoKeys(*row) if row else None


_COPY: Final = "CASE WHEN p.public_at IS NOT NULL THEN p.public_{} END"
_WAY_ON: Final = """
    WITH RECURSIVE way AS (
        SELECT id, merged_into, 0 AS step FROM tickets WHERE id = :id
        UNION ALL SELECT t.id, t.merged_into, step + 1
        FROM tickets t JOIN way ON t.id = way.merged_into AND step < 100
    )
    SELECT id FROM way ORDER BY step
"""
_WORDS_AND_MERGED: Final = """
    SELECT ARRAY(SELECT m.words FROM remarks m JOIN reports r ON r.id = m.report_id
                 WHERE r.ticket_id {is_wanted} ORDER BY m.id),
           ARRAY(SELECT number FROM tickets WHERE merged_into {is_wanted} ORDER BY id)
"""
_REPORTS: Final = """
    SELECT id, created_at, place_source, place_accuracy_m, place_hint, owner_said, withdrawn_at,
           urgent, ARRAY(SELECT t.number FROM tickets t
                         WHERE t.id = ANY(differs_from) AND t.id <> ticket_id
                           AND t.merged_into IS DISTINCT FROM ticket_id ORDER BY t.id),
           (SELECT language FROM residents WHERE residents.id = resident_id), channel,
           resident_id
    FROM reports WHERE ticket_id {is_wanted} ORDER BY id
"""
_HISTORY: Final = """
    SELECT ticket_id, id, at, actor, actor_name, actor_id, what, from_status, to_status, note,
           details
    FROM history WHERE ticket_id {is_wanted} ORDER BY id
"""
_PHOTOS: Final = f"""
    SELECT p.of_ticket, p.id, p.state, p.kind, p.resident_id, p.width, p.height, p.taken_at,
           p.direction, p.withdrawn, p.missing, p.original IS NOT NULL,
           CASE WHEN {RELEASED} THEN p.redaction END, p.decision, jsonb_array_length(p.patches)
    FROM (
        SELECT p.*, r.ticket_id AS of_ticket, 'report' AS kind,
               r.withdrawn_at IS NOT NULL AS withdrawn
        FROM reports r JOIN photos p ON p.report_id = r.id WHERE r.ticket_id {{is_wanted}}
        UNION ALL
        SELECT p.*, p.ticket_id, 'repair', false FROM photos p WHERE p.ticket_id {{is_wanted}}
    ) AS p ORDER BY {IN_ORDER}
"""
_PAGE: Final = (
    f"{LINES} WHERE t.id {{is_wanted}}", _WORDS_AND_MERGED, _REPORTS, _PHOTOS, _HISTORY,
)  # fmt: skip
_BY_NUMBER: Final = "= (SELECT id FROM tickets WHERE number = %(number)s)"
_OF_MANY: Final = "= ANY(%(ids)s)"


def photos_of(db: Session, ticket_ids: Sequence[int]) -> Mapping[int, list[PhotoSummary]]:
    """The photos of each of these tickets, and of their repairs."""
    return _photos_in(sql.run(db, _PHOTOS.replace("{is_wanted}", _OF_MANY), ids=list(ticket_ids)))


def history_of(db: Session, ticket_ids: Sequence[int]) -> Mapping[int, list[HistoryLine]]:
    """All lines of each of these tickets, as staff read them; for others see `readable`."""
    return _history_in(sql.run(db, _HISTORY.replace("{is_wanted}", _OF_MANY), ids=list(ticket_ids)))


def _photos_in(rows: Iterable[Sequence[Any]]) -> Mapping[int, list[PhotoSummary]]:
    by_ticket = defaultdict(list)
    for ticket_id, *photo in rows:
        by_ticket[ticket_id].append(PhotoSummary(*photo))
    return by_ticket


def _history_in(rows: Iterable[Sequence[Any]]) -> Mapping[int, list[HistoryLine]]:
    by_ticket = defaultdict(list)
    for ticket_id, *line in rows:
        by_ticket[ticket_id].append(_history_line(_Row(*line)))
    return by_ticket


class _Row(NamedTuple):
    """A line of history, as of `_HISTORY`."""

    id: int
    at: datetime
    actor: str
    actor_name: str
    actor_id: int | None
    what: str
    from_status: str | None
    to_status: str | None
    note: str
    details: dict[str, Any]


def _history_line(row: _Row) -> HistoryLine:
    return HistoryLine(row.id, row.at, row.actor, row.actor_name, row.actor_id, read(row))
