"""The city's own tables that reports are made with: categories, rules, facts about itself."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.models import City
from reports.categories import Category, from_facts
from reports.city_models import CategoryRow, RuleRow
from reports.routing import Rule


def categories(db: Session) -> dict[str, Category]:
    """By key, in the city's order."""
    rows = db.scalars(select(CategoryRow.facts).order_by(CategoryRow.position))
    return {category.key: category for category in map(from_facts, rows)}


def rules(db: Session) -> list[Rule]:
    """The routing table in its order."""
    rows = db.scalars(select(RuleRow).order_by(RuleRow.position))
    return [
        Rule(row.id, row.position, row.category, row.owner, row.district, row.department_id)
        for row in rows
    ]


def facts(db: Session) -> dict[str, Any]:
    """city.toml as loaded: name, name_en, centre, phones…; empty before a city is loaded."""
    return db.scalar(select(City.facts)) or {}


def closing_days(facts: dict[str, Any]) -> Collection[date]:
    """The city's own closing days beside the nation's."""
    return [date.fromisoformat(str(day)) for day in facts.get("extra_holidays", ())]
