"""What is to be said becomes LINE messages, in the resident's language, at the moment of sending.

Drawn late on purpose: a card that waited for its routing shows the department, and an answer that
waited for its photo offers the photo's place.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from bot import flex
from bot.cards import ticket_card
from bot.wording import Wording, wording
from geo.areas import areas_at
from geo.points import Point
from reports import city, finding
from reports.categories import Category
from reports.facts import PhotoFacts, TicketPage
from reports.links import photo_link
from reports.models import Photo, Resident
from reports.tell import Say
from settings import settings

MOST_STATUS_CARDS: Final = 10


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


def draw(db: Session, recipient: str, say: Sequence[Say]) -> list[flex.Json]:
    """One to five LINE messages for this recipient (a LINE user, group or room id)."""
    known = db.execute(
        select(Resident.id, Resident.language).where(Resident.line_user_id == recipient)
    ).one_or_none()
    scene = Scene(
        db,
        known.id if known else None,
        wording(known.language if known else None),
        city.facts(db),
        city.categories(db),
    )
    drawn = [message for thing in say for message in _KINDS[thing["say"]](scene, thing)]
    return drawn[: flex.MOST_MESSAGES]


def _ask(scene: Scene, ask: Say) -> list[flex.Json]:
    photos = _photos_of(scene, ask["photos"])
    lost = [photo for photo in photos if photo.state not in ("waiting", "stored")]
    there = len(photos) - len(lost)
    missing = [name for name in ask["missing"] if name != "photo"]
    if not there and not ask["no_photo"]:
        missing = ["photo", *missing]
    lines = [_lost(scene, photo.state) for photo in lost[:1]]
    lines += _have(scene, ask, there)
    offer = _photo_place(scene, photos) if "place" in missing else None
    if offer:
        town = scene.words.pick(offer[1], offer[2])
        lines.append(scene.words("ask.photo_place_offer", town=town))
    first = next(iter(missing), "photo")
    lines.append(scene.words(f"ask.{first}"))
    buttons = [*_choices(scene, first, ask["draft"], offer), _cancel(scene, ask["draft"])]
    return [flex.with_quick_replies(flex.text("\n".join(lines)), buttons)]


def _have(scene: Scene, ask: Say, photos: int) -> list[str]:
    words, place = scene.words, ask["place"]
    there = []
    if photos:
        there.append(words("ask.have_photos", count=photos))
    elif ask["no_photo"]:
        there.append(words("ask.have_no_photo"))
    if place:
        town = words.pick(place["ja"], place["en"])
        there.append(
            words("ask.have_place", town=town) if town else words("ask.have_place_unnamed")
        )
    if ask["category"] in scene.categories:
        name = scene.categories[ask["category"]].name(words.language)
        there.append(words("ask.have_category", category=name))
    if ask["words"]:
        there.append(words("ask.have_words"))
    return there


def _choices(
    scene: Scene, first: str, draft: str, offer: tuple[int, str, str] | None
) -> list[flex.Json]:
    words = scene.words
    if first == "category":
        return [
            flex.postback(
                f"{category.icon} {category.name(words.language)}",
                "category",
                shown=category.name(words.language),
                draft=draft,
                category=category.key,
            )
            for category in list(scene.categories.values())[: flex.MOST_QUICK_REPLIES - 1]
        ]
    if first == "place":
        own = (
            [flex.postback(words("button.photo_place"), "place", draft=draft, photo=str(offer[0]))]
            if offer
            else []
        )
        return [*own, flex.device("location", words("button.place"))]
    return [
        flex.device("camera", words("button.camera")),
        flex.device("cameraRoll", words("button.album")),
        flex.postback(words("button.no_photo"), "no_photo", draft=draft),
    ]


def _cancel(scene: Scene, draft: str) -> flex.Json:
    return flex.postback(scene.words("button.cancel"), "cancel", draft=draft)


def _photos_of(scene: Scene, ids: Sequence[int]) -> list[Photo]:
    """These photos and those sent in one set with them, without what was taken back."""
    sets = select(Photo.image_set).where(Photo.id.in_(ids), Photo.image_set.is_not(None))
    same = and_(Photo.resident_id == scene.resident_id, Photo.image_set.in_(sets))
    wanted = select(Photo).where(or_(Photo.id.in_(ids), same), Photo.state != "removed")
    return list(scene.db.scalars(wanted.order_by(Photo.id)))


def _photo_place(scene: Scene, photos: Sequence[Photo]) -> tuple[int, str, str] | None:
    """The first photo that knows a place inside the city: its id and the town's two names."""
    placed = select(Photo.id, Photo.exif_place.ST_X(), Photo.exif_place.ST_Y()).where(
        Photo.id.in_([photo.id for photo in photos]), Photo.exif_place.is_not(None)
    )
    for photo_id, lon, lat in scene.db.execute(placed.order_by(Photo.id)):
        where = areas_at(scene.db, Point(lon, lat))
        if where.inside:
            return photo_id, where.town, where.town_en
    return None


def _lost(scene: Scene, state: str) -> str:
    return scene.words("ask.photo_lost", reason=scene.words(f"lost.{state}"))


