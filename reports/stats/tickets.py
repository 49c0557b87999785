"""Tickets read for counting: their lives, and the dimensions that they have now."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from geo.areas import areas_at_many
from geo.points import Point
from reports.city.clock import local
from reports.stats.kinds import DIMENSIONS
from reports.stats.life import Life, Line
from reports.tickets.lifelines import LifeLine, lifelines
from reports.tickets.section_of import SECTION_OF
from store import sql


class Counted(NamedTuple):
    """A ticket now: `dimensions` by their names."""

    id: int
    number: str
    life: Life
    dimensions: Mapping[str, str]


def read_tickets(db: Session, ids: Collection[int]) -> list[Counted]:
    """Those of these ids that are there."""
    found = [_Row(*row) for row in sql.run(db, _TICKETS, ids=list(ids))]
    lines = lifelines(db, [row.id for row in found])
    channels = _channels(db, found, lines)
    towns = areas_at_many(db, [Point(row.lon, row.lat) for row in found])
    return [
        Counted(
            row.id,
            row.number,
            _life(row, lines.get(row.id, [])),
            dict(
                zip(
                    DIMENSIONS,
                    (row.category, row.department, row.district, area.town, row.owner,
                     channels.get(row.id, "line"), row.section),
                    strict=True,
                )
            ),
        )
        for row, area in zip(found, towns, strict=True)
    ]  # fmt: skip


class _Row(NamedTuple):
    id: int
    number: str
    category: str
    department: str
    district: str
    owner: str
    lon: float
    lat: float
    received_at: datetime
    status: str
    deadline: date | None
    is_paused: bool
    section: str


def _life(row: _Row, lines: Sequence[LifeLine]) -> Life:
    return Life(
        local(row.received_at),
        row.status,
        row.deadline,
        row.is_paused,
        [
            Line(local(each.at), each.is_the_citys, each.from_status, each.to_status,
                 each.stars)
            for each in lines
        ],
    )  # fmt: skip


def _channels(
    db: Session, tickets: Sequence[_Row], lines: Mapping[int, Sequence[LifeLine]]
) -> dict[int, str]:
    """By which way the first report of each came, also where it has gone on to another ticket."""
    went = {row.id: report for row in tickets if (report := _went(lines.get(row.id, [])))}
    moved: dict[int, str] = dict(sql.run(db, _REPORTS, ids=list(went.values())))
    first: dict[int, str] = dict(sql.run(db, _FIRST, ids=[row.id for row in tickets]))
    return first | {id: moved[report] for id, report in went.items() if report in moved}


def _went(lines: Sequence[LifeLine]) -> int | None:
    """The first of the reports that it had when it was first put together with another."""
    return next((min(line.reports_that_went) for line in lines if line.reports_that_went), None)


_TICKETS: Final = f"""
    SELECT t.id, t.number, t.category, coalesce(d.key, ''), coalesce(t.district, ''),
           coalesce(t.owner, ''), ST_X(t.place), ST_Y(t.place), t.received_at, t.status,
           t.deadline, t.paused_at IS NOT NULL,
           coalesce(CASE WHEN s.ticket_id IS NULL THEN {SECTION_OF} ELSE s.section END, '')
    FROM tickets t LEFT JOIN departments d ON d.id = t.department_id
    LEFT JOIN ticket_sections s ON s.ticket_id = t.id
    WHERE t.id = ANY(%(ids)s::bigint[]) ORDER BY t.id
"""
_FIRST: Final = """
    SELECT DISTINCT ON (r.ticket_id) r.ticket_id, r.channel FROM reports r
    WHERE r.ticket_id = ANY(%(ids)s::bigint[]) ORDER BY r.ticket_id, r.id
"""
_REPORTS: Final = "SELECT id, channel FROM reports WHERE id = ANY(%(ids)s::bigint[])"
