"""What is to be said becomes LINE messages, in the resident's language, at the moment of sending.

Drawn late on purpose: a card that waited for its routing shows the department, and an answer that
waited for its photo offers the photo's place.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot import flex
from bot.asking import draw_ask
from bot.cards import ticket_card
from bot.scene import Scene, scene_of
from reports import finding
from reports.facts import PhotoFacts, TicketPage
from reports.links import photo_link
from reports.tell import Say
from settings import settings

MOST_STATUS_CARDS: Final = 10


def draw(db: Session, recipient: str, say: Sequence[Say]) -> list[flex.Json]:
    """One to five LINE messages for this recipient (a LINE user, group or room id)."""
    scene = scene_of(db, recipient)
    drawn = [message for thing in say for message in _KINDS[thing["say"]](scene, thing)]
    return drawn[: flex.MOST_MESSAGES]


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
    "ask": draw_ask,
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