def _photo_lost(scene: Scene, say: Say) -> list[flex.Json]:
    reason = scene.words(f"lost.{say['state']}")
    page = finding.ticket(scene.db, id=say["ticket_id"]) if say.get("ticket_id") else None
    if page is None:
        return [flex.text(scene.words("lost.after_no_ticket", reason=reason))]
    return [flex.text(scene.words("lost.after", number=page.ticket.number, reason=reason))]


def _text(scene: Scene, say: Say) -> list[flex.Json]:
    return [flex.text(scene.words(say["key"], **say.get("values", {})))]


def _help(scene: Scene, say: Say) -> list[flex.Json]:
    return [_with_start(scene, flex.text(scene.words(say["key"])))]


def _hello(scene: Scene, say: Say) -> list[flex.Json]:
    words = scene.words("hello", city=scene.city_name, police=scene.phones.get("police", "110"))
    return [_with_start(scene, flex.text(words))]


def _with_start(scene: Scene, message: flex.Json) -> flex.Json:
    words = scene.words
    return flex.with_quick_replies(
        message,
        [
            flex.device("camera", words("button.camera")),
            flex.device("cameraRoll", words("button.album")),
            flex.device("location", words("button.place")),
            flex.postback(words("button.status"), "status"),
            flex.postback(words("button.help"), "help"),
        ],
    )


def _unusable(scene: Scene, say: Say) -> list[flex.Json]:
    known = ("sticker", "video", "audio", "external", "location")
    kind = say["kind"] if say["kind"] in known else "other"
    return [flex.text(scene.words(f"unusable.{kind}"))]


def _outside(scene: Scene, say: Say) -> list[flex.Json]:
    neighbour = scene.words.pick(say["ja"], say["en"])
    key = "outside" if neighbour else "outside_unknown"
    words = scene.words(key, city=scene.city_name, neighbour=neighbour)
    place = flex.device("location", scene.words("button.place"))
    return [flex.with_quick_replies(flex.text(words), [place])]


def _urgent(scene: Scene, say: Say) -> list[flex.Json]:
    return [flex.text(scene.words("urgent", city=scene.city_name, **scene.phones))]


def _ticket(scene: Scene, say: Say) -> list[flex.Json]:
    page = finding.ticket(scene.db, id=say["ticket_id"])
    return [_card(scene, page, "card.received", with_history=False)] if page else []


def _moved(scene: Scene, say: Say) -> list[flex.Json]:
    page = finding.ticket(scene.db, id=say["ticket_id"])
    if page is None:
        return []
    note = next((line.note for line in page.history if line.id == say["history_id"]), "")
    return [_card(scene, page, "card.moved", with_history=True, note=note)]


def _status(scene: Scene, say: Say) -> list[flex.Json]:
    if number := say.get("number"):
        page = finding.ticket(scene.db, number=number)
        if page is None:
            return [flex.text(scene.words("card.no_such_ticket", number=number))]
        return [_card(scene, page, "card.status", with_history=True)]
    own = (
        finding.latest_of(scene.db, scene.resident_id, MOST_STATUS_CARDS)
        if (scene.resident_id)
        else []
    )
    page = finding.ticket(scene.db, id=own[0].id) if own else None
    if page is None:
        return [_with_start(scene, flex.text(scene.words("card.no_tickets")))]
    card = _card(scene, page, "card.status", with_history=True)
    more = [flex.text(scene.words("card.more", count=len(own) - 1))] if len(own) > 1 else []
    return [card, *more]


def _mine(scene: Scene, say: Say) -> list[flex.Json]:
    own = finding.latest_of(scene.db, scene.resident_id or 0, MOST_STATUS_CARDS)
    pages = [page for line in own if (page := finding.ticket(scene.db, id=line.id))]
    if not pages:
        return [_with_start(scene, flex.text(scene.words("card.no_tickets")))]
    cards = [_card(scene, page, "card.status", with_history=False) for page in pages]
    alt = "\n".join(card["altText"] for card in cards)
    return [flex.card(alt, flex.carousel([card["contents"] for card in cards]))]


def _card(
    scene: Scene, page: TicketPage, title: str, *, with_history: bool, note: str = ""
) -> flex.Json:
    return ticket_card(
        page,
        scene.words,
        title=scene.words(title),
        category=scene.categories[page.ticket.category],
        city=scene.city,
        zone=ZoneInfo(settings().tz),
        picture=_picture(scene, page.photos),
        with_history=with_history,
        note=note,
    )


def _picture(scene: Scene, photos: Sequence[PhotoFacts]) -> str | None:
    """This resident's own photo, or the crew's of the repair; never another resident's."""
    shown = [
        photo
        for photo in photos
        if photo.state == "stored"
        and (photo.of == "repair" or (photo.resident_id and photo.resident_id == scene.resident_id))
    ]
    repaired = [photo for photo in shown if photo.of == "repair"]
    chosen = (repaired or shown)[-1:] if repaired else shown[:1]
    return photo_link(chosen[0].id, "large") if chosen else None


_KINDS: Final[Mapping[str, Callable[[Scene, Say], list[flex.Json]]]] = {
    "ask": _ask,
    "text": _text,
    "help": _help,
    "hello": _hello,
    "unusable": _unusable,
    "outside": _outside,
    "urgent": _urgent,
    "ticket": _ticket,
    "status": _status,
    "mine": _mine,
    "moved": _moved,
    "photo_lost": _photo_lost,
}
