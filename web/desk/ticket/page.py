"""The page of one ticket at the desk, and the way back to it after each of its forms."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from fastapi import Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from geo.areas import areas_at
from geo.points import Point
from reports.actions.admit import CannotReroute
from reports.actions.ask import NobodyToAsk
from reports.actions.note import NobodyToNote
from reports.city import clock, profile
from reports.orders import queries as orders
from reports.orders.states import ITEMS, OrderState
from reports.people.colleagues import in_charge_of, offices
from reports.people.permissions import Do
from reports.people.sessions import Visitor
from reports.tickets import holds, queries, sentences
from reports.tickets.callers import callers
from reports.tickets.duplicates import said_to_differ
from reports.tickets.merged import merged_into
from reports.tickets.neighbours import SAME_M, Around, neighbours, words_of
from reports.tickets.notes import notes
from reports.tickets.numbers import number_in
from reports.tickets.read_models import HistoryLine, TicketDetail
from reports.tickets.status import NEEDS_A_REASON, OPEN, TOLD_BY_PUSH, MoveRefused, moves_for
from reports.tickets.why_sentences import why_sentence
from store.database import transaction
from web.desk import quota
from web.desk.ticket import story
from web.desk.ticket.offers import offers
from web.desk.ticket.public_side import public_side
from web.kit.errors import BadInput, Overtaken
from web.kit.exchanges import exchanges
from web.kit.forms import Posted
from web.kit.pages import page
from web.kit.tickets import elsewhere, shown, ticket_for
from web.kit.told_places import told_places
from web.maps.base_map import first_look

_LINE: Final = re.compile(r"[0-9]{1,18}")


def done(act: Callable[[], str], visitor: Visitor, number: str, form: Posted) -> Response:
    """Back to the ticket; where it was refused, with what was typed and the sentence that says why.

    `act` gives the query of the page that follows.
    """
    try:
        return RedirectResponse(f"/staff/tickets/{number}{act()}", 303)
    except (MoveRefused, CannotReroute, NobodyToAsk, NobodyToNote) as refused:
        told = _Told(409, str(refused))
    except (BadInput, Overtaken) as refusal:
        told = _Told(refusal.status, refusal.sentence, was_faster=isinstance(refusal, Overtaken))
    with transaction() as db:
        return desk_page(db, visitor, number, refused=told, typed=form.fields)


@dataclass(frozen=True)
class _Told:
    """How a form was answered; `was_faster`: by somebody else, whose changes are shown."""

    status: int = 200
    sentence: str = ""
    was_faster: bool = False


def desk_page(
    db: Session,
    visitor: Visitor,
    number: str,
    *,
    refused: _Told | None = None,
    moved: str = "",
    asked: bool = False,
    changed: str = "",
    parted: str = "",
    typed: Mapping[str, str] | None = None,
) -> Response:
    """`moved`, `asked`, `changed`, `parted` (a number): what was just done.

    `typed`: the fields of a form that was `refused`.
    """
    found, told = ticket_for(db, visitor, number), refused or _Told()
    return page(
        "desk/ticket/page.html",
        status=told.status,
        visitor=visitor,
        quota=quota.notice(db),
        look=first_look(db),
        found=found,
        **_told(db, found),
        moves=moves_for(visitor.role, found.ticket.status),
        is_open=found.ticket.status in OPEN,
        can=frozenset(do for do in Do if visitor.may_with(do, _key(found))),
        only_to_see=_only_to_see(visitor, found),
        **_around(db, found),
        **_orders(db, found),
        **_people(db, found),
        **public_side(db, found),
        notes=notes(db, found.ticket.id),
        needs_reason=NEEDS_A_REASON,
        told=TOLD_BY_PUSH,
        sentence=told.sentence,
        meanwhile=_meanwhile(found, typed or {}) if told.was_faster else None,
        moved=found.ticket.status if moved == found.ticket.status else None,
        asked=asked and found.ticket.asked_at is not None,
        changed=changed,
        parted=number_in(parted) if parted else None,
        typed=typed or {},
    )


def _people(db: Session, found: TicketDetail) -> dict[str, Any]:
    """Who may be in charge of it, whom a note can be for, and who is to be rung back."""
    department = found.ticket.department
    persons = in_charge_of(db, department.key if department else None)
    return {
        "people": persons.staff,
        "crew": persons.crew,
        "persons": persons.names,
        "offices": offices(db),
        "callers": callers(db, found.ticket.id),
    }


def _key(found: TicketDetail) -> str | None:
    return found.ticket.department.key if found.ticket.department else None


def _only_to_see(visitor: Visitor, found: TicketDetail) -> str:
    """Why there is nothing to press; department staff are told whose ticket it is."""
    department = found.ticket.department
    if visitor.may(Do.MOVE):
        name = department.name if department else ""
        return f"「{name}」の受付票です。ほかの課の受付票は、見ることだけできます。"
    return "閲覧のサインインです。見ることだけできます。"


def _told(db: Session, found: TicketDetail) -> dict[str, Any]:
    """The ticket in words, and what its history says."""
    categories, departments = profile.categories(db), queries.departments(db)
    templates = profile.templates(db)
    names = {key: category.name("ja") for key, category in categories.items()}
    return {
        "ticket": shown(found.ticket, categories, closed=profile.closing_days(profile.profile(db))),
        "point": Point(found.ticket.lon, found.ticket.lat).latitude_first,
        "names": names,
        "offered": {key: each.name("ja") for key, each in categories.items() if not each.retired},
        "departments": departments,
        "department_names": {one.key: one.name for one in departments},
        "story": story,
        "templates": offers(templates, found.ticket, names),
        "spoken": story.spoken_by(templates, found.reports),
        "history": sentences,
        "why_sentence": why_sentence,
        "exchanges": exchanges(found.history),
        "opinions": story.opinions(found.history),
        "told_places": told_places(found.history, Point(found.ticket.lon, found.ticket.lat)),
        "elsewhere": elsewhere(found.history, [photo.id for photo in found.photos]),
    }


def _around(db: Session, found: TicketDetail) -> dict[str, Any]:
    """Where it lies, what ended in it, and what is open around it: of nothing where it goes
    on in another ticket."""
    here = found.ticket
    where = areas_at(db, Point(here.lon, here.lat))
    around = Around([], []) if here.merged_into else neighbours(db, here)
    same = [other.id for other in around.same]
    return {
        "border": story.border_words(where),
        "merged": merged_into(db, here.id) if found.merged else [],
        "same": around.same,
        "beside": around.beside,
        "more": around,
        "near_m": SAME_M,
        "near_words": words_of(db, [*same, *(other.id for other in around.beside)]),
        "differs": said_to_differ(db, here.id, same),
    }


def _orders(db: Session, found: TicketDetail) -> dict[str, Any]:
    """The work orders it stands in or stood in, and those not issued yet that it may be put in;
    whether it is kept past its period."""
    today = clock.today()
    return {
        "is_held": any(one.holds(today) for one in holds.of(db, found.ticket.id)),
        "orders": orders.of_ticket(db, found.ticket.id),
        "drafts": orders.listed(db, OrderState.DRAFT, limit=10),
        "item_states": ITEMS,
    }


def _meanwhile(found: TicketDetail, typed: Mapping[str, str]) -> list[HistoryLine]:
    """What happened since the page was made that this form stood on, the newest first."""
    last = typed.get("last", "")
    since = int(last) if _LINE.fullmatch(last) else found.history[-1].id
    return [line for line in reversed(found.history) if line.id > since]
