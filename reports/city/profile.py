"""What the city says of itself, its kinds of problems and its templates in its order."""

import json
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from geo.models import City
from reports.city.calendar import OfficeHours, is_open
from reports.city.categories import Category, category_from
from reports.city.clock import local
from reports.city.materials import Material, material_from
from reports.city.models import CategoryRow, MaterialRow, TemplateRow
from reports.city.templates import Template, template_from


def categories(db: Session) -> dict[str, Category]:
    """By key, in the city's order; those of old tickets too, which the city has retired."""
    facts = select(cast(CategoryRow.facts, Text))
    rows = db.scalars(facts.order_by(CategoryRow.position, CategoryRow.key))
    return {category.key: category for category in map(_category, rows)}


@lru_cache(maxsize=200)
def _category(facts: str) -> Category:
    """From the JSON of its facts; the same one as long as these are the same."""
    return category_from(json.loads(facts))


def offered(db: Session) -> dict[str, Category]:
    """Those that a new report can be of."""
    return {key: each for key, each in categories(db).items() if not each.retired}


def category_names(db: Session) -> dict[str, str]:
    """In Japanese, by key; in the city's order, with those that it has retired."""
    return {key: each.name("ja") for key, each in categories(db).items()}


def templates(db: Session) -> list[Template]:
    """In the city's order."""
    rows = db.scalars(select(TemplateRow.facts).order_by(TemplateRow.position))
    return [*map(template_from, rows)]


def materials(db: Session) -> list[Material]:
    """What crews use, in the city's order."""
    rows = db.scalars(select(MaterialRow.facts).order_by(MaterialRow.position))
    return [*map(material_from, rows)]


def profile(db: Session) -> dict[str, Any]:
    """city.toml as `reports.city.entries.CityFile` lets it in; empty before a city is loaded."""
    return db.scalar(select(City.facts)) or {}


def shows_released(facts: Mapping[str, Any]) -> bool:
    """Whether residents see, of places that others have reported, the photos that staff released;
    otherwise they see none."""
    return facts.get("strangers_photos") != "none"


def closing_days(facts: Mapping[str, Any]) -> Collection[date]:
    """The city's own closing days beside the nation's."""
    return [date.fromisoformat(str(day)) for day in facts.get("extra_holidays", ())]


def in_hours(city_facts: Mapping[str, Any]) -> Callable[[datetime], bool]:
    """Tells of any moment whether the city hall was open: its hours on business days. Pure."""
    hours, closed = OfficeHours.of(city_facts), frozenset(closing_days(city_facts))
    return lambda moment: is_open(local(moment), hours, closed)


def was_in_hours(db: Session, moment: datetime) -> bool:
    """Whether the city hall was open."""
    return in_hours(profile(db))(moment)
