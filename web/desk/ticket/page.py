"""The page of one ticket at the desk, and the way back to it after each of its forms."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from fastapi import Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from geo.areas import areas_at
from geo.points import Point
from reports.actions.admit import CannotReroute
from reports.actions.ask import NobodyToAsk
from reports.actions.note import NobodyToNote
from reports.city import profile
from reports.people.sessions import Visitor
from reports.tickets import queries
from reports.tickets.callers import callers
from reports.tickets.duplicates import said_to_differ, same_holes
from reports.tickets.notes import addressees, crew_of, notes
from reports.tickets.read_models import Duplicate, TicketDetail, TicketSummary
from reports.tickets.status import NEEDS_A_REASON, OPEN, TOLD_BY_PUSH, MoveRefused, moves_for
from store.database import transaction
from web.desk import quota
from web.desk.ticket import history, story
from web.desk.why import why_sentence
from web.kit.errors import BadInput, Overtaken
from web.kit.exchanges import exchanges
from web.kit.forms import Posted
from web.kit.pages import page
from web.kit.tickets import elsewhere, shown, ticket_for
from web.kit.told_places import told_places
from web.maps.base_map import first_look

NEAR_M: Final = 200.0
NEAR_DAYS: Final = 365


def done(act: Callable[[], str], visitor: Visitor, number: str, form: Posted) -> Response:
    """Back to the ticket; where it was refused, with what was typed and the sentence that says why.

    `act` gives the query of the page that follows.
    """
    try:
        return RedirectResponse(f"/staff/tickets/{number}{act()}", 303)
    except (MoveRefused, CannotReroute, NobodyToAsk, NobodyToNote) as refused:
        sentence, status = str(refused), 409
    except (BadInput, Overtaken) as refusal:
        sentence, status = refusal.sentence, refusal.status
    with transaction() as db:
        return desk_page(db, visitor, number, status=status, sentence=sentence, typed=form.fields)


def desk_page(
    db: Session,
    visitor: Visitor,
    number: str,
    *,
    status: int = 200,
    sentence: str = "",
    moved: str = "",
    asked: bool = False,
    changed: str = "",
    typed: Mapping[str, str] | None = None,
) -> Response:
    """`moved`, `asked`, `changed`: what was just done; `typed`: the fields of a refused form."""
    found = ticket_for(db, visitor, number)
    is_open = found.ticket.status in OPEN
    near = _near(db, found.ticket) if is_open else []
    where = areas_at(db, Point(found.ticket.lon, found.ticket.lat))
    people, offices = addressees(db)
    department = found.ticket.department
    return page(
        "desk/ticket/page.html",
        status=status,
        visitor=visitor,
        quota=quota.notice(db),
        look=first_look(db),
        found=found,
        **_told(db, found),
        moves=moves_for(visitor.role, found.ticket.status),
        is_open=is_open,
        border=story.border_words(where),
        near=near,
        notes=notes(db, found.ticket.id),
        people=people,
        callers=callers(db, found.ticket.id),
        offices=offices,
        crew=crew_of(db, department.key if department else None),
        differs=said_to_differ(db, found.ticket.id, [other.id for other in near]),
        needs_reason=NEEDS_A_REASON,
        told=TOLD_BY_PUSH,
        sentence=sentence,
        moved=found.ticket.status if moved == found.ticket.status else None,
        asked=asked and found.ticket.asked_at is not None,
        changed=changed,
        typed=typed or {},
    )


def _told(db: Session, found: TicketDetail) -> dict[str, Any]:
    """The ticket in words, and what its history says."""
    categories, departments = profile.categories(db), queries.departments(db)
    templates = profile.templates(db)
    return {
        "ticket": shown(found.ticket, categories, closed=profile.closing_days(profile.profile(db))),
        "point": Point(found.ticket.lon, found.ticket.lat).latitude_first,
        "names": {key: category.name("ja") for key, category in categories.items()},
        "offered": {key: each.name("ja") for key, each in categories.items() if not each.retired},
        "departments": departments,
        "department_names": {one.key: one.name for one in departments},
        "story": story,
        "templates": templates,
        "spoken": story.spoken_by(templates, found.reports),
        "history": history,
        "why_sentence": why_sentence,
        "exchanges": exchanges(found.history),
        "opinions": story.opinions(found.history),
        "told_places": told_places(found.history, Point(found.ticket.lon, found.ticket.lat)),
        "elsewhere": elsewhere(found.history, [photo.id for photo in found.photos]),
    }


def _near(db: Session, line: TicketSummary) -> list[Duplicate]:
    return same_holes(
        db,
        category=line.category,
        place=Point(line.lon, line.lat),
        radius_m=NEAR_M,
        days=NEAR_DAYS,
        without=[line.id],
    )
