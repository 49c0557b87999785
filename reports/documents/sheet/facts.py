"""What stands on a ticket's page of paper, gathered from the database alone.

Of residents only their pictures and words are here: no name, no id. What was withdrawn stays out.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.kinds import ASSET_NAMES, OWNER_NAMES
from geo.nearby import road_words
from geo.points import Point
from reports.city import profile
from reports.city.calendar import day_words, full_day_words
from reports.city.clock import local, now
from reports.documents.maps import surroundings
from reports.documents.maps.svg import Piece
from reports.people.permissions import Role
from reports.tickets import queries, words
from reports.tickets.event_kinds import Reader, kind_of
from reports.tickets.events import Answered
from reports.tickets.models import IN_ORDER
from reports.tickets.open_question import open_question
from reports.tickets.read_models import (
    Absence,
    DepartmentSummary,
    HistoryLine,
    TicketDetail,
    TicketSummary,
    absence_of,
    readable,
)
from reports.tickets.status import Status
from reports.tickets.work_events import Worked

MOST_PHOTOS: Final = 4


@dataclass(frozen=True, slots=True)
class SheetPhoto:
    """Keys in the photo store."""

    large: str
    small: str


@dataclass(frozen=True, slots=True)
class SheetWords:
    """What a resident wrote, and the question of staff that it answers, if any; "" where this
    reader may know no more than that there was one."""

    words: str
    question: str | None = None


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """Everything on the page, in the city's words. `drawn_at` is the moment that it tells of.

    `road`, `asset`, `deadline`, `note` and `work` (what crews did and used) may be empty. `photos`
    are the first few of `photos_there`; `photos_awaited` were not fetched yet; of `photos_gone` it
    is known why.
    """

    number: str
    category: str
    urgent: bool
    received_at: datetime
    reports: int
    deadline: str
    city: str
    city_line: str
    city_note: str
    department: DepartmentSummary | None
    place_name: str
    place: Point
    road: str
    road_more: str
    asset: str
    note: str
    note_on: date | None
    work: str
    words: Sequence[SheetWords]
    photos: Sequence[SheetPhoto]
    photos_there: int
    photos_awaited: int
    photos_gone: Mapping[Absence, int]
    around: Sequence[Piece]
    road_id: int | None
    drawn_at: datetime


def facts_of(db: Session, ticket_id: int) -> SheetFacts | None:
    """From the database alone; None where there is no such ticket."""
    found = queries.ticket(db, id=ticket_id)
    if found is None:
        return None
    line, facts = found.ticket, profile.profile(db)
    category = profile.categories(db).get(line.category)
    photos, awaited, gone = _photos(db, line)
    reads = _reader(line.department)
    note, note_on = _note(found.history, reads)
    place = Point(line.lon, line.lat)
    return SheetFacts(
        number=line.number,
        category=category.name("ja") if category else line.category,
        urgent=line.urgent,
        received_at=local(line.received_at),
        reports=sum(report.withdrawn_at is None for report in found.reports),
        deadline=_deadline(line),
        city=str(facts.get("name", "")),
        city_line=str((facts.get("phones") or {}).get("road_line", "")),
        city_note=str(facts.get("note", "")),
        department=line.department,
        place_name=line.place_name,
        place=place,
        road=_road_words(line.why),
        road_more=_road_facts(line.why),
        asset=_asset_words(line.why),
        note=note,
        note_on=note_on,
        work=_work(found.history, reads),
        words=_words(db, found, reads),
        photos=photos[:MOST_PHOTOS],
        photos_there=len(photos),
        photos_awaited=awaited,
        photos_gone=gone,
        around=surroundings.around(db, place),
        road_id=(line.why.get("road") or {}).get("id"),
        drawn_at=now(),
    )


_PHOTOS: Final = text(f"""
    SELECT p.state, p.large, p.small, p.resident_id IS NULL AS is_nobodys
    FROM photos p JOIN reports r ON r.id = p.report_id
    WHERE r.ticket_id = :id AND r.withdrawn_at IS NULL
    ORDER BY {IN_ORDER}
""")
_WORDS: Final = text("""
    SELECT m.id, m.words FROM remarks m JOIN reports r ON r.id = m.report_id
    WHERE r.ticket_id = :id AND r.withdrawn_at IS NULL ORDER BY m.id
