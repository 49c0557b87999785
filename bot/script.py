"""The dialogue: a draft and what came in give the next draft, what to do and what to say. Pure.

Photo, place and category in any order make a report; each answer asks only for what is missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from bot.wording import Command, command_in, language_in
from geo.areas import Whereabouts
from geo.points import Point
from reports.categories import Category, named_in
from reports.numbers import number_in
from reports.tell import Say

DRAFT_LIVES: Final = timedelta(hours=24)
MOST_PHOTOS: Final = 10
MOST_WORDS: Final = 2_000
WAIT_FOR_PHOTO: Final = timedelta(seconds=2.5)
WAIT_FOR_SET: Final = timedelta(seconds=1.5)
WAIT_FOR_ROUTING: Final = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is, where we know it from ("line" or "exif"), and what people call it."""

    point: Point
    source: str
    accuracy_m: float | None = None
    town: str = ""
    town_en: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A report in the making. `key` goes into its buttons, so that old ones are known as old."""

    key: str
    started_at: datetime
    photos: tuple[int, ...] = ()
    place: Place | None = None
    category: str | None = None
    words: str = ""
    no_photo: bool = False

    @property
    def is_empty(self) -> bool:
        return self == Draft(self.key, self.started_at)

    @property
    def missing(self) -> list[str]:
        """What is still wanted, in the order of asking."""
        wanted = {
            "photo": self.photos or self.no_photo,
            "place": self.place,
            "category": self.category,
        }
        return [name for name, there in wanted.items() if not there]


@dataclass(frozen=True, slots=True)
class PhotoCame:
    """A photo, now known by our id; `in_report` and `answered` tell of others of its set."""

    photo_id: int
    image_set: str | None = None
    in_report: int | None = None
    answered: bool = False


@dataclass(frozen=True, slots=True)
class PlaceCame:
    """A place with its source, looked up on the city's map."""

    point: Point
    source: str
    where: Whereabouts
    accuracy_m: float | None = None


@dataclass(frozen=True, slots=True)
class Button:
    """A button of ours; `draft` is the key of the draft that it was shown for."""

    do: str
    draft: str = ""
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Words:
    """Something typed."""

    words: str


@dataclass(frozen=True, slots=True)
class Unusable:
    """Something that cannot be a report."""

    kind: str


@dataclass(frozen=True, slots=True)
class Hello:
    """Added us as a friend."""


Came = PhotoCame | PlaceCame | Button | Words | Unusable | Hello


@dataclass(frozen=True, slots=True)
class Turn:
    """What follows. `file`: make a report of this draft. `outside`: count a place in that area.

    A draft whose key goes out in a button is kept even while it is empty, or the button would be
    an old one at once. The answer may wait for `wait` for what `waits_for` names: "photo:7",
    "set:…" (which only time lets go) or "ticket:7".
    """

    draft: Draft | None
    say: tuple[Say, ...] = ()
    language: str | None = None
    file: Draft | None = None
    add_to_report: int | None = None
    drop: tuple[int, ...] = ()
    outside: str | None = None
    wait: timedelta = timedelta(0)
    waits_for: str | None = None


def respond(draft: Draft, came: Came, categories: Mapping[str, Category]) -> Turn:
    """One action of a resident, one turn. `draft` is the open one, or a new, empty one."""
    match came:
        case PhotoCame():
            return _photo(draft, came, categories)
        case PlaceCame():
            return _place(draft, came, categories)
        case Button():
            return _button(draft, came, categories)
        case Words(words):
            return _words(draft, words, categories)
        case Unusable(kind):
            return Turn(draft, say=({"say": "unusable", "kind": kind}, _ask(draft)))
        case Hello():
            return Turn(draft, say=({"say": "hello"},))


