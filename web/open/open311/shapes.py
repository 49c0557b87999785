"""What the standard's answers are made of, from what is public here. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any, Final, NamedTuple

from geo.kinds import OWNER_NAMES
from reports.city.categories import Category
from reports.published.georeport import STATES, Meaning
from reports.published.shape import PublicEvent, PublicTicket
from reports.tickets.words import STATUSES
from web.open.open311.formats import Row

SPECIFICATION: Final = "http://wiki.open311.org/GeoReport_v2"
FORMATS: Final = ("text/xml", "application/json")
MOST_KEYWORDS: Final = 30


class City(NamedTuple):
    """What an answer tells of the city beside its tickets. `base`: our address without its last /;
    `clocks`: its time zone."""

    name: str
    phone: str
    base: str
    clocks: tzinfo
    categories: Mapping[str, Category]


def discovery(city: City, changed: datetime) -> Row:
    """`changed`: when the city changed its kinds or what it says of itself last."""
    moment = _moment(changed, city)
    phone = f" 電話 {city.phone}" if city.phone else ""
    return {
        "changeset": moment,
        "contact": f"{city.name} 道路の窓口{phone}",
        "key_service": f"{city.name} 道路の窓口に申し込んでください。{phone}".strip(),
        "endpoints": [
            {
                "specification": SPECIFICATION,
                "url": f"{city.base}/open311/v2",
                "changeset": moment,
                "type": "production",
                "formats": list(FORMATS),
            }
        ],
    }


def service(category: Category) -> Row:
    """A kind of the city's. `keywords`: its other names, and words that name it."""
    named = [category.name("en"), *(word for hint in category.hints for word in hint.words)]
    others = (word for word in dict.fromkeys(named) if word != category.name("ja"))
    words = [" ".join(word.replace(",", " ").split()) for word in others]
    return {
        "service_code": category.key,
        "service_name": category.name("ja"),
        "description": f"{category.name('ja')} / {category.name('en')}",
        "metadata": True,
        "type": "realtime",
        "keywords": ", ".join(words[:MOST_KEYWORDS]),
        "group": "道路",
    }


def definition(category: Category) -> Row:
    """What may be told of it beside the place and a description."""
    return {
        "service_code": category.key,
        "attributes": [
            {
                "variable": True,
                "code": code,
                "datatype": datatype,
                "required": False,
                "datatype_description": hint,
                "order": order,
                "description": description,
                "values": [{"key": key, "name": name} for key, name in values.items()],
            }
            for order, (code, datatype, hint, description, values) in enumerate(ATTRIBUTES, 1)
        ],
    }


ATTRIBUTES: Final[Sequence[tuple[str, str, str, str, Mapping[str, str]]]] = (
    (
        "urgent",
        "singlevaluelist",
        "選んでください",
        "いま、けがや事故のおそれがありますか。 / Is anybody in danger just now?",
        {"no": "いいえ / No", "yes": "はい / Yes"},
    ),
    (
        "same",
        "string",
        "受付番号か new",
        "近くの同じ通報の受付番号。別のものなら new。何もなければ、いちばん近いものに加えます。"
        " / The number of a report of the same thing, or new for another one;"
        " without it, the nearest one is taken.",
        {},
    ),
)
"""Code, datatype, its description, the description, and values by key."""


def request(ticket: PublicTicket, city: City) -> Row:
    """One ticket; every field of the standard's is there, null where there is nothing."""
    category, meaning = city.categories.get(ticket.category), meaning_of(ticket)
    photo = ticket.after_photo if meaning.status == "closed" else None
    updated = ticket.closed_at if meaning.status == "closed" else None
    return {
        "service_request_id": ticket.number,
        "status": meaning.status,
        "status_notes": meaning.notes,
        "service_name": category.name("ja") if category else ticket.category,
        "service_code": ticket.category,
        "description": ticket.words,
        "agency_responsible": ticket.department or OWNER_NAMES.get(ticket.owner),
        "service_notice": None,
        "requested_datetime": _moment(ticket.received_at, city),
        "updated_datetime": _moment(updated or ticket.changed_at, city),
        "expected_datetime": None,
        "address": ", ".join(filter(None, (ticket.road, ticket.town, city.name))),
        "address_id": None,
        "zipcode": None,
        "lat": round(ticket.lat, 6),
        "long": round(ticket.lon, 6),
        "media_url": _photo(photo or ticket.before_photo, city),
    }


def extended(ticket: PublicTicket, lines: Iterable[Mapping[str, Any]], city: City) -> Row:
    """The same with `extensions=true`, as Chicago, Boston and San Francisco have them; `lines`: as
    of `reports.published.reading.lines`."""
    photos = {"before": ticket.before_photo, "after": ticket.after_photo}
    return {
        **request(ticket, city),
        "extended_attributes": {
            "state": ticket.state,
            "detailed_status": ticket.status,
            "detailed_status_name": STATUSES.get(ticket.status, ticket.status),  # type: ignore[call-overload]
            "road_owner": ticket.owner or None,
            "made_safe_datetime": ticket.safe_at and _moment(ticket.safe_at, city),
            "fixed_datetime": ticket.fixed_at and _moment(ticket.fixed_at, city),
            "closed_datetime": ticket.closed_at and _moment(ticket.closed_at, city),
            "url": f"{city.base}/open/tickets/{ticket.number}",
            "photos": [
                {"title": title, "media_url": _photo(key, city)}
                for title, key in photos.items()
                if key
            ],
        },
        "notes": [_note(line, city) for line in lines],
    }


def update(event: PublicEvent, city: City) -> Row:
    """What became of a ticket, as FixMyStreet asks for it."""
    meaning = STATES.get(event.state or "", STATES["closed"])
    return {
        "update_id": str(event.seq),
        "service_request_id": event.number,
        "status": meaning.detailed,
        "updated_datetime": _moment(event.at, city),
        "description": meaning.notes,
        "media_url": None,
    }


def goes_on(row: Row, number: str) -> Row:
    """The row of a ticket, told of another one that was put together with it."""
    notes = f"受付番号 {row['service_request_id']} の通報とまとめました。{row['status_notes']}"
    return {**row, "service_request_id": number, "status_notes": notes}


def meaning_of(ticket: PublicTicket) -> Meaning:
    """A state that only a newer version knows is not open any more."""
    return STATES.get(ticket.state, STATES["closed"])


def _note(line: Mapping[str, Any], city: City) -> Row:
    to = line.get("to_status")
    what = str(line["what"])
    moment = datetime.fromisoformat(line["at"])
    return {
        "datetime": _moment(moment, city),
        "description": STATUSES.get(to, to) if to else _NOTES.get(what, what),
        "type": to or what,
    }


_NOTES: Final[Mapping[str, str]] = {
    "filed": "受け付けました",
    "recategorised": "種類を直しました",
    "merged": "ほかの通報とまとめました",
    "parted": "まとめを取り消しました",
}


def _photo(key: str | None, city: City) -> str | None:
    return f"{city.base}/open/photos/{key}.jpg" if key else None


def _moment(moment: datetime, city: City) -> str:
    """W3C's note: to the second, with the city's zone."""
    return moment.astimezone(city.clocks).isoformat(timespec="seconds")
