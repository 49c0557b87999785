"""Everything that is held about one person, as it stands in the database: for whoever asks what the
city knows of them (開示請求)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from reports.city import profile
from reports.privacy.persons import Person
from reports.tickets import history, queries
from reports.tickets.event_json import details_of
from reports.tickets.event_kinds import Reader
from reports.tickets.read_models import readable
from store import sql

Row = Mapping[str, Any]


class Section(NamedTuple):
    """Rows of one table. `to_check`: they may speak of others too, so that somebody reads them
    before they are handed out."""

    title: str
    rows: Sequence[Row]
    to_check: bool = False


class PhotoFile(NamedTuple):
    """A photo of theirs: its keys in the photo store, as it was sent and as it is shown; either may
    be gone."""

    id: int
    original: str | None
    large: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """`sections` by the name of their table; `categories`: what the city calls them, by key."""

    person: Person
    at: datetime
    city: str
    categories: Mapping[str, str]
    sections: Mapping[str, Section]
    photos: Sequence[PhotoFile]

    def to_json(self) -> str:
        """As a file for machines; moments are in ISO 8601, places in GeoJSON."""
        told = {
            "city": self.city,
            "at": self.at.isoformat(),
            "sections": {
                name: {"title": each.title, "to_check": each.to_check, "rows": list(each.rows)}
                for name, each in self.sections.items()
            },
        }
        return json.dumps(told, ensure_ascii=False, indent=1, default=str)


def told(db: Session, person: Person, heard: Sequence[Row], *, at: datetime) -> Told:
    """`heard`: what LINE sent of them, which another room keeps."""
    theirs: dict[str, Any] = {
        "resident": person.id if person.kind == "resident" else None,
        "who": person.line_user_id,
        "reports": list(person.reports),
    }
    sections = {
        name: Section(title, _rows(db, asked, theirs), name in _TO_CHECK)
        for name, (title, asked) in SECTIONS.items()
    }
    sections["history"] = Section("受付票の経過", _history(db, person))
    sections["inbox"] = Section("LINE から届いたまま", list(heard))
    photos = [PhotoFile(*row) for row in sql.run(db, _FILES, **theirs)]
    kept = {name: each for name, each in sections.items() if each.rows}
    city, categories = str(profile.profile(db).get("name", "")), profile.category_names(db)
    return Told(person, at, city, categories, kept, photos)


def _rows(db: Session, asked: str, theirs: Mapping[str, Any]) -> list[Row]:
    return [
        row for (row,) in sql.run(db, f"SELECT to_jsonb(theirs) FROM ({asked}) AS theirs", **theirs)
    ]


def _history(db: Session, person: Person) -> list[Row]:
    """What residents may read of their tickets, and what they said themselves."""
    own = {line.id for id in person.reports for line in history.lines_of_report(db, id)}
    ids = queries.ids_of(db, person.numbers)
    found = queries.history_of(db, list(ids.values()))
    names = {id: number for number, id in ids.items()}
    return [
        {
            "ticket": names[ticket_id],
            "id": line.id,
            "at": line.at,
            "actor": line.actor,
            "what": line.what,
            "to": line.to_status,
            "note": line.note,
            "details": details_of(line.event),
        }
        for ticket_id, lines in found.items()
        for line in lines
        if line.id in own or line in readable([line], Reader.RESIDENT)
    ]


_OF_REPORTS: Final = "ANY(%(reports)s::bigint[])"
_THEIRS: Final = f"(p.resident_id = %(resident)s::bigint OR p.report_id = {_OF_REPORTS})"
_HASH: Final = "encode(sha256(convert_to(%(who)s::text, 'UTF8')), 'hex')"
_TICKETS: Final = f"(SELECT ticket_id FROM reports WHERE id = {_OF_REPORTS})"
SECTIONS: Final[Mapping[str, tuple[str, str]]] = {
    "residents": (
        "LINE の利用者として",
        "SELECT * FROM residents WHERE id = %(resident)s::bigint",
    ),
    "callers": (
        "電話・窓口で聞いた連絡先",
        f"SELECT * FROM callers WHERE report_id = {_OF_REPORTS} ORDER BY report_id",
    ),
    "reports": (
        "通報",
        f"""SELECT t.number, t.status, t.place_name, r.* FROM reports r
            JOIN tickets t ON t.id = r.ticket_id WHERE r.id = {_OF_REPORTS} ORDER BY r.id""",
    ),
    "remarks": (
        "書いた言葉",
        f"""SELECT t.number, m.* FROM remarks m JOIN reports r ON r.id = m.report_id
            JOIN tickets t ON t.id = r.ticket_id WHERE r.id = {_OF_REPORTS} ORDER BY m.id""",
    ),
    "photos": (
        "写真",
        f"""SELECT t.number, p.* FROM photos p LEFT JOIN reports r ON r.id = p.report_id
            LEFT JOIN tickets t ON t.id = r.ticket_id WHERE {_THEIRS} ORDER BY p.id""",
    ),
    "followers": (
        "知らせを受けている受付票",
        """SELECT t.number, f.* FROM followers f JOIN tickets t ON t.id = f.ticket_id
           WHERE f.resident_id = %(resident)s::bigint ORDER BY f.ticket_id""",
    ),
    "messages": (
        "送った言葉",
        "SELECT * FROM messages WHERE recipient = %(who)s AND recipient <> '' ORDER BY id",
    ),
    "unsent_messages": (
        "取り消したメッセージの控え",
        "SELECT * FROM unsent_messages WHERE person = %(who)s AND person <> '' ORDER BY at",
    ),
    "tasks": (
        "送信などの作業の控え",
        "SELECT * FROM tasks WHERE args ->> 'person' = %(who)s AND %(who)s <> '' ORDER BY id",
    ),
    "pauses": (
        "受付の停止",
        f"SELECT * FROM pauses WHERE person = {_HASH} AND %(who)s <> '' ORDER BY id",
    ),
    "crew_links": (
        "作業班としての LINE の連携",
        "SELECT * FROM crew_links WHERE line_user_id = %(who)s AND %(who)s <> ''",
    ),
    "crew_link_tries": (
        "LINE の連携を試した記録",
        "SELECT * FROM crew_link_tries WHERE line_user_id = %(who)s AND %(who)s <> '' ORDER BY id",
    ),
    "work_order_items": (
        "作業指示書に写した言葉",
        f"""SELECT * FROM work_order_items WHERE quotes && ARRAY(
                SELECT id FROM remarks WHERE report_id = {_OF_REPORTS}) ORDER BY id""",
    ),
    "notes": (
        "職員のメモ",
        f"""SELECT t.number, n.at, n.words FROM notes n JOIN tickets t ON t.id = n.ticket_id
            WHERE n.ticket_id IN {_TICKETS} ORDER BY n.id""",
    ),
}
"""By table: its title, and the rows of it that are theirs."""
_TO_CHECK: Final = ("notes", "work_order_items", "pauses")
_FILES: Final = f"""
    SELECT p.id, p.original, p.large FROM photos p
    WHERE {_THEIRS} AND p.state = 'stored' ORDER BY p.id
"""
