"""Who is spoken to, in which words, in which city, and when: what every drawing needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.wording import Wording, wording
from reports.city import profile
from reports.city.categories import Category
from reports.people.models import Resident
from settings import settings


@dataclass(frozen=True, slots=True)
class Scene:
    """Who is spoken to, in which words, in which city; `now` is the time on the city's clocks."""

    db: Session
    resident_id: int | None
    words: Wording
    city: Mapping[str, Any]
    categories: Mapping[str, Category]
    now: datetime

    @property
    def city_name(self) -> str:
        return self.words.pick(str(self.city.get("name", "")), str(self.city.get("name_en", "")))

    @property
    def phones(self) -> Mapping[str, str]:
        return dict(self.city.get("phones", {}))

    def category_name(self, key: str) -> str:
        """Its name; the bare key of a category that the city has given up."""
        known = self.categories.get(key)
        return known.name(self.words.language) if known else key

    def place_name(self, place: Mapping[str, str] | None) -> str:
        """ "near that town", or nothing without a place and where the map names no town."""
        town = self.words.pick(place["ja"], place["en"]) if place else ""
        return self.words("card.place_value", town=town) if town else ""


def scene_of(db: Session, recipient: str, language: str | None = None) -> Scene:
    """The scene for a LINE user, group or room id; in their own language, or Japanese.

    `language` speaks for somebody of whom nothing is kept any more.
    """
    known = db.execute(
        select(Resident.id, Resident.language).where(Resident.line_user_id == recipient)
    ).one_or_none()
    spoken = known.language if known else None
    return Scene(
        db,
        known.id if known else None,
        wording(language or spoken),
        profile.profile(db),
        profile.categories(db),
        datetime.now(ZoneInfo(settings().tz)),
    )
