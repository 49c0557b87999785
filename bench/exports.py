"""What a worker needs of memory and of time for a list as a file, as the list grows.

    python -m bench.exports [form ...]

On a throw-away PostGIS with 1,000,000 tickets: each form's file of 10,000, of 100,000 and of all of
them is asked for and made as the worker makes it, each in a child of its own. By how much that
raises the child's memory, and the seconds for each 10,000 tickets, in multiples of the smallest
file's. Ends with an error when the memory of a larger file is above LIMIT times the smallest one's.
"""

import sys
import time
from collections.abc import Sequence
from typing import Final

from sqlalchemy import text

from bench.ground import ground
from bench.growth import TICKETS
from bench.looking_on import PASSWORD
from bench.rounds import peak_growth, report
from reports.city import clock
from reports.documents.exports import kept
from reports.documents.exports.forms import Asked
from reports.people.accounts import create_user
from reports.tickets import lists
from reports.tickets.wanted import TicketFilter
from store.database import engine, transaction
from workers.exports import make_export

MANY: Final = (10_000, 100_000, 1_000_000)
FORMS: Final = ("csv", "parquet", "gpkg", "geojson", "xlsx")
LIMIT: Final = 2.0
"""Of memory: it may not grow with the list; what is left in the allocator's hands differs."""


def main(asked: Sequence[str]) -> int:
    is_kept = True
    with ground(durable=False):
        user = _fill()
        for form in asked or FORMS:
            memory, seconds = {}, {}
            for many in MANY:
                name = f"{many:,} tickets"
                memory[name], seconds[name] = _made(form, many, user)
                print(f"{form} {name}: {memory[name][0] / 2**20:.0f} MB more", flush=True)
            base, limits = f"{MANY[0]:,} tickets", dict.fromkeys(memory, LIMIT)
            kept_so = report(
                f"{form}: memory", memory, base, limits, unit="MB more", scale=1 / 2**20
            )
            is_kept = kept_so and is_kept
            report(f"{form}: seconds for 10,000", seconds, base, {}, unit="s", scale=1)
    return 0 if is_kept else 1


def _fill() -> int:
    """The tickets alone, for which the usual columns ask; and somebody who saves them: their id."""
    with transaction() as db:
        db.execute(text("SET LOCAL session_replication_role = replica"))
        db.execute(text(TICKETS), {"open": 5_000, "all": MANY[-1]})
        create_user(db, name="sato", shown_name="佐藤", password=PASSWORD, role="staff")
        user = db.scalar(text("SELECT id FROM users"))
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE tickets"))
    assert user
    return int(user)


def _made(form: str, many: int, user: int) -> tuple[list[float], list[float]]:
    """Bytes, and seconds for each 10,000 tickets."""
    wanted = TicketFilter(statuses=None)
    with transaction() as db:
        asked = Asked(form, [], "すべて", clock.now())
        order = lists.desk_order(wanted)
        export_id = kept.ask_for(db, asked, wanted, order, user_id=user, key=f"{form} {many}")
        db.execute(text("DELETE FROM tasks"))
        db.execute(
            text("DELETE FROM export_ids WHERE export_id = :id AND place >= :pieces"),
            {"id": export_id, "pieces": many // kept.IDS},
        )
    engine().dispose()
    start = time.perf_counter()
    grown = peak_growth(lambda: _work(export_id))
    took = time.perf_counter() - start
    with transaction() as db:
        db.execute(text("DELETE FROM exports"))
    return [grown], [took * MANY[0] / many]


def _work(export_id: int) -> None:
    write = make_export(export_id)
    assert write is not None
    with transaction() as db:
        write(db)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
