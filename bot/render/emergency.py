"""Danger: the telephone numbers first, at any hour; never a promise that somebody comes."""

from datetime import datetime
from typing import Any, Final

from bot.render import bubbles, flex
from bot.render.scene import Scene
from reports.city import profile
from reports.outbox import kinds

NUMBERS: Final = ("police", "road_emergency", "road_line")
"""Keys of the city's phones, in the order of calling; a city may lack one."""


def urgent(scene: Scene, say: kinds.Urgent) -> list[flex.Json]:
    """A card with buttons that call; its plain words hold the numbers too."""
    words = scene.words
    numbers = [
        (words(f"urgent.{key}", city=scene.city_name), scene.phones[key])
        for key in NUMBERS
        if scene.phones.get(key)
    ]
    labels = [words("urgent.call", who=who, phone=phone) for who, phone in numbers]
    calls = [flex.dial(label, phone) for label, (_, phone) in zip(labels, numbers, strict=True)]
    title, said = words("urgent.title"), _said(scene)
    bubble = bubbles.bubble(
        title=words("urgent.head"),
        subtitle=title,
        colour=bubbles.RED,
        sections=[
            [
                bubbles.button(call, colour=bubbles.RED) if call else bubbles.line(label)
                for label, call in zip(labels, calls, strict=True)
            ],
            [bubbles.line(sentence) for sentence in said],
        ],
    )
    return [flex.card("\n".join([title, *labels, *said]), bubble)]


def is_open(facts: dict[str, Any], now: datetime) -> bool:
    """Whether the city's own line is answered now: by its office hours, on business days."""
    return not facts.get("office_hours") or profile.in_hours(facts, now)


def _said(scene: Scene) -> list[str]:
    words, facts = scene.words, dict(scene.city)
    said = [words("urgent.drivers"), words("urgent.no_promise"), words("urgent.goes_on")]
    if is_open(facts, scene.now) or not scene.phones.get("road_line"):
        return said
    hours = facts["office_hours"]
    closed = words(
        "urgent.hours", city=scene.city_name, opens=hours["opens"], closes=hours["closes"]
    )
    return [closed, *said]
