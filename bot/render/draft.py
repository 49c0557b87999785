"""Asking for a report: what is there already, one question, and the buttons to answer it."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import and_, func, or_, select

from bot.render import flex
from bot.render.scene import Scene
from bot.render.which_kind import other_kinds, which_kind
from bot.wording import briefly
from geo.areas import areas_at
from geo.points import Point
from reports.outbox import kinds
from reports.outbox.say import Names
from reports.photos import intake
from reports.tickets.models import Photo

_Offer = tuple[int, str, str]
"""A photo that knows its place, and the two names of the town there."""


def ask(scene: Scene, ask: kinds.Ask) -> list[flex.Json]:
    """The one message that names what is there, and asks for the first thing that is missing."""
    sent = photos_of(scene, ask.photos)
    lost = lost_photos(scene, sent)
    there = count_there(sent)
    missing = [name for name in ask.missing if name != "photo"]
    if not there and not ask.no_photo:
        missing = ["photo", *missing]
    offer = _photo_place(scene, sent) if "place" in missing else None
    first = "category" if ask.after else next(iter(missing), "photo")
    have = [*_left(scene, ask), *lost, *_have(scene, ask, there)]
    offered = _said_of_place(scene, ask, first, offer)
    wanted = offered if offered and first == "place" else [*offered, scene.words(f"ask.{first}")]
    words = "\n".join([*have, "", *wanted] if have else wanted)
    ways = [*_left_buttons(scene, ask), *_ways(scene, first, ask, offer), cancel(scene, ask.draft)]
    question = _which_kind(scene, words, ask) if first == "category" else flex.text(words)
    return [flex.with_quick_replies(question, ways)]


def photos_full(scene: Scene, say: kinds.PhotosFull) -> list[flex.Json]:
    """There were more photos than a report takes: how many it takes, how many were left out."""
    image_set, resident = say.image_set, scene.resident_id
    left_out = intake.left_out(scene.db, resident, image_set) if image_set and resident else 1
    return [flex.text(scene.words("photos_full", most=say.most, count=max(left_out, 1)))]


def photos_of(scene: Scene, ids: Sequence[int]) -> list[Photo]:
    """These photos and those sent in one set with them, without what was taken back."""
    sets = select(Photo.image_set).where(Photo.id.in_(ids), Photo.image_set.is_not(None))
    same = and_(Photo.resident_id == scene.resident_id, Photo.image_set.in_(sets))
    wanted = select(Photo).where(or_(Photo.id.in_(ids), same), Photo.state != "removed")
    return list(scene.db.scalars(wanted.order_by(*Photo.in_order())))


def count_there(photos: Sequence[Photo]) -> int:
    """How many are there, or on their way."""
    return sum(photo.state in _THERE for photo in photos)


def lost_photos(scene: Scene, photos: Sequence[Photo]) -> list[str]:
    """Why one of them is not there and what to do now, if any is not."""
    lost = [photo.state for photo in photos if photo.state not in _THERE][:1]
    reasons = [scene.words(f"lost.{state}") for state in lost]
    return [scene.words("ask.photo_lost", reason=reason) for reason in reasons]


def ways_to_send_photos(scene: Scene) -> list[flex.Json]:
    """Quick replies that open the camera and the album."""
    words = scene.words
    return [
        flex.device("camera", words("button.camera")),
        flex.device("cameraRoll", words("button.album")),
    ]


def way_to_send_a_place(scene: Scene) -> flex.Json:
    """The quick reply that opens the map."""
    return flex.device("location", scene.words("button.place"))


def cancel(scene: Scene, draft: str) -> flex.Json:
    """The quick reply that drops the draft."""
    return flex.postback(scene.words("button.cancel"), "cancel", draft=draft)


_THERE: Final = ("waiting", "stored")


def _left(scene: Scene, ask: kinds.Ask) -> list[str]:
    """A report that was begun earlier: what it has, and how long ago that was."""
    left = ask.left
    if not left:
        return []
    words = scene.words
    have = [words("ask.left_photos", count=left["photos"])] if left["photos"] else []
    have.append(scene.place_name(left["place"]))
    have += [scene.category_name(left["category"])] if left["category"] else []
    said = words("between").join(filter(None, have)) or words("ask.left_words")
    return [words("ask.left", have=said, ago=_ago(scene, left["minutes"]))]


def _ago(scene: Scene, minutes: int) -> str:
    if minutes < 60:
        return scene.words("ago.minutes", count=minutes)
    return scene.words("ago.hours", count=minutes // 60)


def _left_buttons(scene: Scene, ask: kinds.Ask) -> list[flex.Json]:
    if not ask.left:
        return []
    return [
        flex.postback(scene.words("button.resume"), "resume", draft=ask.draft),
        flex.postback(scene.words("button.fresh"), "fresh", draft=ask.draft),
    ]


def _have(scene: Scene, ask: kinds.Ask, photos: int) -> list[str]:
    words, place = scene.words, ask.place
    there = []
    if photos:
        there.append(words("ask.have_photos", count=photos))
    elif ask.no_photo:
        there.append(words("ask.have_no_photo"))
    if place:
        town = words.pick(place["ja"], place["en"])
        there.append(
            words("ask.have_place", town=town) if town else words("ask.have_place_unnamed")
        )
    if ask.category and ask.category in scene.categories:
        leads_on = ask.inferred and not ask.after
        key = "ask.have_category_inferred" if leads_on else "ask.have_category"
        there.append(words(key, category=scene.category_name(ask.category)))
    if ask.words:
        there.append(words("ask.have_words"))
    return there


def _offered(scene: Scene, ask: kinds.Ask, offer: _Offer | None) -> list[str]:
    """Places that need one tap only: where the photo was taken, and what was written or named."""
    words, lines = scene.words, []
    if offer:
        lines.append(words("ask.photo_place_offer", town=words.pick(offer[1], offer[2])))
    if ask.typed and not ask.written:
        lines.append(words("ask.typed_place", town=_typed_town(scene, ask.typed)))
    return [*lines, *_asked_back(scene, ask)]


def _said_of_place(scene: Scene, ask: kinds.Ask, first: str, offer: _Offer | None) -> list[str]:
    """Only with the buttons that it names."""
    if first == "category":
        return []
    return _offered(scene, ask, offer) if first == "place" else _asked_back(scene, ask)


def _asked_back(scene: Scene, ask: kinds.Ask) -> list[str]:
    """What lies at the point that was written."""
    if not (ask.typed and ask.written):
        return []
    town = scene.words.pick(ask.typed["ja"], ask.typed["en"]) or scene.words("which_place.unnamed")
    return [scene.words("ask.written_place", town=town)]


def _typed_town(scene: Scene, typed: Names) -> str:
    return briefly(scene.words.pick(typed["ja"], typed["en"]))


def _which_kind(scene: Scene, words: str, ask: kinds.Ask) -> flex.Json:
    guessed = ask.category if ask.inferred else None
    return which_kind(scene, words, "category", guessed=guessed, after=ask.after, draft=ask.draft)


def _ways(scene: Scene, first: str, ask: kinds.Ask, offer: _Offer | None) -> list[flex.Json]:
    """What answers the question besides words; the way to other kinds where one was guessed."""
    if first == "category":
        return []
    typed = _typed_place(scene, ask) if "place" in ask.missing else []
    others = [other_kinds(scene, "category", draft=ask.draft)] if ask.inferred else []
    if first == "place":
        own = _photos_place(scene, ask, offer) if offer else []
        return [*own, way_to_send_a_place(scene), *others, *typed]
    no_photo = flex.postback(scene.words("button.no_photo"), "no_photo", draft=ask.draft)
    return [*ways_to_send_photos(scene), *others, no_photo, *typed]


def _photos_place(scene: Scene, ask: kinds.Ask, offer: _Offer) -> list[flex.Json]:
    label = scene.words("button.photo_place")
    return [flex.postback(label, "place", draft=ask.draft, photo=str(offer[0]))]


def _typed_place(scene: Scene, ask: kinds.Ask) -> list[flex.Json]:
    typed = ask.typed
    if not typed:
        return []
    named = scene.words("button.typed_place", town=_typed_town(scene, typed))
    label = scene.words("button.written_place") if ask.written else named
    return [flex.postback(label, "typed_place", draft=ask.draft)]


def _photo_place(scene: Scene, photos: Sequence[Photo]) -> _Offer | None:
    """The first photo that knows a place inside the city: its id and the town's two names."""
    placed = select(Photo.id, func.ST_X(Photo.exif_place), func.ST_Y(Photo.exif_place)).where(
        Photo.id.in_([photo.id for photo in photos]), Photo.exif_place.is_not(None)
    )
    for photo_id, lon, lat in scene.db.execute(placed.order_by(*Photo.in_order())):
        where = areas_at(scene.db, Point(lon, lat))
        if not where.outside:
            return photo_id, where.town, where.town_en
    return None