def _photo(draft: Draft, photo: PhotoCame, categories: Mapping[str, Category]) -> Turn:
    if photo.in_report is not None:
        return Turn(draft, add_to_report=photo.in_report)
    if len(draft.photos) >= MOST_PHOTOS:
        full = {"say": "text", "key": "photos_full", "values": {"most": MOST_PHOTOS}}
        say = () if photo.answered else (full, _ask(draft))
        return Turn(draft, say=say, drop=(photo.photo_id,))
    draft = replace(draft, photos=(*draft.photos, photo.photo_id))
    if photo.answered:
        return Turn(draft)
    turn = _go_on(draft, categories)
    if turn.file:
        return turn
    if photo.image_set:
        return replace(turn, wait=WAIT_FOR_SET, waits_for=f"set:{photo.image_set}")
    return replace(turn, wait=WAIT_FOR_PHOTO, waits_for=f"photo:{photo.photo_id}")


def _place(draft: Draft, came: PlaceCame, categories: Mapping[str, Category]) -> Turn:
    if not came.where.inside:
        names = {"ja": came.where.neighbour, "en": came.where.neighbour_en}
        return Turn(draft, say=({"say": "outside", **names},), outside=came.where.neighbour)
    place = Place(came.point, came.source, came.accuracy_m, came.where.town, came.where.town_en)
    return _go_on(replace(draft, place=place), categories)


def _button(draft: Draft, button: Button, categories: Mapping[str, Category]) -> Turn:
    if button.do in ("status", "mine", "help"):
        return Turn(draft, say=_told[button.do](dict(button.data)))
    if button.draft != draft.key:
        return Turn(draft, say=({"say": "text", "key": "old_button"}, _ask(draft)))
    match button.do:
        case "category" if button.data.get("category") in categories:
            return _go_on(replace(draft, category=button.data["category"]), categories)
        case "no_photo":
            return _go_on(replace(draft, no_photo=True), categories)
        case "cancel":
            return _cancel(draft)
        case _:
            return Turn(draft, say=({"say": "text", "key": "old_button"}, _ask(draft)))


def _words(draft: Draft, words: str, categories: Mapping[str, Category]) -> Turn:
    if number := number_in(words):
        return Turn(draft, say=({"say": "status", "number": number},))
    if language := language_in(words):
        return Turn(draft, say=({"say": "text", "key": "language"},), language=language)
    match command_in(words):
        case Command.CANCEL:
            return _cancel(draft)
        case Command.STATUS:
            return Turn(draft, say=_told["status"]({}))
        case Command.MINE:
            return Turn(draft, say=_told["mine"]({}))
        case Command.HELP:
            return Turn(draft, say=_told["help"]({}))
        case Command.REPORT:
            return Turn(draft, say=(_ask(draft),))
    named = named_in(words, categories.values())
    if draft.is_empty and not named:
        return Turn(draft, say=({"say": "help", "key": "not_understood"},))
    return _go_on(
        replace(
            draft,
            words="\n".join(filter(None, (draft.words, words)))[:MOST_WORDS],
            category=draft.category or (named.key if named else None),
        ),
        categories,
    )


def _go_on(draft: Draft, categories: Mapping[str, Category]) -> Turn:
    if draft.missing:
        return Turn(draft, say=(_ask(draft),))
    urgent = categories[draft.category or ""].urgent
    say: tuple[Say, ...] = ({"say": "urgent"},) if urgent else ()
    return Turn(
        None, say=(*say, {"say": "ticket"}), file=draft, wait=WAIT_FOR_ROUTING, waits_for="ticket"
    )


def _cancel(draft: Draft) -> Turn:
    key = "nothing_to_cancel" if draft.is_empty else "cancelled"
    return Turn(None, say=({"say": "help", "key": key},), drop=draft.photos)


def _ask(draft: Draft) -> Say:
    """Drawn from the draft as it is now: what is there, and the first thing that is missing."""
    place = draft.place
    return {
        "say": "ask",
        "draft": draft.key,
        "photos": list(draft.photos),
        "no_photo": draft.no_photo,
        "place": {"ja": place.town, "en": place.town_en} if place else None,
        "category": draft.category,
        "words": bool(draft.words),
        "missing": draft.missing,
    }


def _status(data: dict[str, str]) -> tuple[Say, ...]:
    return ({"say": "status", "number": data.get("number")},)


_told: Final[dict[str, Any]] = {
    "status": _status,
    "mine": lambda data: ({"say": "mine"},),
    "help": lambda data: ({"say": "help", "key": "how"},),
}