""")


def _photos(db: Session, line: TicketSummary) -> tuple[list[SheetPhoto], int, Counter[Absence]]:
    """Those there, how many are on their way, and how many will never come, and why. Once reopened,
    the newest come first."""
    rows = db.execute(_PHOTOS, {"id": line.id}).all()
    there = [SheetPhoto(row.large, row.small) for row in rows if row.state == "stored"]
    if line.status is Status.REOPENED:
        there.reverse()
    gone = Counter(why for row in rows if (why := absence_of(row.state, is_nobodys=row.is_nobodys)))
    return there, sum(row.state == "waiting" for row in rows), gone


def _words(db: Session, found: TicketDetail, reads: Reader) -> list[SheetWords]:
    """Oldest first, an answer with its question."""
    told = [line.event for line in found.history]
    asked = {line.id: line.note for line in readable(found.history, reads)}
    answers = {
        remark_id: asked.get(question.history_id, "") if question else ""
        for one in told
        if isinstance(one, Answered)
        for question in [open_question(one.question)]
        for remark_id in one.remark_ids
    }
    rows = db.execute(_WORDS, {"id": found.ticket.id})
    return [SheetWords(row.words, answers.get(row.id)) for row in rows]


def _work(history: Sequence[HistoryLine], reads: Reader) -> str:
    """12月1日 直した(常温合材 2袋、作業 30分): the last times that a crew was there."""
    done = [line for line in readable(history, reads) if isinstance(line.event, Worked)]
    return "、".join(
        f"{day_words(local(line.at))} {words.OUTCOMES.get(one.outcome, one.outcome)}"
        + (f"({told})" if (told := words.work_words(one)) else "")
        for line in done[-_MOST_WORKS:]
        if isinstance(one := line.event, Worked)
    )


_MOST_WORKS: Final = 3


def _deadline(line: TicketSummary) -> str:
    """The city's own; another authority has none."""
    ours = line.department is None or line.department.inside
    return full_day_words(line.deadline) if line.deadline and ours and not line.paused_at else ""


def _road_words(why: Mapping[str, Any]) -> str:
    """小金井街道(都道15): the nearest road; nothing where none was near."""
    road = why.get("road")
    if not road:
        return ""
    return road_words(road.get("name"), road.get("ref")) or "名前のない道路"


def _road_facts(why: Mapping[str, Any]) -> str:
    """Whose it is and how far, and the same of the runner-up."""
    nearest, other = why.get("road"), why.get("runner_up")
    if not nearest:
        return ""
    words = f"道路管理者: {_owner(nearest)}・中心線まで {_metres(nearest)}"
    if not other:
        return words
    name = _road_words({"road": other})
    return f"{words}(他の管理者の道路は{name}・{_owner(other)}・{_metres(other)})"


def _owner(road: Mapping[str, Any]) -> str:
    return OWNER_NAMES.get(road.get("owner", ""), "不明")


def _asset_words(why: Mapping[str, Any]) -> str:
    """街路灯 A-0123(12.0 m)."""
    asset = why.get("asset")
    if not asset:
        return ""
    name = " ".join(
        filter(
            None, (ASSET_NAMES.get(asset.get("kind")) or "設備", *map(asset.get, ("key", "name")))
        )
    )
    return f"{name}({_metres(asset)})"


def _metres(found: Mapping[str, Any]) -> str:
    metres = found.get("metres")
    return "距離不明" if metres is None else f"{metres:.1f} m"


def _reader(department: DepartmentSummary | None) -> Reader:
    """Another authority reads what everybody may, and not what the city's own write to each other
    or to residents."""
    return Reader.STAFF if department is None or department.inside else Reader.PUBLIC


_CITYS: Final = (Role.STAFF, Role.CREW, Role.PROGRAM)


def _note(history: Sequence[HistoryLine], reads: Reader) -> tuple[str, date | None]:
    """What the city last wrote for this reader, and the day; without its writer."""
    for line in reversed(readable(history, reads)):
        printed = kind_of(line.event).printed
        if printed is None or printed > reads or line.actor not in _CITYS:
            continue
        if line.note:
            return line.note, local(line.at).date()
    return "", None
