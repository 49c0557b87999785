"""Who is spoken to, in which words, in which city: what every drawing needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.wording import Wording, wording
from reports import city
from reports.categories import Category
from reports.models import Resident


@dataclass(frozen=True, slots=True)
class Scene:
    """Who is spoken to, in which words, in which city."""

    db: Session
    resident_id: int | None
    words: Wording
    city: Mapping[str, Any]
    categories: Mapping[str, Category]

    @property
    def city_name(self) -> str:
        return self.words.pick(str(self.city.get("name", "")), str(self.city.get("name_en", "")))

    @property
    def phones(self) -> Mapping[str, str]:
        return dict(self.city.get("phones", {}))


def scene_of(db: Session, recipient: str) -> Scene:
    """The scene for a LINE user, group or room id; a person's own language, or Japanese."""
    known = db.execute(
        select(Resident.id, Resident.language).where(Resident.line_user_id == recipient)
    ).one_or_none()
    return Scene(
        db,
        known.id if known else None,
        wording(known.language if known else None),
        city.facts(db),
        city.categories(db),
    )
