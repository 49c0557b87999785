"""Photos as files, named by their SHA-256, and the list of which photo of which ticket each is."""

import csv
import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from psycopg.sql import SQL, Composed
from sqlalchemy.orm import Session

from cli.leave.place import PHOTOS, Place
from cli.leave.tables import FOLDER, Told, write_csv
from reports.photos.codec.formats import format_of
from store import sql
from store.photo_files import Files, NoSuchFile

LIST: Final = f"{FOLDER}/photo_files.csv"
COLUMNS: Final = (
    ("photo_id", "integer", "写真の番号", "number of the photo", "photos.id"),
    ("ticket_id", "integer", "受付票の番号", "number of the ticket", "tickets.id"),
    ("ticket_number", "text", "受付番号", "number of the ticket, as residents know it", ""),
    (
        "photo_of", "text", "report=通報 repair=直した後 note=職員のメモ",
        "what it shows: of a report, a repair or a note", "",
    ),
    (
        "copy", "text",
        "original=届いたまま large=大きい写し small=小さい写し public_large=隠した写し",
        "original, large, small, public_large (with what is covered covered)", "",
    ),
    ("file", "text", "ファイルの場所", "where the file lies", ""),
    ("bytes", "integer", "大きさ", "its size", ""),
    ("sha256", "text", "SHA-256(16 進)", "SHA-256 in hex", ""),
    (
        "state", "text", "whole=ある missing=置き場にない damaged=中身が違う(入れていない)",
        "whole, missing (not in the store), damaged (other bytes, left out)", "",
    ),
)  # fmt: skip
_AT_ONCE: Final = 8
_ENDINGS: Final = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "AVIF": "avif", "HEIF": "heic"}
"""As programs know the formats by; of what is none of them, "bin"."""


class Copy(NamedTuple):
    """A file that is wanted; as the columns of the list begin. `key`: in the photo store."""

    photo_id: str
    ticket_id: str
    number: str
    photo_of: str
    copy: str
    key: str

    @property
    def sha256(self) -> str:
        return Path(self.key).name.partition(".")[0]

    @property
    def path(self) -> str:
        """Where its file will lie, without the ending."""
        return f"{PHOTOS}/{self.copy}/{self.sha256[:2]}/{self.sha256}"


@dataclass
class Counted:
    """How many files came, and how many could not."""

    whole: int = 0
    missing: int = 0
    damaged: int = 0


def note(db: Session, to: Path, *, originals: bool) -> int:
    """Write down which files there are to be; how many lines. `originals`: as they were sent too,
    and those that staff have hidden. Raises OSError, SQLAlchemyError."""
    many = 0
    with (
        to.open("w", encoding="utf-8", newline="") as file,
        sql.stream(db, _wanted(originals)) as rows,
    ):
        out = csv.writer(file)
        for row in rows:
            out.writerow(row)
            many += 1
    return many


def copy(place: Place, files: Files, listed: Path, told: Told) -> Counted:
    """Bring them, and write the list of them. Raises FilesAway, OSError."""
    counted = Counted()
    names = [name for name, *_ in COLUMNS]
    write_csv(place, LIST, names, _brought(place, files, listed, counted), told)
    return counted


def _brought(place: Place, files: Files, listed: Path, counted: Counted) -> Iterator[list[str]]:
    """Lines of one file follow each other, so that each comes once."""
    last, tail = "", ["", "", "", "missing"]
    with listed.open(encoding="utf-8", newline="") as file, ThreadPoolExecutor(_AT_ONCE) as pool:
        rows = (Copy(*row) for row in csv.reader(file))
        while piece := list(islice(rows, _AT_ONCE)):
            new = {one.key: one for one in reversed(piece) if one.key != last}
            already = {k: place.from_before(one.path, one.sha256) for k, one in new.items()}
            wanted = [key for key, path in already.items() if not path]
            got = dict(zip(wanted, pool.map(lambda key: _get(files, key), wanted), strict=True))
            for one in piece:
                if one.key != last:
                    tail = _put(place, one, already[one.key], got.pop(one.key, None))
                    setattr(counted, tail[-1], getattr(counted, tail[-1]) + 1)
                    last = one.key
                yield [*one[:5], *tail]


def _put(place: Place, one: Copy, already: str | None, data: bytes | None) -> list[str]:
    """The last columns of its line."""
    if already:
        return [already, str((place.root / already).stat().st_size), one.sha256, "whole"]
    if data is None:
        return ["", "", one.sha256, "missing"]
    if hashlib.sha256(data).hexdigest() != one.sha256:
        return ["", str(len(data)), one.sha256, "damaged"]
    format = format_of(data)
    path = f"{one.path}.{_ENDINGS[format] if format else 'bin'}"
    place.put(path, data, listed=False)
    return [path, str(len(data)), one.sha256, "whole"]


def _get(files: Files, key: str) -> bytes | None:
    try:
        return files.get(key)
    except NoSuchFile:
        return None


def _wanted(originals: bool) -> Composed:
    return SQL(_WANTED).format(
        kinds=SQL("'original', 'large', 'small', 'public_large'")
        if originals
        else SQL("'large', 'small', 'public_large'"),
        states=SQL("'stored', 'hidden'") if originals else SQL("'stored'"),
    )


_WANTED: Final = """
    SELECT p.id::text, t.id::text, t.number, CASE WHEN p.report_id IS NOT NULL THEN 'report'
        WHEN p.note_id IS NOT NULL THEN 'note' ELSE 'repair' END, f.copy, f.key
    FROM photos p
    LEFT JOIN reports r ON r.id = p.report_id LEFT JOIN notes n ON n.id = p.note_id
    JOIN tickets t ON t.id = coalesce(p.ticket_id, r.ticket_id, n.ticket_id)
    CROSS JOIN LATERAL (VALUES ('original', p.original), ('large', p.large),
        ('small', CASE WHEN p.large IS NULL THEN p.small END),
        ('public_large', CASE WHEN p.public_at IS NOT NULL THEN p.public_large END)
    ) f (copy, key)
    WHERE p.state IN ({states}) AND f.key IS NOT NULL AND f.copy IN ({kinds})
    ORDER BY f.key, f.copy, p.id"""
