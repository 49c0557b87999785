"""What residents sent, in a ticket's record: reports, words and photos. Who they are is a letter,
the same for all that is theirs; names and words only where they are asked for."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy.orm import Session

from reports.documents.record.ticket import plain
from reports.tickets.models import IN_ORDER, OUTSIDE_LARGE
from store import sql

Row = dict[str, Any]
ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def reports(
    db: Session, ids: Sequence[int], family: Mapping[int, str], *, personal: bool
) -> list[Row]:
    """In their order. `heard_at`: when the first thing of it came, often before the report was
    whole; `personal`: what was sent of place and words, and whom staff wrote down."""
    letters: dict[object, str] = {}
    rows = []
    for value in sql.run(db, _REPORTS, ids=list(ids)):
        row = dict(zip(_OF_REPORT, map(plain, value), strict=True))
        own = {name: row.pop(name) for name in _PERSONAL}
        whose = row.pop("resident_id") or f"report {row['id']}"
        row["who"] = letters.setdefault(whose, _letter(len(letters)))
        row["patrolled"] = row["channel"] == "patrol"
        rows.append(row | ({"personal": own} if personal else {}))
    return rows


def letters_of_residents(db: Session, ids: Sequence[int]) -> dict[int, str]:
    """The letter of each resident who reported."""
    seen: dict[object, str] = {}
    for value in sql.run(db, _REPORTS, ids=list(ids)):
        row = dict(zip(_OF_REPORT, value, strict=True))
        seen.setdefault(row["resident_id"] or f"report {row['id']}", _letter(len(seen)))
    return {whose: letter for whose, letter in seen.items() if isinstance(whose, int)}


def words(db: Session, ids: Sequence[int], letters: Mapping[int, str]) -> list[Row]:
    """What they wrote, message by message."""
    found = sql.run(db, _WORDS, ids=list(ids))
    return [
        {
            "id": id,
            "report": report,
            "who": letters.get(report, ""),
            "at": plain(at),
            "personal": {"words": told},
        }
        for id, report, at, told in found
    ]


def photos(
    db: Session, ids: Sequence[int], letters: Mapping[int, str], *, personal: bool
) -> tuple[list[Row], dict[int, tuple[str | None, str | None]]]:
    """Of reports, repairs and orders, not of notes, which staff write to each other. Beside them
    the keys of what may be printed and of the original. `sha256`: of the file as it was sent."""
    rows, keys = [], {}
    for value in sql.run(db, _PHOTOS, ids=list(ids)):
        row = dict(zip(_OF_PHOTO, map(plain, value), strict=True))
        original, large, outside = (row.pop(name) for name in ("original", "large", "outside"))
        shown = large if personal else outside
        is_shown = row["state"] == "stored" or (personal and row["state"] == "hidden")
        keys[row["id"]] = (shown if is_shown else None, original)
        own = {name: row.pop(name) for name in ("exif_lon", "exif_lat")}
        row["who"] = letters.get(row["report"] or 0, "")
        row["sha256"] = _hash(original)
        row["shown_sha256"] = _hash(shown) if is_shown else None
        rows.append(row | ({"personal": own} if personal else {}))
    return rows, keys


def _letter(place: int) -> str:
    """通報者A … 通報者Z, 通報者A2 …"""
    turn, letter = divmod(place, len(ALPHABET))
    return f"通報者{ALPHABET[letter]}{turn + 1 if turn else ''}"


def _hash(key: str | None) -> str | None:
    """The name of a photo's file is the SHA-256 of its bytes."""
    return key.rpartition("/")[2].removesuffix(".jpg") if key else None


_OF_REPORT: Final = (
    "id", "ticket", "at", "heard_at", "channel", "category", "urgent", "place_source",
    "accuracy_m", "owner_said", "withdrawn_at", "resident_id", "place_hint", "lon", "lat",
    "name", "phone", "email",
)  # fmt: skip
_PERSONAL: Final = ("place_hint", "lon", "lat", "name", "phone", "email")
_REPORTS: Final = """
    SELECT r.id, t.number, r.created_at,
           least(r.created_at,
                 (SELECT min(p.created_at) FROM photos p WHERE p.report_id = r.id),
                 (SELECT min(m.created_at) FROM remarks m WHERE m.report_id = r.id)),
           r.channel, r.category, r.urgent, r.place_source, r.place_accuracy_m, r.owner_said,
           r.withdrawn_at, r.resident_id, r.place_hint, ST_X(r.place), ST_Y(r.place),
           c.name, c.phone, c.email
    FROM reports r JOIN tickets t ON t.id = r.ticket_id LEFT JOIN callers c ON c.report_id = r.id
    WHERE r.ticket_id = ANY(%(ids)s::bigint[]) ORDER BY r.created_at, r.id
"""
_WORDS: Final = """
    SELECT m.id, m.report_id, m.created_at, m.words
    FROM remarks m JOIN reports r ON r.id = m.report_id
    WHERE r.ticket_id = ANY(%(ids)s::bigint[]) ORDER BY m.id
"""
_OF_PHOTO: Final = (
    "id", "of", "report", "state", "at", "taken_at", "width", "height", "patches", "direction",
    "original", "large", "outside", "exif_lon", "exif_lat",
)  # fmt: skip
_PHOTOS: Final = f"""
    SELECT p.id, CASE WHEN p.report_id IS NOT NULL THEN 'report'
                      WHEN EXISTS (SELECT FROM work_order_photos w WHERE w.photo_id = p.id)
                      THEN 'order' ELSE 'repair' END,
           p.report_id, p.state, p.created_at, p.taken_at, p.width, p.height,
           jsonb_array_length(coalesce(p.patches, '[]')), p.direction,
           p.original, p.large, {OUTSIDE_LARGE}, ST_X(p.exif_place), ST_Y(p.exif_place)
    FROM photos p LEFT JOIN reports r ON r.id = p.report_id
    WHERE p.note_id IS NULL
      AND coalesce(r.ticket_id, p.ticket_id) = ANY(%(ids)s::bigint[])
    ORDER BY p.created_at, {IN_ORDER}
"""
