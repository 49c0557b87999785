"""The papers: what was issued with the bytes that it has had since (records, monthly reports, open
data), and PDFs and workbooks that are drawn anew as they are now: orders, patrol logs, tickets."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Final

from sqlalchemy.orm import Session

from cli.leave.place import Place
from cli.leave.tables import Told
from reports.documents.monthly import versions as monthly
from reports.documents.open_data import versions as open_data
from reports.documents.orders import facts as order_facts
from reports.documents.orders import pdf as order_pdf
from reports.documents.orders import workbook
from reports.documents.patrol import facts as patrol_facts
from reports.documents.patrol import pdf as patrol_pdf
from reports.documents.sheet import facts as sheet_facts
from reports.documents.sheet import pdf as sheet_pdf
from reports.patrols import queries as patrols
from reports.records import kept as records
from store import sql
from store.database import transaction
from store.photo_files import Files

FOLDER: Final = "papers"
Papers = Iterator[tuple[str, Iterable[bytes]]]
"""Paths below the folder, and bytes in pieces; no pieces: there is no such file any more."""


def ids(db: Session, *, sheets: bool) -> dict[str, Sequence[int]]:
    """Of what papers are drawn, by their kind. `sheets`: of each ticket too."""
    kinds = [kind for kind in _KINDS if sheets or kind != "tickets"]
    return {kind: [id for (id,) in sql.run(db, _KINDS[kind][0])] for kind in kinds}


def draw(place: Place, files: Files, kind: str, ids: Sequence[int], told: Told) -> int:
    """All papers of one kind; how many files. What is gone since has none.

    Raises paper.NoFont, FilesAway, OSError, SQLAlchemyError.
    """
    many = 0
    for done, id in enumerate(ids, 1):
        for path, pieces in _KINDS[kind][1](files, id):
            many += _written(place, f"{FOLDER}/{kind}/{path}", iter(pieces))
        told(done)
    return many


def _written(place: Place, path: str, pieces: Iterator[bytes]) -> int:
    """How many files: one, or none."""
    first = next(pieces, None)
    if first is None:
        return 0
    with place.new(path, listed=False) as file:
        for piece in chain([first], pieces):
            file.write(piece)
    return 1


def _record(_: Files, id: int) -> Papers:
    with transaction() as db:
        found = records.one(db, id)
    if found and found.has_file:
        yield f"{found.name}.pdf", records.pieces(id)


def _monthly(_: Files, id: int) -> Papers:
    with transaction() as db:
        found = monthly.by_id(db, id)
    if found:
        yield f"{found.month:%Y-%m}-v{found.version}.pdf", monthly.pieces(id)


def _open_data(_: Files, id: int) -> Papers:
    with transaction() as db:
        found = next((each for each in open_data.published(db) if each.id == id), None)
    if found:
        for form in found.files:
            name = f"{found.month:%Y-%m}-v{found.version}.{form}"
            yield name, open_data.pieces(id, form)


def _order(files: Files, id: int) -> Papers:
    with transaction() as db:
        facts = order_facts.facts_of(db, id)
    if facts:
        yield f"{id}.pdf", [order_pdf.draw(facts, files)]
        yield f"{id}.xlsx", [workbook.write(facts)]


def _patrol(files: Files, id: int) -> Papers:
    with transaction() as db:
        found = patrols.patrol(db, id)
        facts = patrol_facts.facts_of(db, found) if found else None
    if facts:
        yield f"{id}.pdf", [patrol_pdf.draw(facts, files)]


def _sheet(files: Files, id: int) -> Papers:
    with transaction() as db:
        facts = sheet_facts.facts_of(db, id)
    if facts:
        yield f"{id // 1000}/{id}.pdf", [sheet_pdf.draw(facts, files)]


_KINDS: Final[Mapping[str, tuple[str, Callable[[Files, int], Papers]]]] = {
    "records": ("SELECT id FROM issued_records WHERE state = 'done' ORDER BY id", _record),
    "monthly": ("SELECT id FROM monthly_reports WHERE state = 'done' ORDER BY id", _monthly),
    "open_data": ("SELECT id FROM open_data_versions WHERE state = 'done' ORDER BY id", _open_data),
    "orders": ("SELECT id FROM work_orders WHERE state <> 'draft' ORDER BY id", _order),
    "patrols": ("SELECT id FROM patrols WHERE ended_at IS NOT NULL ORDER BY id", _patrol),
    "tickets": ("SELECT id FROM tickets ORDER BY id", _sheet),
}
"""What needs no font comes first."""
