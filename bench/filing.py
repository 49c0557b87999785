"""What filing a report costs with what lists and maps keep, against filing without.

    python -m bench.filing [rounds]

Each commit files one report, as the dialogue does. In turns all triggers are on, those are off that
note cells of the map and words to search, and all are off; between rounds the clock's work is done.
PostGIS does not wait for the disk. Ends with an error above LIMIT.
"""

import sys
import time
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Final

from sqlalchemy import text

from bench.ground import ground
from bench.growth import fill
from bench.rounds import interleave, report
from geo.points import Point
from reports.actions.file import NewReport, file_report
from reports.tickets import cells, texts
from store.database import transaction

LIMIT: Final = 1.3
REPORTS: Final = 200
OPEN: Final = 5_000
NOTES: Final = (
    ("tickets", "ticket_came_to_cell"),
    ("tickets", "ticket_changed_in_cell"),
    ("tickets", "text_came"),
    ("tickets", "text_changed"),
    ("reports", "text_came"),
    ("remarks", "text_came"),
)
_number = count(1)


def main(rounds: int = 12) -> int:
    with ground(durable=False):
        fill(OPEN, 0)
        ways: dict[str, Callable[[], float]] = {
            "without any trigger": partial(_filing, ("tickets", "ALL")),
            "without notes": partial(_filing, *NOTES),
            "without notes again (A/A)": partial(_filing, *NOTES),
            "as it is": _filing,
        }
        interleave(ways, 1)
        samples = interleave(ways, rounds)
    title = f"time to file a report, {OPEN:,} open"
    return 0 if report(title, samples, "without notes", {"as it is": LIMIT}) else 1


def _filing(*without: tuple[str, str]) -> float:
    """Seconds for each of REPORTS, each in a commit of its own, without these triggers."""
    _switch("DISABLE", without)
    start = time.perf_counter()
    for _ in range(REPORTS):
        number = next(_number)
        with transaction() as db:
            place = Point(139.48 + number % 61 / 1000, 35.69 + number % 29 / 1000)
            file_report(
                db,
                NewReport(
                    1 + number % 1000,
                    f"b{number}",
                    "pothole",
                    place,
                    "line",
                    remarks=[(None, "自転車のタイヤがはまりそうです")],
                ),
            )
    took = time.perf_counter() - start
    _switch("ENABLE", without)
    cells.add_up()
    texts.take_in()
    return took / REPORTS


def _switch(how: str, triggers: tuple[tuple[str, str], ...]) -> None:
    with transaction() as db:
        for table, name in triggers:
            db.execute(text(f"ALTER TABLE {table} {how} TRIGGER {name}"))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))
