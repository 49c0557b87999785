"""The tickets of a list that is saved, so many at a time, each as it is when its turn comes."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

from sqlalchemy.orm import Session

from reports.documents.exports.columns import City, Row
from reports.tickets import queries
from reports.tickets.models import OUTSIDE_SMALL
from reports.tickets.wanted import TicketFilter
from store import sql
from store.database import transaction

AT_ONCE: Final = 1_000
Note = Callable[[int], None]
"""Hears how many are done."""


def read(
    pieces: Iterable[Sequence[int]], besides: Collection[str], note: Note
) -> Iterator[list[Row]]:
    """The rows of the tickets of these ids in their order, AT_ONCE at a time, each time in a
    transaction of its own, so that no more than that is ever in memory. `besides`: names of
    `BESIDES`.

    A ticket that is gone since is left out.
    """
    done = 0
    for ids in pieces:
        for start in range(0, len(ids), AT_ONCE):
            piece = ids[start : start + AT_ONCE]
            with transaction() as db:
                rows = _rows(db, piece, besides)
            yield rows
            done += len(piece)
            note(done)


def _rows(db: Session, ids: Sequence[int], besides: Collection[str]) -> list[Row]:
    wanted = TicketFilter(statuses=None, ids=ids)
    lines = {line.id: line for line in queries.tickets(db, wanted, limit=len(ids))}
    told: dict[str, dict[int, str]] = {
        name: dict(sql.run(db, BESIDES[name], ids=list(ids))) for name in besides
    }
    city = City.today(db)
    return [
        Row(lines[id], city, {name: found.get(id, "") for name, found in told.items()})
        for id in ids
        if id in lines
    ]


BESIDES: Final[Mapping[str, str]] = {
    "words": """
        SELECT r.ticket_id, string_agg(m.words, E'\\n' ORDER BY m.id)
        FROM reports r JOIN remarks m ON m.report_id = r.id
        WHERE r.ticket_id = ANY(%(ids)s::bigint[]) AND r.withdrawn_at IS NULL GROUP BY 1
    """,
    "hints": """
        SELECT ticket_id, string_agg(place_hint, E'\\n' ORDER BY id) FROM reports
        WHERE ticket_id = ANY(%(ids)s::bigint[]) AND withdrawn_at IS NULL AND place_hint <> ''
        GROUP BY 1
    """,
    "cover": f"""
        SELECT t.id, {OUTSIDE_SMALL} FROM tickets t JOIN photos p ON p.id = t.cover_id
        WHERE t.id = ANY(%(ids)s::bigint[]) AND p.state = 'stored'
          AND {OUTSIDE_SMALL} IS NOT NULL
    """,
}
"""By name: what one ticket has of it as words; of its first photo the key in the photo store."""
