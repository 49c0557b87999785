"""A ticket as a card for a resident: what, where, who, until when, what became of it. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot import flex
from bot.wording import Wording
from reports.categories import Category
from reports.facts import HistoryLine, TicketPage
from reports.lifecycle import OPEN, Status

COLOURS: Final = {
    Status.RECEIVED: "#2f6fb3",
    Status.INSPECTING: "#2f6fb3",
    Status.SCHEDULED: "#6a4fb0",
    Status.IN_PROGRESS: "#a85c00",
    Status.MADE_SAFE: "#7a6a00",
    Status.FIXED: "#1f7a4a",
    Status.MONITORING: "#4d6472",
    Status.FORWARDED: "#4d6472",
    Status.DECLINED: "#6b5b5b",
    Status.MERGED: "#6b5b5b",
    Status.REOPENED: "#b03a5b",
}
MOST_STEPS: Final = 6


def ticket_card(
    page: TicketPage,
    words: Wording,
    *,
    title: str,
    category: Category,
    city: Mapping[str, Any],
    zone: ZoneInfo,
    picture: str | None,
    with_history: bool,
    note: str = "",
) -> flex.Json:
    """One flex message. `title` is the small line above the number; `note` comes from staff."""
    ticket = page.ticket
    status = words(f"status.{ticket.status}")
    name = category.name(words.language)
    bubble = flex.bubble(
        title=title,
        subtitle=ticket.number,
        colour=COLOURS[ticket.status],
        picture=picture,
        rows=[
            (words("card.status"), status),
            (words("card.photos"), _photos(page, words)),
            *_facts(page, words, name),
        ],
        steps=_steps(page.history, words, zone) if with_history else (),
        notes=_notes(page, words, city, note),
        buttons=_buttons(page, words),
    )
    alt = words("card.alt", number=ticket.number, category=name, status=status)
    return flex.card(f"{title} {alt}", bubble)


def _facts(page: TicketPage, words: Wording, category: str) -> list[tuple[str, str]]:
    ticket, department = page.ticket, page.ticket.department
    town = words.pick(ticket.place_name, ticket.place_name_en)
    place = words("card.place_value", town=town) if town else words("card.place_unnamed")
    label = "card.authority" if department and not department.inside else "card.department"
    who = words.pick(department.name, department.name_en) if department else ""
    rows = [
        (words("card.kind"), category),
        (words("card.place"), place),
        (words(label), who or words("card.department_pending")),
    ]
    if ticket.deadline and ticket.status in OPEN and department and department.inside:
        day = ticket.deadline
        rows.append(
            (words("card.deadline"), words("card.deadline_value", month=day.month, day=day.day))
        )
    return rows


def _photos(page: TicketPage, words: Wording) -> str:
    stored = sum(photo.state == "stored" for photo in page.photos if photo.of == "report")
    waiting = any(photo.state == "waiting" for photo in page.photos)
    return words("card.photos_pending") if waiting else words("card.photos_value", count=stored)


def _steps(history: Sequence[HistoryLine], words: Wording, zone: ZoneInfo) -> list[tuple[str, str]]:
    moves = [line for line in history if line.to_status]
    return [
        (_day(line.at, zone), words(f"status.{line.to_status}")) for line in moves[-MOST_STEPS:]
    ]


def _day(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{local.month}/{local.day} {local:%H:%M}"


def _notes(page: TicketPage, words: Wording, city: Mapping[str, Any], note: str) -> list[str]:
    department = page.ticket.department
    notes = [f"{words('card.note')}: {note}"] if note else []
    if department and not department.inside:
        name = words.pick(department.name, department.name_en)
        our_city = words.pick(str(city.get("name", "")), str(city.get("name_en", "")))
        notes.append(
            words("card.authority_note", city=our_city, department=name, phone=department.phone)
        )
    return notes


def _buttons(page: TicketPage, words: Wording) -> list[flex.Json]:
    number = page.ticket.number
    return [flex.postback(words("button.status"), "status", number=number)]
