"""Who is spoken to, in which words, where and when, and the tickets that they may see."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.render.ticket_view import Sight
from bot.wording import FIRST_LANGUAGE, Wording, wording
from reports.city import clock, profile
from reports.city.categories import Category
from reports.city.templates import Fill, filled_lines, lines_in, one_of, placeholders_in
from reports.people.models import Resident
from reports.photos.links import Size, photo_link, public_link, ticket_link, until
from reports.published import reading
from reports.tickets import queries, residents_view
from reports.tickets.read_models import PhotoSummary, TicketSeen, TicketSummary
from reports.tickets.wanted import TicketFilter


@dataclass(frozen=True)
class Scene:
    """Who is spoken to, in which words, in which city; `now` is the time on the city's clocks.

    `recipient`: their LINE user id, or a group's. `language` is their own, of which Michi may have
    no words.
    """

    db: Session
    recipient: str
    resident_id: int | None
    language: str
    words: Wording
    city: Mapping[str, Any]
    categories: Mapping[str, Category]
    now: datetime

    @cached_property
    def templates(self) -> Mapping[str, str]:
        """What staff say often, by the Japanese line: in their own language, or in these words'."""
        spoken = self.words.language
        if spoken == FIRST_LANGUAGE:
            return {}
        return lines_in([self.language, spoken], profile.templates(self.db))

    @cached_property
    def departments(self) -> Mapping[str, str]:
        """Their names in these words, by the Japanese ones."""
        known = queries.departments(self.db)
        return {one.name: self.words.pick(one.name, one.name_en) for one in known}

    @property
    def city_name(self) -> str:
        return self.words.pick(str(self.city.get("name", "")), str(self.city.get("name_en", "")))

    @property
    def phones(self) -> Mapping[str, str]:
        return dict(self.city.get("phones", {}))

    def photo_link(self, photo_id: int, size: Size) -> str:
        """Its address, which ends when the city wants it to."""
        return photo_link(photo_id, size, until(self.city, self.now))

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
        recipient,
        known.id if known else None,
        language or spoken or FIRST_LANGUAGE,
        wording(language or spoken),
        profile.profile(db),
        profile.categories(db),
        clock.now(),
    )


def look_at(scene: Scene, *, id: int | None = None, number: str | None = None) -> Sight | None:
    """The ticket as this resident sees it, if there is one."""
    if id is None and number is None:
        return None
    wanted = TicketFilter(statuses=None, id=id, number=number)
    seen = look_at_all(scene, queries.tickets(scene.db, wanted, limit=1))
    return seen[0] if seen else None


def look_at_those(scene: Scene, ids: Sequence[int]) -> list[Sight]:
    """These tickets in this order, as this resident sees them."""
    return look_at_all(scene, _in_order(scene, ids))


def look_at_all(scene: Scene, lines: Sequence[TicketSummary]) -> list[Sight]:
    """Tickets as this resident sees them: with their own photo and the crew's, nobody else's."""
    public = reading.public_among(scene.db, [line.number for line in lines])
    return [
        _sight(
            scene,
            page,
            next((photo.id for photo in _shown(page, "report") if _is_theirs(photo, scene)), None),
            *[photo.id for photo in _shown(page, "repair")][-1:],
            is_public=page.ticket.number in public,
        )
        for page in residents_view.seen_by(scene.db, scene.resident_id, lines)
    ]


def look_at_neighbours(scene: Scene, ids: Sequence[int]) -> list[Sight]:
    """Tickets as somebody sees them who is about to report the same: with their own photo, or a
    neighbour's that was released, where the city shows those.

    Why that is right here and nowhere else: docs/decisions/0047.
    """
    return [
        _sight(scene, page, None, picture=_neighbours_picture(scene, page))
        for page in residents_view.seen_by(scene.db, scene.resident_id, _in_order(scene, ids))
    ]


def _neighbours_picture(scene: Scene, page: TicketSeen) -> str | None:
    """Its address."""
    there = [photo for photo in _shown(page, "report") if not photo.withdrawn]
    for photo in there:
        if _is_theirs(photo, scene):
            return scene.photo_link(photo.id, "large")
    if not profile.shows_released(scene.city):
        return None
    released = ((photo.id, photo.public) for photo in there if photo.public is not None)
    return next((public_link(id, "large", redaction) for id, redaction in released), None)


def _in_order(scene: Scene, ids: Sequence[int]) -> list[TicketSummary]:
    wanted = TicketFilter(statuses=None, ids=[*ids])
    found = queries.tickets(scene.db, wanted, limit=len(ids))
    return sorted(found, key=lambda line: ids.index(line.id))


def _sight(
    scene: Scene,
    page: TicketSeen,
    before: int | None,
    after: int | None = None,
    *,
    picture: str | None = None,
    is_public: bool = False,
) -> Sight:
    size: Size = "small" if before and after else "large"
    number, language = page.ticket.number, scene.words.language
    return Sight(
        page=page,
        words=scene.words,
        city_name=scene.city_name,
        now=scene.now,
        category=scene.category_name(page.ticket.category),
        before=scene.photo_link(before, size) if before else picture,
        after=scene.photo_link(after, size) if after else None,
        public=ticket_link(number, language) if is_public else None,
        templates=_lines(scene, page),
    )


def _lines(scene: Scene, page: TicketSeen) -> Mapping[str, str]:
    """Of the templates that staff may have used of this ticket, as of `Sight`."""
    notes = [line.note for line in page.history if line.note]
    lines = scene.templates if notes else {}
    if not any(map(placeholders_in, lines)):
        return lines
    ticket, words = page.ticket, scene.words
    place = words.pick(ticket.place_name, ticket.place_name_en)
    fills = {
        "number": one_of({ticket.number: ticket.number}),
        "place": one_of({ticket.place_name: place}),
        "category": one_of(
            {one.name("ja"): one.name(scene.language) for one in scene.categories.values()}
        ),
        "department": one_of(scene.departments),
        "deadline": Fill(_DAY, lambda said: _day_in(words, said)),
    }
    return {**lines, **filled_lines(notes, lines, fills)}


_DAY: Final = r"(?:1[0-2]|[1-9])月[0-9]{1,2}日\(.\)"
"""As `day_words` says it."""


def _day_in(words: Wording, said: str) -> str:
    month, day = re.findall(r"[0-9]+", said)
    return words("card.day", month=words(f"months.{int(month)}"), day=int(day))


def _shown(page: TicketSeen, of: str) -> Iterable[PhotoSummary]:
    return (photo for photo in page.photos if photo.state == "stored" and photo.of == of)


def _is_theirs(photo: PhotoSummary, scene: Scene) -> bool:
    return photo.resident_id is not None and photo.resident_id == scene.resident_id
