"""Tickets as lists, maps and pages show them: words and marks beside the bare facts."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from geo.nearby import near
from reports.city.categories import Category
from reports.tickets.marks import Mark
from reports.tickets.read_models import TicketSummary
from web.kit import labels
from web.kit.pages import now


def today() -> date:
    """The day it is in the city."""
    return now().date()


def shown(
    line: TicketSummary,
    categories: Mapping[str, Category],
    day: date | None = None,
    closed: Collection[date] = (),
) -> dict[str, Any]:
    """One ticket with its Japanese: for templates, and as GeoJSON properties.

    `closed`: the city's own closing days. What is `long_overdue` is `overdue` too.
    """
    day = day or today()
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
        "received": labels.moment(line.received_at.astimezone(now().tzinfo), now()),
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
