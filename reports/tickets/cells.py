"""How many tickets lie in each cell of the map: kept as tickets change, exact in every commit.

A trigger notes what came to a cell and what left it (migration 0016): nobody who writes waits for a
count that others write as well. The clock adds up what was noted; whoever reads takes both, the sum
and the notes, as one snapshot shows them. Marks are those of a day: at the next, open tickets are
counted anew, and until then there is no sum (docs/decisions/0029).
"""

from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from reports.city import clock
from reports.tickets.filters import MARKED, STILL_OPEN
from reports.tickets.marks import Mark
from reports.tickets.wanted import TicketFilter
from store.database import transaction

FIRST, LAST = 10, 14
"""The zooms of tiles whose cells are kept; from further away those of the first are added up."""
FINEST: Final = 26
"""Places are in steps, of which the world is 2^26 wide."""
RANKS: Final = ("urgent", "long_overdue", "overdue", "nobody", "due", "plain")
"""What must be seen first in a ticket, the worst first; the first has rank 1."""
CELLS: Final = 8
"""A tile has so many cells on each side."""
_OPEN_AND: Final = {mark: f"{marked} AND {STILL_OPEN}" for mark, marked in MARKED.items()}
MARK: Final = f"""
    CASE WHEN {_OPEN_AND[Mark.LONG_OVERDUE]} THEN '{Mark.LONG_OVERDUE}'
         WHEN {_OPEN_AND[Mark.OVERDUE]} THEN '{Mark.OVERDUE}'
         WHEN {_OPEN_AND[Mark.DUE]} THEN '{Mark.DUE}'
         WHEN {_OPEN_AND[Mark.PAUSED]} THEN '{Mark.PAUSED}' ELSE '' END
"""
RANK: Final = f"""
    CASE WHEN t.urgent THEN 1
         WHEN {_OPEN_AND[Mark.LONG_OVERDUE]} THEN 2
         WHEN {_OPEN_AND[Mark.OVERDUE]} THEN 3
         WHEN t.department_id IS NULL THEN 4
         WHEN {_OPEN_AND[Mark.DUE]} THEN 5 ELSE {len(RANKS)} END
"""
"""Both in SQL over tickets `t`, as of the day `today`: a word of Mark, or nothing; and of RANKS."""
COUNT_AS: Final = {
    Mark.DUE: (Mark.DUE,),
    Mark.OVERDUE: (Mark.OVERDUE, Mark.LONG_OVERDUE),
    Mark.LONG_OVERDUE: (Mark.LONG_OVERDUE,),
    Mark.PAUSED: (Mark.PAUSED,),
}
"""The marks that cells have of what is wanted by one."""
_Steps = tuple[str, ...]
IS_OF_TODAY: Final = "EXISTS (SELECT FROM ticket_cell_days WHERE day = :today)"


def tells_apart(wanted: TicketFilter) -> bool:
    """Whether what is wanted is a sum of the counts that are kept."""
    return wanted == TicketFilter(
        wanted.statuses,
        department=wanted.department,
        category=wanted.category,
        withdrawn=wanted.withdrawn,
        due=wanted.due,
        due_on=wanted.due_on,
    )


def add_up() -> None:
    """Add what was noted to the sums; on a new day count open tickets anew."""
    with transaction() as db:
        if not db.scalar(text(_IS_ANY), {"today": clock.today()}):
            return
    _add_up()


def count_anew() -> None:
    """Everything from the tickets, whatever was kept. Whoever has a tile from before hears of it as
    of a ticket that has changed."""
    _add_up(anew=True)
    with transaction() as db:
        db.execute(text(_TOUCH_ONE))


def differences(db: Session, most: int = 1_000) -> list[dict[str, Any]] | None:
    """Cells with another count than there are tickets, the first of them; None where there are no
    sums of today.

    Each with `kept` and `found`, the columns that tell it apart, and how many there are in `of`.
    """
    values = {"today": clock.today(), "most": most}
    if not db.scalar(text(f"SELECT {IS_OF_TODAY}"), values):
        return None
    return [dict(row._mapping) for row in db.execute(text(_DIFFERENCES), values)]


def _add_up(*, anew: bool = False) -> None:
    """In one snapshot, which begins when nobody else adds up."""
    with transaction() as db:
        db.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        db.execute(text("LOCK TABLE ticket_cell_days IN SHARE ROW EXCLUSIVE MODE"))
        day, today = db.scalar(text("SELECT day FROM ticket_cell_days")), clock.today()
        steps = _ANEW if day is None or anew else _MORE if day == today else _NEW_DAY
        for step in (*steps, *_DONE):
            db.execute(text(step), {"today": today})


