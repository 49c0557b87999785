"""The reads: one ticket with all that belongs to it, and lists for people, maps and programs.

What residents see of theirs: residents_view.py.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from geo.points import Point
from reports.tickets.event_json import read
from reports.tickets.filters import (
    DEPARTMENT,
    LINES,
    ORDERS,
    STILL_OPEN,
    conditions,
    department_from,
    line_from,
)
from reports.tickets.models import IN_ORDER, Remark, Ticket
from reports.tickets.read_models import (
    DepartmentSummary,
    HistoryLine,
    PhotoKeys,
    PhotoSummary,
    ReportSummary,
    TicketDetail,
    TicketFilter,
    TicketSummary,
)


def tickets(
    db: Session, wanted: TicketFilter, *, order: str = "worklist", after: str = "", limit: int = 100
) -> list[TicketSummary]:
    """`order`: "worklist" (nobody's first, then urgent, then deadline), "crew" (what is not mended
    yet first, what waits last, then likewise), "newest" or "changed".

    With "changed", `after` is the `change` of the last line of the page before (keyset paging).
    """
    where, values = conditions(wanted)
    if order == "changed" and after:
        where.append("t.change > :after")
        values["after"] = int(after)
    statement = (
        f"{LINES} WHERE {' AND '.join(where) or 'true'} ORDER BY {ORDERS[order]} LIMIT :limit"
    )
    return [line_from(row) for row in db.execute(text(statement), values | {"limit": limit})]


def ticket(db: Session, *, number: str | None = None, id: int | None = None) -> TicketDetail | None:
    """One ticket by its number or id, whatever its status, or None."""
    found = tickets(db, TicketFilter(statuses=None, number=number, id=id), limit=1)
    return _page(db, found[0]) if found else None


def ticket_that_goes_on(db: Session, ticket_id: int) -> TicketSummary | None:
    """This ticket, or the one that it was put together with at last."""
    goes_on = id_that_goes_on(db, ticket_id)
    found = tickets(db, TicketFilter(statuses=None, id=goes_on), limit=1) if goes_on else []
    return found[0] if found else None


def id_of(db: Session, number: str) -> int | None:
    """Of the ticket of this number."""
    return db.scalar(select(Ticket.id).where(Ticket.number == number))


def id_that_goes_on(db: Session, ticket_id: int) -> int | None:
    """As `ticket_that_goes_on`, only which."""
    goes_on: int | None = db.scalar(text(_GOES_ON), {"id": ticket_id})
    return goes_on


def place_of(db: Session, ticket_id: int) -> Point:
    """Where the ticket is now."""
    row = db.execute(
        select(Ticket.place.ST_X(), Ticket.place.ST_Y()).where(Ticket.id == ticket_id)
    ).one()
    return Point(*row)


def last_change(db: Session) -> int:
    """A number that grows with every change of any ticket: the source of ETags."""
    return int(db.scalar(text("SELECT coalesce(max(change), 0) FROM tickets")) or 0)


def state_of_open(db: Session) -> str:
    """Another word after every change of an open ticket or of its photos: for ETags.

    Unlike `last_change` it also sees a change whose commit was overtaken by a later number's.
    """
    row = db.execute(
        text(
            "SELECT count(*), coalesce(sum(t.change), 0), coalesce(sum("
            " (SELECT count(*) FROM reports r JOIN photos p ON p.report_id = r.id"
            "  WHERE r.ticket_id = t.id AND p.state = 'stored')), 0)"
            f" FROM tickets t WHERE {STILL_OPEN}"
        )
    ).one()
    return "-".join(str(number) for number in (*row, last_change(db)))


def departments(db: Session) -> list[DepartmentSummary]:
    """All of them, the city's own first."""
    rows = db.execute(text(f"SELECT {DEPARTMENT} FROM departments d ORDER BY inside DESC, id"))
    return [department_from(row) for row in rows]


def words_of(db: Session, remark_ids: Collection[int]) -> list[str]:
    """What residents wrote in these remarks, without what they have taken back."""
    said = select(Remark.words).where(Remark.id.in_(remark_ids)).order_by(Remark.id)
    return list(db.scalars(said))


