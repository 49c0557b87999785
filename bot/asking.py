"""Asking a resident: what is there already, one question, and the buttons to answer it."""

from collections.abc import Sequence

from sqlalchemy import and_, or_, select

from bot import flex
from bot.scene import Scene
from geo.areas import areas_at
from geo.points import Point
from reports.models import Photo
from reports.tell import Say


def draw_ask(scene: Scene, ask: Say) -> list[flex.Json]:
    """The one message that names what is there, and asks for the first thing that is missing."""
    photos = _photos_of(scene, ask["photos"])
    lost = [photo for photo in photos if photo.state not in ("waiting", "stored")]
    there = len(photos) - len(lost)
    missing = [name for name in ask["missing"] if name != "photo"]
    if not there and not ask["no_photo"]:
        missing = ["photo", *missing]
    lines = [lost_photo(scene, photo.state) for photo in lost[:1]]
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


def lost_photo(scene: Scene, state: str) -> str:
    """Why a photo is not there, and what to do now."""
    return scene.words("ask.photo_lost", reason=scene.words(f"lost.{state}"))
