"""Questions that a complete report may still need: which place, the same hole, which road."""

from collections.abc import Sequence

from bot.render import flex
from bot.render.cards import neighbours_card
from bot.render.draft import cancel
from bot.render.scene import Scene, look_at_neighbours
from bot.render.ticket_view import Sight, place_of
from reports.outbox import kinds
from reports.outbox.say import Road
from reports.tickets.read_models import PhotoElsewhere


def which_place(scene: Scene, say: kinds.WhichPlace) -> list[flex.Json]:
    """The photo's place and the one that was sent lie apart: which is it?"""
    words, draft = scene.words, say.draft
    photo, sent = scene.place_name(say.photo_town), scene.place_name(say.sent_town)
    at_photo = flex.postback(words("button.at_photo"), "place", draft=draft, photo=str(say.photo))
    as_sent = flex.postback(words("button.as_sent"), "keep_place", draft=draft)
    buttons = [at_photo, as_sent, cancel(scene, draft)]
    return [flex.with_quick_replies(_apart(scene, say.metres, say.way, photo, sent), buttons)]


def which_place_after_all(
    scene: Scene, sight: Sight, doubt: PhotoElsewhere, others: Sequence[flex.Json]
) -> flex.Json:
    """The same of a ticket, whose photo came when it was filed; with `others` of its buttons."""
    photo = scene.place_name({"ja": doubt.town, "en": doubt.town_en})
    buttons = [
        flex.postback(scene.words(f"button.{said}"), f"place_{said}", number=sight.number)
        for said in ("at_photo", "as_sent")
    ]
    question = _apart(scene, doubt.metres, doubt.way, photo, place_of(sight))
    return flex.with_quick_replies(question, [*buttons, *others])


def same_hole(scene: Scene, say: kinds.SameHole) -> list[flex.Json]:
    """Up to three open tickets close by: is it one of them?"""
    words, draft = scene.words, say.draft
    metres = {near["id"]: near["metres"] for near in say.tickets}
    seen = look_at_neighbours(scene, [*metres])
    shown = ".".join(str(id) for id in metres)
    differs = flex.postback(words("button.differs"), "differs", draft=draft, tickets=shown)
    question = flex.text(words("same_hole.question"))
    cards = [_neighbours(scene, seen, metres, draft)] if seen else []
    *before, last = [question, *cards]
    return [*before, flex.with_quick_replies(last, [differs, cancel(scene, draft)])]


def which_road(scene: Scene, say: kinds.WhichRoad) -> list[flex.Json]:
    """Two roads of different owners are about as near: which one is it?"""
    words, draft = scene.words, say.draft
    lines = [words("which_road.question")]
    buttons = []
    for road in say.roads:
        owner = words(f"owner.{road['owner']}")
        name = _road_name(scene, road)
        lines.append(words("which_road.line", road=name, owner=owner))
        named = words.pick(road["name"], road["name_en"])
        shown = flex.postback(named or owner, "road", shown=name, draft=draft, owner=road["owner"])
        buttons.append(shown)
    unknown = flex.postback(words("button.road_unknown"), "road", draft=draft, owner="unknown")
    return [
        flex.with_quick_replies(
            flex.text("\n".join(lines)), [*buttons, unknown, cancel(scene, draft)]
        )
    ]


def _neighbours(scene: Scene, seen: list[Sight], metres: dict[int, float], draft: str) -> flex.Json:
    cards, alt = [], []
    for sight in seen:
        distance = _distance(scene, metres[sight.page.ticket.id])
        away = scene.words("same_hole.away", distance=distance)
        if sight.standing.reported:
            away = scene.words("same_hole.own", distance=distance)
        cards.append(neighbours_card(sight, away=away, draft=draft))
        alt.append(
            scene.words("same_hole.alt", distance=distance, number=sight.number, status=sight.state)
        )
    return flex.card("\n".join(alt), flex.carousel(cards))


def _apart(scene: Scene, metres: float, way: str, photo: str, sent: str) -> flex.Json:
    """Which way one is from the other as well: within one town they are called the same."""
    words = scene.words
    unnamed = words("which_place.unnamed")
    taken = photo or unnamed
    if way:
        taken = words("which_place.taken", place=taken, way=words(f"compass.{way}"))
    distance = _distance(scene, metres)
    return flex.text(
        words("which_place.question", distance=distance, photo=taken, sent=sent or unnamed)
    )


def _distance(scene: Scene, metres: float) -> str:
    """In steps of ten from a hundred metres on: it is said with an "about" before it."""
    told = round(metres, -1 if metres >= 100 else None)
    if told < 1000:
        return scene.words("distance.m", count=max(1, int(told)))
    return scene.words("distance.km", count=f"{metres / 1000:.1f}")


def _road_name(scene: Scene, road: Road) -> str:
    named = scene.words.pick(road["name"], road["name_en"])
    if not named:
        return road["ref"] or scene.words("which_road.unnamed")
    is_told = not road["ref"] or not scene.words.is_japanese
    return named if is_told else f"{named}({road['ref']})"
