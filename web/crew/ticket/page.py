"""A ticket's page in the street: what is known of it, and all that can be told about it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from fastapi import Response
from sqlalchemy.orm import Session

from geo.kinds import ASSET_NAMES
from geo.points import Point
from reports.city import phones, profile
from reports.city.materials import offered_for
from reports.people.permissions import Role
from reports.people.sessions import Visitor
from reports.tickets import plans, queries
from reports.tickets.events import Answered, Relocated
from reports.tickets.notes import notes
from reports.tickets.outcomes import FOR_STAFF_TO_DECIDE, GOES_TO, REASONS, TELLS_IN_WORDS, Outcome
from reports.tickets.read_models import (
    DepartmentSummary,
    HistoryLine,
    PhotoSummary,
    TicketDetail,
    TicketSummary,
)
from reports.tickets.status import OPEN, Status, moves_for
from web.crew.ticket.outcome_words import RESULTS
from web.crew.ticket.reopened import not_mended
from web.crew.ticket.ways import ways
from web.kit import assets
from web.kit.exchanges import exchanges
from web.kit.labels import distance
from web.kit.pages import page
from web.kit.tickets import elsewhere, shown, ticket_for
from web.kit.told_places import told_places

# what a crew does with one tap, as nobody is told of it by a push
_TAPS: Final = (Status.IN_PROGRESS,)


def ticket_page(
    db: Session,
    visitor: Visitor,
    number: str,
    *,
    phone: str = "",
    status: int = 200,
    sentence: str = "",
    reason: str = "",
    typed: Mapping[str, str] | None = None,
    undone: bool = False,
) -> Response:
    """Its page for this visitor. `phone`: what its browser calls itself. `sentence`, `reason`: why
    what was `typed` was refused. `undone`: they have just taken something back. Raises NotFound."""
    found, typed = ticket_for(db, visitor, number), typed or {}
    line, facts = found.ticket, profile.profile(db)
    place = Point(line.lon, line.lat)
    return page(
        "crew/ticket/page.html",
        status=status,
        visitor=visitor,
        found=found,
        ticket=shown(line, profile.categories(db), closed=profile.closing_days(facts)),
        **_heard(db, found),
        told_places=told_places(found.history, place),
        elsewhere=elsewhere(found.history, [photo.id for photo in found.photos]),
        corrected=_corrected(found.history),
        plate=_asset(line.why),
        ways=ways(place, phone),
        desk=_desk(line.department, facts),
        goes_on=goes_on,
        has_it=plans.in_charge(db, [line.id]).get(line.id) == visitor.user_id,
        **_offered(db, line),
        notes=[one for one in notes(db, line.id) if one.department in visitor.departments],
        sentence=sentence,
        undone=undone,
        is_far=reason == "far" or bool(typed.get("why_far")),
        typed=typed,
    )


def _heard(db: Session, found: TicketDetail) -> dict[str, Any]:
    """What residents said of it, and what is new of that since the repair."""
    answered, again = _answered(found.history), not_mended(found.history)
    return {
        "again": again,
        "said_since": queries.words_of(db, set(again.remark_ids) - answered) if again else [],
        "answers": queries.words_of(db, answered),
        "exchanges": exchanges(found.history),
        "reports": _new_first(found.photos, again.photo_ids if again else ()),
    }


def _offered(db: Session, line: TicketSummary) -> dict[str, Any]:
    """What can be told about it, and with what."""
    allowed = moves_for(Role.CREW, line.status)
    first, others = offered_for(line.category, profile.materials(db))
    return {
        "taps": [to for to in _TAPS if to in allowed],
        "goes_to": GOES_TO,
        "results": [
            (outcome, said, outcome in TELLS_IN_WORDS)
            for outcome, said in RESULTS.items()
            if GOES_TO[outcome] in allowed or (GOES_TO[outcome] is line.status in OPEN)
        ],
        "reasons": REASONS,
        "may_finish": Status.FIXED in allowed,
        "materials": first or others,
        "more_materials": others if first else [],
        "exif": assets.address_if_there("exifreader/exif-reader.js"),
    }


def goes_on(outcome: Outcome, number: str) -> str:
    """Where a crew goes on: what is over, or staff's now, leaves its list."""
    if outcome in FOR_STAFF_TO_DECIDE:
        return f"/crew/?passed={quote(number)}"
    if GOES_TO[outcome] is Status.FIXED:
        return f"/crew/?done={quote(number)}"
    return f"/crew/tickets/{quote(number)}"


def _answered(history: Iterable[HistoryLine]) -> set[int]:
    """The remarks that stand below their questions."""
    came = [line.event for line in history if isinstance(line.event, Answered)]
    return {id for one in came for id in one.remark_ids}


def _new_first(photos: Sequence[PhotoSummary], new: Sequence[int]) -> list[PhotoSummary]:
    """Of the problem: what was sent since the ticket was reopened, then the older ones."""
    return sorted((one for one in photos if one.of == "report"), key=lambda one: one.id not in new)


def _corrected(history: Iterable[HistoryLine]) -> tuple[str, HistoryLine] | None:
    """How far the desk has moved its pin, with the line that says so last."""
    lines = [line for line in history if isinstance(line.event, Relocated)]
    moved = [line.event for line in lines if isinstance(line.event, Relocated)]
    return (distance(moved[-1].metres), lines[-1]) if lines else None


def _asset(why: Mapping[str, Any]) -> str:
    """街路灯 K-0123: what the number on its plate is."""
    asset = why.get("asset") or {}
    named = ASSET_NAMES.get(str(asset.get("kind"))) or "設備"
    return f"{named} {asset['key']}" if asset.get("key") else ""


def _desk(department: DepartmentSummary | None, facts: Mapping[str, Any]) -> tuple[str, str] | None:
    """Whom a crew calls, and the address of the call: their department, else the city's line."""
    line = (facts.get("phones") or {}).get("road_line", "")
    known = [(department.name, department.phone)] if department else []
    called = ((name, phones.tel(phone)) for name, phone in [*known, ("道路の窓口", str(line))])
    return next(((name, tel) for name, tel in called if tel), None)
