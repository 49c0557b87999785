"""Tickets as lists, maps and pages show them: words and marks beside the bare facts."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from geo.nearby import near
from reports.city import clock
from reports.city.categories import Category
from reports.people.sessions import Visitor
from reports.tickets import queries
from reports.tickets.events import PhotoElsewhere, PlaceSaid
from reports.tickets.lock import locked
from reports.tickets.marks import Mark
from reports.tickets.numbers import number_in
from reports.tickets.read_models import HistoryLine, TicketDetail, TicketSummary
from web.kit import labels
from web.kit.errors import NotFound
from web.kit.pages import local_moment


def shown(
    line: TicketSummary,
    categories: Mapping[str, Category],
    day: date | None = None,
    closed: Collection[date] = (),
) -> dict[str, Any]:
    """One ticket with its Japanese: for templates, and as GeoJSON properties.

    `closed`: the city's own closing days. What is `long_overdue` is `overdue` too.
    """
    day = day or clock.today()
    label = labels.STATUSES[line.status]
    category = categories.get(line.category)
    state = labels.deadline_state(line, day)
    return {
        "number": line.number,
        "category": category.name("ja") if category else line.category,
        "status": str(line.status),
        "status_text": label.text,
        "icon": label.icon,
        "tone": label.tone,
        "place": near(line.place_name),
        "department": line.department.name if line.department else labels.NOBODY,
        "nobody": line.department is None,
        "to_and_fro": line.why.get("reason") == "to_and_fro",
        "urgent": line.urgent,
        "due": state is Mark.DUE,
        "overdue": state in (Mark.OVERDUE, Mark.LONG_OVERDUE),
        "long_overdue": state is Mark.LONG_OVERDUE,
        "paused": state is Mark.PAUSED,
        "deadline": labels.deadline_words(line, day, closed),
        "received": local_moment(line.received_at),
        "photo": line.photo_id,
        "followers": line.followers,
        "lon": line.lon,
        "lat": line.lat,
    }


def feature(properties: Mapping[str, Any]) -> dict[str, Any]:
    """A GeoJSON point (RFC 7946: lon, lat, WGS 84) of what `shown` gave."""
    rest = {name: value for name, value in properties.items() if name not in ("lon", "lat")}
    place = [round(properties["lon"], 6), round(properties["lat"], 6)]
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": place},
        "properties": rest,
    }


def elsewhere(history: Iterable[HistoryLine], shown: Iterable[int]) -> dict[int, str]:
    """By photo: how far from the place that was sent it was taken. `shown`: photos still there."""
    told, there = [line.event for line in history], set(shown)
    for one in told:
        if isinstance(one, PlaceSaid) and one.chosen == "photo" and one.photo_id:
            there.discard(one.photo_id)
    far = [one for one in told if isinstance(one, PhotoElsewhere)]
    return {one.photo_id: labels.distance(one.metres) for one in far if one.photo_id in there}


def ticket_for(db: Session, visitor: Visitor, number: str) -> TicketDetail:
    """The ticket of this number, if this visitor may see it. Raises NotFound."""
    known = number_in(number)
    found = queries.ticket(db, number=known) if known else None
    if found is None or not visitor.may_see(department_key(found.ticket) or None):
        raise NotFound("この番号の受付票はありません。番号をお確かめください。")
    return found


def point_words(ticket: TicketSummary) -> str:
    """Its place as people write it, latitude first: 35.701500, 139.524600."""
    return f"{ticket.lat:.6f}, {ticket.lon:.6f}"


def held(db: Session, visitor: Visitor, number: str) -> TicketSummary:
    """The ticket as it is once nobody else is changing it. Raises NotFound."""
    locked(db, ticket_for(db, visitor, number).ticket.id)
    return ticket_for(db, visitor, number).ticket


def department_key(ticket: TicketSummary) -> str:
    """Whose it is; "" for 担当課未定."""
    return ticket.department.key if ticket.department else ""
