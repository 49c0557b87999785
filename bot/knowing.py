"""What came in, with what only the database knows about it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import incoming
from bot.dialogue.draft import Draft, Onto, Place
from bot.dialogue.questions import Around
from bot.dialogue.turn import (
    Button,
    Came,
    Hello,
    OnTicket,
    PhotoCame,
    PlaceCame,
    SameHole,
    Unusable,
    Words,
)
from bot.inbox import Taken
from bot.incoming import Incoming
from geo.areas import areas_at
from geo.points import Point
from geo.towns import town_named
from reports import finding, photos
from reports.adding import report_of
from reports.around import photo_elsewhere, roads_in_question, same_holes
from reports.asking import ANSWER_WITHIN, has_been_read
from reports.categories import Category
from reports.lifecycle import may_say_not_mended
from reports.models import Photo
from reports.numbers import number_in

_ON_TICKET: Final = frozenset(
    {
        "add", "withdraw", "withdraw_yes", "mute", "unmute", "follow", "mended", "not_mended",
        "rate", "recategorise", "status",
    }
)  # fmt: skip


def known(
    db: Session, event: Taken, draft: Draft, what: Incoming, categories: Mapping[str, Category]
) -> Came:
    """What this person did, ready for the dialogue to decide on."""
    match what:
        case incoming.PhotoSent(message_id, image_set):
            return _photo(db, event.resident_id, message_id, image_set)
        case incoming.PlaceSent(point, message_id):
            return PlaceCame(point, "line", areas_at(db, point), message_id=message_id)
        case incoming.ButtonPressed(do, data):
            return _button(db, event.resident_id, draft, do, data, categories)
        case incoming.WordsSent(words, message_id):
            named = town_named(db, words) if draft.place is None else None
            town = named and Place(
                named.point, "typed", named.radius_m, named.name, named.name_en, message_id
            )
            return Words(words, message_id, town or None)
        case incoming.UnusableSent(kind):
            return Unusable(kind)
        case _:
            return Hello()


def question_of(db: Session, event: Taken) -> Onto | None:
    """What staff asked this person not long ago, and they have read and not answered."""
    asked = event.question
    if not asked or datetime.now(UTC) - datetime.fromisoformat(asked["at"]) > ANSWER_WITHIN:
        return None
    if not has_been_read(db, incoming.person_of(event.raw), asked["history_id"]):
        return None
    ticket = finding.ticket_that_goes_on(db, asked["ticket_id"])
    report_id = ticket and report_of(db, ticket.id, event.resident_id)
    return Onto(ticket.id, report_id, "answer") if ticket and report_id else None


def around(db: Session, draft: Draft, category: Category) -> Around:
    """What must be asked before this complete draft is filed; the first thing found is enough."""
    place = draft.place
    if place is None or place.source == "typed":
        return Around()
    if not draft.place_settled and (photo := photo_elsewhere(db, draft.photos, place.point)):
        return Around(photo=photo)
    same = same_holes(
        db,
        category=category.key,
        place=place.point,
        radius_m=category.radius_m,
        without=draft.differs,
    )
    if same and not draft.differs:
        return Around(same=same)
    return Around(roads=() if draft.road else roads_in_question(db, place.point, category))


def _photo(db: Session, resident_id: int, message_id: str, image_set: str | None) -> PhotoCame:
    before = photos.of_set(db, resident_id, image_set) if image_set else []
    photo_id = photos.announced(
        db, resident_id=resident_id, line_message_id=message_id, image_set=image_set
    )
    filed = next((photo.report_id for photo in before if photo.report_id is not None), None)
    dropped = any(photo.dropped for photo in before)
    return PhotoCame(photo_id, image_set, filed, before=len(before), dropped=dropped)


def _button(
    db: Session,
    resident_id: int,
    draft: Draft,
    do: str,
    data: Mapping[str, str],
    categories: Mapping[str, Category],
) -> Came:
    key = data.get("draft", "")
    if do in _ON_TICKET and "number" in data:
        return _on_ticket(db, resident_id, do, data) or Button("unknown")
    if do == "place" and key == draft.key:
        return _place_of_photo(db, draft, data) or Button(do)
    if do == "same" and key == draft.key:
        return _same(db, draft, data, categories) or Button(do)
    return Button(do, key, data)


def _on_ticket(db: Session, resident_id: int, do: str, data: Mapping[str, str]) -> OnTicket | None:
    number = number_in(data["number"])
    page = finding.ticket(db, number=number) if number else None
    ticket = finding.ticket_that_goes_on(db, page.ticket.id) if page else None
    if ticket is None:
        return None
    return OnTicket(
        do=do,
        ticket_id=ticket.id,
        number=ticket.number,
        status=ticket.status,
        standing=finding.standing(db, ticket.id, resident_id),
        report_id=report_of(db, ticket.id, resident_id),
        may_reopen=may_say_not_mended(ticket.status, ticket.closed_at, datetime.now(UTC)),
        data=data,
    )


def _place_of_photo(db: Session, draft: Draft, data: Mapping[str, str]) -> PlaceCame | None:
    wanted = _number(data.get("photo", ""))
    if wanted not in draft.photos:
        return None
    row: Any = db.execute(
        select(
            Photo.exif_place.ST_X().label("lon"),
            Photo.exif_place.ST_Y().label("lat"),
            Photo.exif_accuracy_m,
            Photo.line_message_id,
        ).where(Photo.id == wanted, Photo.exif_place.is_not(None))
    ).one_or_none()
    if row is None:
        return None
    point = Point(row.lon, row.lat)
    where = areas_at(db, point)
    return PlaceCame(point, "exif", where, row.exif_accuracy_m, row.line_message_id)


def _same(
    db: Session, draft: Draft, data: Mapping[str, str], categories: Mapping[str, Category]
) -> SameHole | None:
    """The ticket, if it is one of those that this complete draft is shown."""
    category = categories.get(draft.category or "")
    if draft.missing or category is None:
        return None
    wanted = _number(data.get("ticket", ""))
    shown = around(db, draft, category).same
    return SameHole(wanted) if wanted in [near.id for near in shown] else None


def _number(digits: str) -> int:
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 19 else 0
