"""A month's files, from what the public may see: read once, written in every form.

To be called outside of any transaction. What is in memory does not grow with the month: rows lie on
this machine's disk (`staged`), and of the version before eight bytes a row are compared.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from reports.city import clock, profile
from reports.city.open_data import OpenData, open_data
from reports.documents.layers import geopackage, parquet
from reports.documents.open_data import changes, csv_file, geojson_file, versions
from reports.documents.open_data.anonymise import Class, Shown, shown_as
from reports.documents.open_data.changes import Figures
from reports.documents.open_data.columns import EDITION, Names, Reduced, reduced
from reports.documents.open_data.forms import FORMS
from reports.documents.open_data.layer import features, layer
from reports.documents.open_data.months import later, written
from reports.documents.open_data.shapes import Made, Version
from reports.documents.open_data.staged import Staged
from reports.published import reading
from reports.published.wanted import Order, PublicFilter, after
from store.database import transaction

AT_ONCE: Final = 1_000
Note = Callable[[int, int], None]
"""Hears how many of how many are read."""


def make(month: date, folder: Path, note: Note = lambda done, total: None) -> Made:
    """The files of this month (its first day), in an empty folder, and what is other than before.

    Raises OSError where the disk is full.
    """
    with transaction() as db:
        rule, names, title = _city(db, month)
        before = versions.newest(db, month)
    with closing(Staged(folder / "staged.sqlite")) as staged:
        for tickets in _read(month, note):
            staged.add(tickets)
        shown = shown_as(staged.counts, rule.k)
        records = partial(staged.records, shown, names)
        paths = {form: folder / f"tickets.{form}" for form in FORMS}
        csv_file.write(paths["csv"], records())
        geojson_file.write(paths["geojson"], records(), title)
        as_layer, made = layer(title), f"{later(month, 1).isoformat()}T00:00:00.000Z"
        geopackage.write(paths["gpkg"], features(records()), as_layer, made)
        parquet.write(paths["parquet"], features(records()), as_layer)
    (folder / "staged.sqlite").unlink()
    now = _contents(paths["csv"])
    said = _said(rule, names)
    return Made(
        paths=paths,
        sha256={form: _sha256(path) for form, path in paths.items()},
        figures=_figures(staged.counts, shown, now.states)._asdict(),
        rule=said,
        note=_note(before, now, said),
    )


def title_of(city: str, month: date) -> str:
    """小金井市 道路の通報 2026-11."""
    return f"{city} 道路の通報 {written(month)}"


def _city(db: Session, month: date) -> tuple[OpenData, Names, str]:
    facts = profile.profile(db)
    said, name = open_data(facts), str(facts.get("name", ""))
    names = Names(said.code, said.prefecture, name, profile.category_names(db))
    return said, names, title_of(name, month)


def _read(month: date, note: Note) -> Iterator[list[Reduced]]:
    begin, end = clock.begin_of(month), clock.begin_of(later(month, 1))
    wanted = PublicFilter(received_from=begin, received_until=end)
    with transaction() as db:
        total = reading.count(db, wanted)
    done, beyond = 0, None
    while True:
        with transaction() as db:
            tickets = reading.find(db, wanted, Order.OLDEST, beyond, AT_ONCE)
        if not tickets:
            return
        yield [reduced(one, clock.local) for one in tickets]
        done, beyond = done + len(tickets), after(tickets[-1])
        note(done, max(done, total))


def _said(rule: OpenData, names: Names) -> dict[str, Any]:
    """By what the files were made."""
    return {
        "k": rule.k,
        "licence": rule.licence,
        "edition": EDITION,
        "city": names.city,
        "code": names.code,
    }


def _contents(path: Path) -> changes.Contents:
    with path.open("rb") as file:
        return _of_rows(iter(lambda: file.read(1 << 18), b""))


def _of_rows(pieces: Iterator[bytes]) -> changes.Contents:
    rows = csv_file.rows(pieces)
    next(rows, None)
    return changes.contents(rows)


def _note(before: Version | None, now: changes.Contents, said: Mapping[str, Any]) -> dict[str, Any]:
    """What is other than in the version before; {} of a first one."""
    if before is None:
        return {}
    others = {
        key: [before.rule.get(key), said[key]]
        for key in changes.RULES
        if before.rule.get(key) != said[key]
    }
    if "edition" in others:
        return others
    return changes.between(_of_rows(versions.pieces(before.id, "csv")), now) | others


def _figures(
    counts: Mapping[Class, int], shown: Mapping[Class, Shown], states: Counter[str]
) -> Figures:
    rows = sum(many for one, many in counts.items() if one in shown)
    whole = sum(many for one, many in counts.items() if one in shown and shown[one].is_whole)
    return Figures(rows, rows - whole, sum(counts.values()) - rows, dict(states))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
