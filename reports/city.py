"""The city's own tables that reports are made with: categories, rules, facts about itself."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.models import City
from reports.categories import Category, from_facts
from reports.city_models import CategoryRow, Department, RuleTable
from reports.routing import Rule


@dataclass(frozen=True, slots=True)
class Rules:
    """One version of the routing table, in its order; no version before there was any."""

    version: int | None
    lines: Sequence[Rule] = ()


def categories(db: Session) -> dict[str, Category]:
    """By key, in the city's order."""
    rows = db.scalars(select(CategoryRow.facts).order_by(CategoryRow.position))
    return {category.key: category for category in map(from_facts, rows)}


def rules(db: Session) -> Rules:
    """The routing table in use."""
    row = db.execute(select(RuleTable.id, RuleTable.rules).where(RuleTable.state == "live")).first()
    return Rules(row.id, [Rule.from_facts(facts) for facts in row.rules]) if row else Rules(None)


def department_id(db: Session, key: str | None) -> int | None:
    """The id of this department; None where there is none of this key."""
    return db.scalar(select(Department.id).where(Department.key == key)) if key else None


def facts(db: Session) -> dict[str, Any]:
    """city.toml as loaded: name, name_en, centre, phones…; empty before a city is loaded."""
    return db.scalar(select(City.facts)) or {}


def closing_days(facts: Mapping[str, Any]) -> Collection[date]:
    """The city's own closing days beside the nation's."""
    return [date.fromisoformat(str(day)) for day in facts.get("extra_holidays", ())]