_TOUCH_ONE: Final = """
    UPDATE tickets SET number = number WHERE id = (SELECT max(id) FROM tickets)
"""
_IS_ANY: Final = f"SELECT NOT {IS_OF_TODAY} OR EXISTS (SELECT FROM ticket_cell_changes)"
_KEY: Final = """
    zoom, x, y, level, department_id, cell, status, is_withdrawn, category, mark, rank
"""
_NOTED: Final = "SELECT * FROM ticket_cell_changes"
_TICKETS: Final = """
    SELECT 1 AS many, michi_east(place) AS x, michi_south(place) AS y, status, is_withdrawn,
           department_id, category, urgent, paused_at, deadline, long_overdue_on
    FROM tickets
"""


def _counted(source: str, condition: str = "true") -> str:
    """Rows of ticket_cells: first the finest cells, then all that are made of them."""
    return f"""
        WITH fine AS (
            SELECT x >> {FINEST - LAST - 3} AS x, y >> {FINEST - LAST - 3} AS y, status,
                   is_withdrawn, coalesce(department_id, 0) AS department_id, category,
                   {MARK} AS mark, {RANK} AS rank, {STILL_OPEN} AS is_open,
                   sum(many) AS many, sum(many * x::bigint) AS sum_x,
                   sum(many * y::bigint) AS sum_y,
                   min(x) AS west, max(x) AS east, min(y) AS north, max(y) AS south
            FROM ({source}) AS t WHERE {condition}
            GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
        ), cells AS (
            SELECT zoom, fine.x >> {LAST} - zoom AS x, fine.y >> {LAST} - zoom AS y, fine.rank,
                   fine.many, fine.sum_x, fine.sum_y, west, east, north, south, levels.*
            FROM fine, generate_series({FIRST}, {LAST}) AS zoom,
                 LATERAL (VALUES
                     ('open', '', false, 0, '', ''),
                     ('department', '', false, fine.department_id, '', ''),
                     ('each', fine.status, fine.is_withdrawn, fine.department_id, fine.category,
                      fine.mark)
                 ) AS levels (level, status, is_withdrawn, department_id, category, mark)
            WHERE is_open OR level = 'each'
        )
        SELECT zoom, x >> 3 AS x, y >> 3 AS y, level, department_id,
               (y & 7) * 8 + (x & 7) AS cell, status, is_withdrawn, category, mark, rank,
               sum(many) AS many, sum(sum_x) AS sum_x, sum(sum_y) AS sum_y,
               min(west) AS west, max(east) AS east, min(north) AS north, max(south) AS south
        FROM cells GROUP BY {_KEY}
    """


def _add(counted: str) -> str:
    sums = ", ".join(f"{each} = c.{each} + excluded.{each}" for each in ("many", "sum_x", "sum_y"))
    least = ", ".join(f"{each} = least(c.{each}, excluded.{each})" for each in ("west", "north"))
    most = ", ".join(f"{each} = greatest(c.{each}, excluded.{each})" for each in ("east", "south"))
    return f"""
        INSERT INTO ticket_cells AS c ({_KEY}, many, sum_x, sum_y, west, east, north, south)
        {counted}
        ON CONFLICT ({_KEY}) DO UPDATE SET {sums}, {least}, {most}
    """


_IS_OF_OPEN: Final = f"(t.level <> 'each' OR {STILL_OPEN})"
_MORE: Final[_Steps] = (_add(_counted(_NOTED)),)
_NEW_DAY: Final[_Steps] = (
    f"DELETE FROM ticket_cells t WHERE {_IS_OF_OPEN}",
    _add(_counted(_NOTED, f"NOT {STILL_OPEN}")),
    _add(_counted(_TICKETS, STILL_OPEN)),
    "DELETE FROM ticket_cells WHERE many = 0",
)
_ANEW: Final[_Steps] = ("DELETE FROM ticket_cells", _add(_counted(_TICKETS)))
_DONE: Final = (
    "DELETE FROM ticket_cell_changes",
    "DELETE FROM ticket_cell_days",
    "INSERT INTO ticket_cell_days VALUES (:today)",
)
_DIFFERENCES: Final = f"""
    WITH kept AS (
        SELECT {_KEY}, sum(many) AS many, sum(sum_x) AS sum_x, sum(sum_y) AS sum_y,
               min(west) AS west, max(east) AS east, min(north) AS north, max(south) AS south
        FROM (SELECT {_KEY}, many, sum_x, sum_y, west, east, north, south FROM ticket_cells
              UNION ALL ({_counted(_NOTED)})) AS each
        GROUP BY {_KEY}
    ), found AS ({_counted(_TICKETS)})
    SELECT {_KEY}, coalesce(kept.many, 0) AS kept, coalesce(found.many, 0) AS found,
           count(*) OVER () AS of
    FROM kept FULL JOIN found USING ({_KEY})
    WHERE ((coalesce(kept.many, 0), coalesce(kept.sum_x, 0), coalesce(kept.sum_y, 0))
          <> (coalesce(found.many, 0), coalesce(found.sum_x, 0), coalesce(found.sum_y, 0))
          OR kept.west > found.west OR kept.east < found.east
          OR kept.north > found.north OR kept.south < found.south)
    ORDER BY {_KEY} LIMIT :most
"""
