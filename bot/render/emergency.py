"""Whom to call: in danger before all else, at any hour; never a promise that somebody comes."""

from collections.abc import Mapping
from datetime import date, datetime
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


def contact(scene: Scene, say: kinds.Contact) -> list[flex.Json]:
    """Whom to call about a road, or about what is no matter of roads, and when."""
    key = "city_hall" if say.about == "other" and scene.phones.get("city_hall") else "road_line"
    return _whom_to_call(scene, key, scene.words(f"contact.{say.about}", city=scene.city_name))


def paused(scene: Scene, say: kinds.Paused) -> list[flex.Json]:
    """Until when nothing is taken from them, and whom to call in spite of it."""
    last = date.fromisoformat(say.until)
    day = scene.words("card.day", month=scene.words(f"months.{last.month}"), day=last.day)
    return _whom_to_call(scene, "road_line", scene.words("paused", city=scene.city_name, day=day))


def _whom_to_call(scene: Scene, key: str, sentence: str) -> list[flex.Json]:
    words, hours = scene.words, scene.city.get("office_hours")
    said = [sentence]
    if hours:
        said.append(words("contact.hours", **_hours(scene, hours)))
    phone = scene.phones.get(key)
    if phone is None:
        return [flex.text("\n".join(said))]
    label = words("urgent.call", who=words(f"contact.{key}", city=scene.city_name), phone=phone)
    call = flex.dial(label, phone)
    shown = bubbles.button(call, colour=bubbles.GREEN) if call else bubbles.line(label)
    return [flex.card("\n".join([*said, label]), bubbles.note("\n".join(said), [shown]))]


def is_open(facts: dict[str, Any], now: datetime) -> bool:
    """Whether the city's own line is answered now: by its office hours, on business days."""
    return not facts.get("office_hours") or profile.in_hours(facts)(now)


def _said(scene: Scene) -> list[str]:
    words, facts = scene.words, dict(scene.city)
    said = [words("urgent.drivers"), words("urgent.no_promise"), words("urgent.goes_on")]
    if is_open(facts, scene.now) or not scene.phones.get("road_line"):
        return said
    hours = _hours(scene, facts["office_hours"])
    return [words("urgent.hours", city=scene.city_name, **hours), *said]


def _hours(scene: Scene, hours: Mapping[str, str]) -> dict[str, str]:
    return {name: scene.words.time(hours[name]) for name in ("opens", "closes")}