def photo_keys(db: Session, photo_id: int) -> PhotoKeys | None:
    """Where a stored photo's files are, and whose ticket it belongs to."""
    row = db.execute(
        text(
            "SELECT p.original, p.large, p.small, d.key, t.id IS NOT NULL FROM photos p"
            " LEFT JOIN reports r ON r.id = p.report_id"
            " LEFT JOIN tickets t ON t.id = coalesce(r.ticket_id, p.ticket_id)"
            " LEFT JOIN departments d ON d.id = t.department_id"
            " WHERE p.id = :id AND p.state = 'stored'"
        ),
        {"id": photo_id},
    ).one_or_none()
    return PhotoKeys(*row) if row else None


_GOES_ON: Final = """
    WITH RECURSIVE way AS (
        SELECT id, merged_into FROM tickets WHERE id = :id
        UNION SELECT t.id, t.merged_into FROM tickets t JOIN way ON t.id = way.merged_into
    )
    SELECT id FROM way WHERE merged_into IS NULL
"""
_PHOTOS: Final = f"""
    SELECT p.of_ticket, p.id, p.state, p.kind, p.resident_id, p.width, p.height, p.taken_at,
           p.direction, p.withdrawn, p.missing
    FROM (
        SELECT p.*, r.ticket_id AS of_ticket, 'report' AS kind,
               r.withdrawn_at IS NOT NULL AS withdrawn
        FROM reports r JOIN photos p ON p.report_id = r.id WHERE r.ticket_id = ANY(:ids)
        UNION ALL
        SELECT p.*, p.ticket_id, 'repair', false FROM photos p WHERE p.ticket_id = ANY(:ids)
    ) AS p ORDER BY {IN_ORDER}
"""


def _page(db: Session, line: TicketSummary) -> TicketDetail:
    words = db.scalars(
        text(
            "SELECT m.words FROM remarks m JOIN reports r ON r.id = m.report_id"
            " WHERE r.ticket_id = :id ORDER BY m.id"
        ),
        {"id": line.id},
    )
    reports = db.execute(
        text(
            "SELECT id, created_at, place_source, place_accuracy_m, place_hint, owner_said,"
            " withdrawn_at, urgent, ARRAY(SELECT t.number FROM tickets t"
            " WHERE t.id = ANY(differs_from) AND t.id <> ticket_id"
            " AND t.merged_into IS DISTINCT FROM ticket_id ORDER BY t.id),"
            " (SELECT language FROM residents WHERE residents.id = resident_id)"
            " FROM reports WHERE ticket_id = :id ORDER BY id"
        ),
        {"id": line.id},
    )
    merged = db.scalars(
        text("SELECT number FROM tickets WHERE merged_into = :id ORDER BY id"), {"id": line.id}
    )
    return TicketDetail(
        line,
        photos_of(db, [line.id])[line.id],
        history_of(db, [line.id])[line.id],
        list(words),
        [ReportSummary(*row) for row in reports],
        list(merged),
    )


def photos_of(db: Session, ticket_ids: Sequence[int]) -> Mapping[int, list[PhotoSummary]]:
    """The photos of each of these tickets, and of their repairs."""
    by_ticket = defaultdict(list)
    for ticket_id, *photo in db.execute(text(_PHOTOS), {"ids": ticket_ids}):
        by_ticket[ticket_id].append(PhotoSummary(*photo))
    return by_ticket


def history_of(db: Session, ticket_ids: Sequence[int]) -> Mapping[int, list[HistoryLine]]:
    """All lines of each of these tickets, as staff read them; for others see `readable`."""
    rows = db.execute(
        text(
            "SELECT ticket_id, id, at, actor, actor_name, actor_id, what, from_status, to_status,"
            " note, details FROM history WHERE ticket_id = ANY(:ids) ORDER BY id"
        ),
        {"ids": ticket_ids},
    )
    by_ticket = defaultdict(list)
    for row in rows:
        by_ticket[row.ticket_id].append(_history_line(row))
    return by_ticket


def _history_line(row: Any) -> HistoryLine:
    return HistoryLine(row.id, row.at, row.actor, row.actor_name, row.actor_id, read(row))
