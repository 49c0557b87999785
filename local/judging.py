"""Whether one resident's report came out right: the ticket, its place, its photos, its answers."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
import psycopg
from PIL import Image

from local.residents import Played, unanswered_or_twice
from local.sample_map import Expected, categories, expected
from local.stack import Stack

NUMBER: Final = re.compile(r"\d{3}-\d{3}-\d{3}")
OWNERS: Final = {"national": "国", "prefecture": "都", "city": "市", "other": "その他"}
CLOSE_ENOUGH_DEGREES: Final = 2e-6


@dataclass
class Verdict:
    """One row of the table, and what is wrong with it (nothing, one hopes)."""

    name: str
    row: dict[str, Any] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def judge(played: Played, stack: Stack, database: psycopg.Connection[dict[str, Any]]) -> Verdict:
    """Compare what the resident did with what Michi and the LINE platform hold."""
    verdict = Verdict(played.story.name)
    verdict.wrong += [played.trouble] if played.trouble else []
    verdict.wrong += unanswered_or_twice(played)
    tickets = database.execute(_TICKETS, {"user": played.user_id}).fetchall()
    if played.story.outside:
        verdict.wrong += _outside(played, tickets)
        verdict.row = {"place": f"({played.story.outside})", "category": "—"}
        return verdict
    if len(tickets) != 1:
        verdict.wrong.append(f"{len(tickets)} tickets instead of one")
        return verdict
    ticket = tickets[0]
    right = expected(played.story.spot, played.story.owner, played.story.category)
    verdict.row = _row(played, ticket)
    verdict.wrong += [*_facts(played, ticket, right), *_photos(played, ticket, stack)]
    return verdict


def _outside(played: Played, tickets: list[dict[str, Any]]) -> Iterator[str]:
    said = " ".join(e["message"].get("text", "") for e in played.timeline if e["from"] == "bot")
    if tickets:
        yield "a ticket for a place outside the city"
    if str(played.story.outside) not in said:
        yield f"{played.story.outside} was not named"


def _facts(played: Played, ticket: dict[str, Any], right: Expected) -> Iterator[str]:
    story = played.story
    if (
        abs(ticket["lon"] - story.spot[0]) > CLOSE_ENOUGH_DEGREES
        or abs(ticket["lat"] - story.spot[1]) > CLOSE_ENOUGH_DEGREES
    ):
        yield f"stands at {ticket['lon']}, {ticket['lat']} instead of {story.spot}"
    wanted = {
        "category": story.category,
        "owner": right.owner,
        "place_name": right.town,
        "district": right.district,
        "department": right.department,
        "place_source": "exif" if played.used_photo_place else "line",
    }
    for name, value in wanted.items():
        if ticket[name] != value:
            yield f"{name} is {ticket[name]} instead of {value}"
    if ticket["deadline"] is None:
        yield "has no deadline"
    if ticket["number"] not in _numbers_said(played):
        yield "the resident never read its number"


def _photos(played: Played, ticket: dict[str, Any], stack: Stack) -> Iterator[str]:
    story = played.story
    wanted = 0 if story.lost else len(story.pictures)
    if ticket["thumbnails"] != wanted:
        yield f"{ticket['thumbnails']} photos with thumbnails instead of {wanted}"
    heroes = [hero for hero in _heroes(played) if not story.lost]
    for url in heroes:
        answer = httpx.get(url)
        if answer.status_code != 200:
            yield f"the card's picture answers {answer.status_code}"
            continue
        yield from _picture(Image.open(io.BytesIO(answer.content)))


def _picture(image: Image.Image) -> Iterator[str]:
    if image.getexif():
        yield "the card's picture carries EXIF"
    if max(image.size) > 1280:
        yield f"the card's picture is {image.size}"
    red, _, blue = image.convert("RGB").resize((4, 8)).getpixel((1, 0))  # type: ignore[misc]
    if blue < red + 40:
        yield "the card's picture does not stand upright"


def _row(played: Played, ticket: dict[str, Any]) -> dict[str, Any]:
    return {
        "ticket": ticket["number"],
        "place": f"{ticket['place_name']}付近",
        "category": categories()[ticket["category"]]["ja"],
        "owner": OWNERS.get(ticket["owner"], "—"),
        "department": ticket["department"] or "担当課未定",
        "deadline": str(ticket["deadline"] or "—"),
        "status": ticket["status"],
        "thumbnails": ticket["thumbnails"],
        "seconds": _seconds(played),
        "lon": ticket["lon"],
        "lat": ticket["lat"],
        "actions": len(played.actions),
    }


def _seconds(played: Played) -> float | None:
    """From the resident's last action to the card, by the platform's clock."""
    done = [e["at"] for e in played.timeline if e["from"] == "person"]
    cards = [e["at"] for e in played.timeline if e["from"] == "bot" and NUMBER.search(_words(e))]
    return round((cards[0] - done[-1]) / 1000, 2) if done and cards else None


def _numbers_said(played: Played) -> set[str]:
    said = " ".join(_words(entry) for entry in played.timeline if entry["from"] == "bot")
    return set(NUMBER.findall(said))


def _heroes(played: Played) -> list[str]:
    cards = [e["message"]["contents"] for e in played.timeline if e["message"]["type"] == "flex"]
    return [card["hero"]["url"] for card in cards if "hero" in card]


def _words(entry: dict[str, Any]) -> str:
    return str(entry["message"].get("altText") or entry["message"].get("text") or "")


_TICKETS: Final = """
    SELECT t.number, t.category, t.status, t.owner, t.district, t.place_name, t.deadline,
           d.name AS department, r.place_source, ST_X(t.place) AS lon, ST_Y(t.place) AS lat,
           (SELECT count(*) FROM photos p WHERE p.report_id = r.id AND p.state = 'stored'
            AND p.original IS NOT NULL AND p.large IS NOT NULL AND p.small IS NOT NULL)
               AS thumbnails
    FROM residents u JOIN reports r ON r.resident_id = u.id JOIN tickets t ON t.id = r.ticket_id
    LEFT JOIN departments d ON d.id = t.department_id
    WHERE u.line_user_id = %(user)s ORDER BY t.id
"""
