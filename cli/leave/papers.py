"""The papers as PDFs and workbooks, drawn anew as they are now: orders, patrol logs, tickets."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from sqlalchemy.orm import Session

from cli.leave.place import Place
from cli.leave.tables import Told
from reports.documents.orders import facts as order_facts
from reports.documents.orders import pdf as order_pdf
from reports.documents.orders import workbook
from reports.documents.patrol import facts as patrol_facts
from reports.documents.patrol import pdf as patrol_pdf
from reports.documents.sheet import facts as sheet_facts
from reports.documents.sheet import pdf as sheet_pdf
from reports.patrols import queries as patrols
from store import sql
from store.database import transaction
from store.photo_files import Files

FOLDER: Final = "papers"
Papers = Iterator[tuple[str, bytes]]
"""Paths below the folder, and bytes."""


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
        for path, data in _KINDS[kind][1](files, id):
            place.put(f"{FOLDER}/{kind}/{path}", data, listed=False)
            many += 1
        told(done)
    return many


def _order(files: Files, id: int) -> Papers:
    with transaction() as db:
        facts = order_facts.facts_of(db, id)
    if facts:
        yield f"{id}.pdf", order_pdf.draw(facts, files)
        yield f"{id}.xlsx", workbook.write(facts)


def _patrol(files: Files, id: int) -> Papers:
    with transaction() as db:
        found = patrols.patrol(db, id)
        facts = patrol_facts.facts_of(db, found) if found else None
    if facts:
        yield f"{id}.pdf", patrol_pdf.draw(facts, files)


def _sheet(files: Files, id: int) -> Papers:
    with transaction() as db:
        facts = sheet_facts.facts_of(db, id)
    if facts:
        yield f"{id // 1000}/{id}.pdf", sheet_pdf.draw(facts, files)


_KINDS: Final[Mapping[str, tuple[str, Callable[[Files, int], Papers]]]] = {
    "orders": ("SELECT id FROM work_orders WHERE state <> 'draft' ORDER BY id", _order),
    "patrols": ("SELECT id FROM patrols WHERE ended_at IS NOT NULL ORDER BY id", _patrol),
    "tickets": ("SELECT id FROM tickets ORDER BY id", _sheet),
}
