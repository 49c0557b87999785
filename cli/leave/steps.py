"""The way of it: what is in the tables as of one moment, then photos and papers, then what is said
of it all."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from sqlalchemy.orm import Session

from cli.leave import city_files, dictionary, layers, papers, photo_copies, readme, schema, tables
from cli.leave.place import Place, place
from reports.audit import entries
from reports.audit.kinds import Kind
from reports.city import profile
from reports.city.clock import now, zone
from reports.documents import paper
from reports.photos.photo_store import photo_store
from store import sql
from store.database import snapshot, transaction
from store.photo_files import Files
from store.schema import version as schema_version

_LISTED: Final = ".photos-wanted"
errors = Console(stderr=True)


@dataclass(frozen=True, slots=True)
class Asked:
    """`photos`: copies of them; `originals`: as they were sent too, and what staff have hidden;
    `sheets`: a PDF of each ticket; `recipients`: whose keys alone open it."""

    photos: bool
    originals: bool
    sheets: bool
    recipients: Sequence[str]


@dataclass
class Told:
    """What has come out: rows by table, features by layer, papers by kind."""

    at: datetime
    city: str = ""
    schema: str = ""
    rows: dict[str, int] = field(default_factory=dict)
    features: dict[str, int] = field(default_factory=dict)
    papers: dict[str, int] = field(default_factory=dict)
    photos: photo_copies.Counted = field(default_factory=photo_copies.Counted)
    unknown: list[str] = field(default_factory=list)
    files: int = 0
    bytes: int = 0
    no_font: bool = False


def leave(to: Path, asked: Asked) -> tuple[Path, Told]:
    """Where it is, and what it holds. Raises place.NotHere, FilesAway, OSError, SQLAlchemyError."""
    files = photo_store() if asked.photos else None
    if files:
        files.check()
    said = {"originals": asked.originals, "encrypted": bool(asked.recipients)}
    with place(to, asked.recipients) as (out, whole), _bar() as bar:
        with transaction() as db:
            entries.write(db, Kind.EXPORT, "all data", new=said)
        told = Told(now())
        drawn = _tables(out, told, asked, bar)
        if files:
            with bar("写真 / photos", told.rows["photos"]) as step:
                told.photos = photo_copies.copy(out, files, out.root / _LISTED, step)
            (out.root / _LISTED).unlink()
            _papers(out, files, drawn, told, bar)
        _say(out, told, asked)
        told.files, told.bytes = out.files, out.size
    with transaction() as db:
        many = {"tickets": told.rows["tickets"], "photos": told.photos.whole}
        entries.write(db, Kind.EXPORT, "all data", new=said | many | {"files": told.files})
    return whole, told


def about() -> dict[str, int]:
    """Roughly how much there is, before anybody is asked. Raises SQLAlchemyError."""
    with snapshot() as db:
        there = schema.tables(db)
    return {name: there[name].rows for name in ("tickets", "residents", "photos") if name in there}


def _tables(out: Place, told: Told, asked: Asked, bar: "Bar") -> dict[str, Sequence[int]]:
    """All that the database holds, as of one moment; gives the ids of what papers are drawn of."""
    with snapshot() as db:
        sql.run(db, "SELECT set_config('TimeZone', %(zone)s, true)", zone=str(zone()))
        told.city, told.schema = profile.profile(db).get("name", ""), schema_version(db)
        there = schema.tables(db)
        goes, stays = list(dictionary.going(there)), list(dictionary.staying(there))
        told.unknown = [
            f"{one.table}.{one.column}".rstrip(".")
            for one in stays
            if one.why is dictionary.UNKNOWN
        ]
        _of_each(out, db, told, goes, bar)
        city_files.write(out, db)
        more = _photo_columns() if asked.photos else ()
        tables.write_dictionary(out, goes, stays, [*more, *_CODES])
        if not asked.photos:
            return {}
        photo_copies.note(db, out.root / _LISTED, originals=asked.originals)
        return papers.ids(db, sheets=asked.sheets)


def _of_each(
    out: Place, db: Session, told: Told, goes: Sequence[dictionary.Going], bar: "Bar"
) -> None:
    for one in goes:
        name = one.table.name
        with bar(f"{one.says.ja} / {name}", one.table.rows) as step:
            told.rows[name] = tables.write(out, db, one, step)
        if one.shape:
            with bar(f"地図 / map: {name}", one.table.rows) as step:
                told.features[name] = layers.write(out.root / layers.FILE, db, one, step)
    out.take_in(layers.FILE)


def _papers(
    out: Place, files: Files, drawn: dict[str, Sequence[int]], told: Told, bar: "Bar"
) -> None:
    for kind, ids in drawn.items():
        with bar(f"書類 / papers: {kind}", len(ids)) as step:
            try:
                told.papers[kind] = papers.draw(out, files, kind, ids, step)
            except paper.NoFont:
                told.no_font = True
                return


def _say(out: Place, told: Told, asked: Asked) -> None:
    """The last files: what it is, and what it holds."""
    manifest = readme.manifest(told, asked, version("michi"), out.listed)
    out.put("manifest.json", manifest)
    for language, words in readme.texts(told, asked).items():
        out.put(f"README.{language}.md", words.encode())


def _photo_columns() -> Iterator[Sequence[str]]:
    for name, type, ja, en, refers in photo_copies.COLUMNS:
        empty = "yes" if name in ("file", "bytes") else "no"
        yield (photo_copies.LIST, name, type, empty, "no", refers, ja, en, *_PHOTO_FILES)


_PHOTO_FILES: Final = ("写真のファイル", "the files of photos")
_CODES: Final = [
    (city_files.CODES, name, "text", "no", "no", "", ja, en, "記号の意味", "what codes mean")
    for name, ja, en in (
        ("file", "ファイル", "the file"),
        ("column", "列", "its column"),
        ("code", "記号", "the code that stands there"),
        ("ja", "日本語の意味", "what it means, in Japanese"),
        ("en", "英語の意味", "what it means, in English"),
    )
]
Bar = Callable[[str, int], Any]
"""What is done now and of how many: gives, for a block, a way to say how many are done."""


@contextmanager
def _bar() -> Iterator[Bar]:
    parts = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*parts, console=errors, transient=True, disable=not errors.is_terminal) as shown:

        @contextmanager
        def step(what: str, total: int) -> Iterator[Callable[[int], None]]:
            task = shown.add_task(what, total=total or None)
            yield lambda done: shown.update(task, completed=done)
            shown.remove_task(task)

        yield step
