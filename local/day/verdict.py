"""Whether one resident's report came out right: the ticket, its place, its photos, its answers."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
from PIL import Image

from local.day.residents import Resident
from local.day.sample_map import Expected, categories, expected, is_urgent
from local.day.spoken import pictures_in
from local.day.town import Books, Row

OWNERS: Final = {"national": "国", "prefecture": "都", "city": "市", "other": "その他"}
CLOSE_ENOUGH_DEGREES: Final = 2e-6
MOST_PIXELS: Final = 1024


@dataclass
class Verdict:
    """One row of the table, what is wrong with it (nothing, one hopes), and the whole talk."""

    name: str
    talk: list[str] = field(default_factory=list)
    row: dict[str, Any] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def judge(resident: Resident, books: Books) -> Verdict:
    """Compare what the resident did with what Michi holds and what their phone shows."""
    verdict = Verdict(resident.story.name, [*resident.phone.talk()])
    verdict.wrong += [*resident.phone.trouble_with_answers(), *_told(resident)]
    tickets = books.rows(_TICKETS, user=resident.phone.user_id)
    if resident.story.outside:
        verdict.wrong += _outside(resident, books, tickets)
        verdict.row = {"place": f"({resident.story.outside})", "category": "—"}
        return verdict
    if len(tickets) != 1:
        verdict.wrong.append(f"{len(tickets)} tickets instead of one")
        return verdict
    verdict.row = _row(resident, tickets[0])
    verdict.wrong += [*_facts(resident, tickets[0]), *_report(resident, tickets[0])]
    verdict.wrong += _pictures(resident)
    return verdict


def _told(resident: Resident) -> Iterator[str]:
    """Their own language; unasked only what they should hear; danger first; no lost photo."""
    for said in resident.foreign_words()[:1]:
        yield f"was not told in {resident.story.language}: {said!r}"
    unasked = len(resident.cards("card.moved")) + len(resident.cards("card.question"))
    if unasked != resident.hears_unasked:
        yield f"was told unasked {unasked} times instead of {resident.hears_unasked}"
    if is_urgent(resident.story.category) and not resident.read("urgent.no_promise"):
        yield "was not told whom to call"
    lost = ("ask.photo_lost", "lost.after", "lost.after_no_ticket")
    if not resident.story.lost and any(map(resident.read, lost)):
        yield "was told that a photo is lost"


def _outside(resident: Resident, books: Books, tickets: list[Row]) -> Iterator[str]:
    if tickets:
        yield "a ticket for a place outside the city"
    if str(resident.story.outside) not in "\n".join(resident.phone.read()):
        yield f"{resident.story.outside} was not named"
    if books.rows(_KEPT_PLACE, user=resident.phone.user_id):
        yield "a place outside the city is kept"


def _facts(resident: Resident, ticket: Row) -> Iterator[str]:
    """The ticket stands where its first reporter put it, and is in the right hands."""
    story = resident.story
    first = resident.joined.story if resident.joined else story
    stands_at = resident.stands_at or first.spot
    for place, spot in (("ticket", stands_at), ("report", story.spot)):
        lon, lat = ticket[f"{place}_lon"], ticket[f"{place}_lat"]
        if max(abs(lon - spot[0]), abs(lat - spot[1])) > CLOSE_ENOUGH_DEGREES:
            yield f"the {place} stands at {lon}, {lat} instead of {spot}"
    right = expected(first.inside or first.spot, first.owner, first.category)
    for name, value in _wanted(resident, right).items():
        if ticket[name] != value:
            yield f"{name} is {ticket[name]} instead of {value}"
    if ticket["deadline"] is None:
        yield "has no deadline"
    if ticket["number"] != resident.number:
        yield "the resident read another number, or none"


def _wanted(resident: Resident, right: Expected) -> dict[str, Any]:
    return {
        "category": resident.story.category,
        "owner": right.owner,
        "town": right.town,
        "district": right.district,
        "department": right.department,
        "place_source": _source(resident),
    }


def _source(resident: Resident) -> str:
    if resident.used_photo_place:
        return "exif"
    return "written" if resident.story.writes_place else "line"


def _report(resident: Resident, ticket: Row) -> Iterator[str]:
    if ticket["thumbnails"] != resident.photos:
        yield f"{ticket['thumbnails']} photos with thumbnails instead of {resident.photos}"
    if ticket["words"] != resident.words:
        yield f"the report says {ticket['words']} instead of {resident.words}"
    if "category" not in resident.story.order and not resident.read("ask.have_category_inferred"):
        named = categories()[resident.story.category][resident.story.language]
        if not resident.cards("card.received", resident.say("card.inferred", category=named)):
            yield "was not told that the kind was taken from their words"


def _pictures(resident: Resident) -> Iterator[str]:
    """Every picture on a card can be seen, but for what was taken back."""
    shown = {url for entry in resident.phone.heard() for url in pictures_in(entry["message"])}
    for url in sorted(shown):
        answer = httpx.get(url)
        wanted = 404 if url in resident.gone else 200
        if answer.status_code != wanted:
            yield f"a card's picture answers {answer.status_code} instead of {wanted}"
        elif wanted == 200:
            yield from _picture(Image.open(io.BytesIO(answer.content)))


def _picture(image: Image.Image) -> Iterator[str]:
    if image.getexif():
        yield "a card's picture carries EXIF"
    if max(image.size) > MOST_PIXELS:
        yield f"a card's picture is {image.size}"
    red, _, blue = image.convert("RGB").resize((4, 8)).getpixel((1, 0))  # type: ignore[misc]
    if blue < red + 40:
        yield "a card's picture does not stand upright"


def _row(resident: Resident, ticket: Row) -> dict[str, Any]:
    return {
        "ticket": ticket["number"],
        "place": f"{ticket['place_name']}付近",
        "category": categories()[ticket["category"]]["ja"],
        "owner": OWNERS.get(ticket["owner"], "—"),
        "department": ticket["department"] or "担当課未定",
        "deadline": str(ticket["deadline"] or "—"),
        "status": ticket["status"],
        "language": resident.story.language,
        "thumbnails": ticket["thumbnails"],
        "seconds": _seconds(resident),
        "actions": resident.actions,
        "lon": ticket["ticket_lon"],
        "lat": ticket["ticket_lat"],
    }


def _seconds(resident: Resident) -> float | None:
    """From what the resident did last to the card with the number, by the platform's clock."""
    cards = [*resident.cards("card.received"), *resident.cards("card.joined")]
    done: float = 0
    for entry in resident.phone.timeline:
        if entry["from"] == "person":
            done = entry["at"]
        elif entry["message"] in cards:
            return round((float(entry["at"]) - done) / 1000, 2)
    return None


_TICKETS: Final = """
    SELECT t.number, t.category, t.status, t.owner, t.district, t.place_name, t.deadline,
           split_part(t.place_name, '、', 1) AS town,
           d.name AS department, r.place_source,
           ST_X(t.place) AS ticket_lon, ST_Y(t.place) AS ticket_lat,
           ST_X(r.place) AS report_lon, ST_Y(r.place) AS report_lat,
           (SELECT count(*) FROM photos p WHERE p.report_id = r.id AND p.state = 'stored'
            AND p.original IS NOT NULL AND p.large IS NOT NULL AND p.small IS NOT NULL)
               AS thumbnails,
           ARRAY(SELECT m.words FROM remarks m WHERE m.report_id = r.id ORDER BY m.id) AS words
    FROM residents u JOIN reports r ON r.resident_id = u.id JOIN tickets t ON t.id = r.ticket_id
    LEFT JOIN departments d ON d.id = t.department_id
    WHERE u.line_user_id = %(user)s ORDER BY t.id
"""
_KEPT_PLACE: Final = """
    SELECT id FROM inbox WHERE person = %(user)s AND raw #> '{message,latitude}' IS NOT NULL
"""
