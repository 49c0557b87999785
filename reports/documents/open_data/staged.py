"""A month's tickets on this machine's disk: counted first, then read as often as there are forms.

So that no more than a day of them is ever in memory, and every form has the same rows. They are in
the order of their days and within a day of what is published of them, which tells nothing of the
order in which they came.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path

from reports.documents.open_data.anonymise import Class, Shown
from reports.documents.open_data.columns import Names, Record, Reduced, Row, numbered, record


class Staged:
    """In a file that did not exist before; whoever made its folder deletes it."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute("CREATE TABLE tickets (day TEXT, ticket TEXT)")
        self.counts: Counter[Class] = Counter()

    def add(self, tickets: Iterable[Reduced]) -> None:
        """Some more of the month."""
        kept = list(tickets)
        self.counts.update(one.of_class for one in kept)
        self._db.execute("BEGIN")
        self._db.executemany(
            "INSERT INTO tickets VALUES (?, ?)",
            ((one.received, json.dumps(one, ensure_ascii=False)) for one in kept),
        )
        self._db.execute("COMMIT")

    def records(self, shown: Mapping[Class, Shown], names: Names) -> Iterator[Record]:
        """The rows that are published; `shown`: as of `anonymise.shown_as`."""
        id = 0
        rows = self._db.execute("SELECT day, ticket FROM tickets ORDER BY day")
        for _, of_day in groupby(rows, key=lambda row: row[0]):
            tickets = [Reduced(*json.loads(written)) for _, written in of_day]
            known = [one for one in tickets if one.of_class in shown]
            unnumbered = [record(Row(0, one, shown[one.of_class], names)) for one in known]
            for values in sorted(unnumbered, key=_order):
                id += 1
                yield numbered(values, id)

    def close(self) -> None:
        self._db.close()


def _order(values: Record) -> list[str]:
    return ["" if value is None else str(value) for value in values]
