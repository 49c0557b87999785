"""What came in, with what only the database knows about it."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import place_meant
from bot.dialogue.clarify import Around
from bot.dialogue.commands import is_order
from bot.dialogue.draft import Draft
from bot.dialogue.turn import (
    Button,
    Context,
    Hello,
    Input,
    OnTicket,
    PhotoCame,
    PlaceCame,
    SameHole,
    TooManyPhotos,
    Unusable,
    Words,
)
from bot.inbox import Taken
from bot.line import events
from bot.line.events import Incoming
from bot.small_talk import talk_in
from bot.typed_answers import press_meant
from geo.areas import areas_at
from geo.points import Point
from reports.actions.add import report_of
from reports.city import clock
from reports.city.categories import Category
from reports.outbox import residents
from reports.photos import intake
from reports.photos.place_conflict import photo_elsewhere, place_in_doubt
from reports.privacy.erase import held
from reports.routing.preview import roads_in_question
from reports.tickets import queries, residents_view
from reports.tickets.duplicates import one_at_a_time, same_holes
from reports.tickets.lock import locked
from reports.tickets.models import Photo
from reports.tickets.numbers import number_in
from reports.tickets.status import OPEN, may_say_not_mended

_ON_TICKET: Final = frozenset(
    {
        "add", "withdraw", "withdraw_yes", "mute", "unmute", "follow", "mended", "not_mended",
        "rate", "recategorise", "status", "place_at_photo", "place_as_sent",
    }
)  # fmt: skip


def known(db: Session, event: Taken, draft: Draft, what: Incoming, context: Context) -> Input:
    """What this person did, ready for the dialogue to decide on."""
    match what:
        case events.PhotoSent():
            if context.allowed.is_used_up("photos"):
                return TooManyPhotos()
            return _photo(db, event.resident_id, what)
        case events.PlaceSent(point, message_id):
            return PlaceCame(point, "line", areas_at(db, point), message_id=message_id)
        case events.ButtonPressed(do, data):
            return _button(db, event.resident_id, draft, do, data)
        case events.WordsSent(words, message_id):
            typed = _typed(db, event, draft, words, context)
            return typed or _words(db, draft, words, message_id)
        case events.UnusableSent(kind):
            return Unusable(kind)
        case _:
            return Hello()


def around(db: Session, draft: Draft, category: Category) -> Around:
    """What must be asked before this complete draft is filed; the first thing found is enough."""
    place = draft.place
    if place is None or place.source == "typed":
        return Around()
    if not draft.place_settled and (photo := photo_elsewhere(db, draft.photos, place.point)):
        return Around(photo=photo)
    here: Any = {
        "category": category.key,
        "place": place.point,
        "radius_m": category.radius_m,
    }
    one_at_a_time(db, **here)
    same = same_holes(db, **here, without=draft.differs)
    if same and not draft.differs:
        return Around(same=same)
    return Around(roads=() if draft.road else roads_in_question(db, place.point, category))


def _photo(db: Session, resident_id: int, sent: events.PhotoSent) -> PhotoCame:
    image_set = sent.image_set
    before = intake.of_set(db, resident_id, image_set) if image_set else []
    photo_id = intake.announced(
        db,
        resident_id=resident_id,
        line_message_id=sent.message_id,
        image_set=image_set,
        set_first=before[0].id if before else None,
        set_index=sent.set_index,
    )
    filed = next((photo.report_id for photo in before if photo.report_id is not None), None)
    return PhotoCame(
        photo_id,
        image_set,
        filed,
        before=len(before),
        kept=sum(photo.is_there for photo in before),
        dropped=any(photo.dropped for photo in before),
        answer_waits=bool(before and residents.waiting_for(db, resident_id, f"set:{image_set}")),
    )


def _typed(db: Session, event: Taken, draft: Draft, words: str, context: Context) -> Input | None:
    data = dict(press_meant(db, event, draft, words, context))
    do = data.pop("do", "")
    came = _button(db, event.resident_id, draft, do, data) if do else None
    return None if came == Button(do) else came


def _words(db: Session, draft: Draft, words: str, message_id: str | None) -> Input:
    """With the place that they write or name, where a report may want one. A written one is asked
    back, unless it is outside or another was there already."""
    if is_order(words, adding=True) or talk_in(words):
        return Words(words, message_id)
    if came := place_meant.written(db, words, message_id):
        if came.where.outside or draft.onto or draft.place:
            return came
        return Words(came.words, message_id, place_meant.to_be_asked(db, came))
    if draft.onto:
        return Words(words, message_id)
    return Words(words, message_id, place_meant.named(db, words, message_id))


def _button(db: Session, resident_id: int, draft: Draft, do: str, data: Mapping[str, str]) -> Input:
    key = data.get("draft", "")
    if do == "erase" and held(db, resident_id).is_nothing:
        return Button(do, draft.key, data)  # pressed a second time: it is erased already
    if do in _ON_TICKET and "number" in data:
        return _on_ticket(db, resident_id, do, data) or Button("unknown")
    if do == "place" and key == draft.key:
        return _place_of_photo(db, draft, data) or Button(do)
    if do == "same" and key == draft.key:
        return _same(db, draft, data) or Button(do)
    return Button(do, key, data)


def _on_ticket(db: Session, resident_id: int, do: str, data: Mapping[str, str]) -> OnTicket | None:
    number = number_in(data["number"])
    named = queries.id_of(db, number) if number else None
    ticket = queries.ticket_that_goes_on(db, named) if named else None
    if ticket is None:
        return None
    doubt = place_in_doubt(db, ticket.id, resident_id) if do.startswith("place_") else None
    return OnTicket(
        do=do,
        ticket_id=ticket.id,
        number=ticket.number,
        status=ticket.status,
        standing=residents_view.standing(db, ticket.id, resident_id),
        report_id=report_of(db, ticket.id, resident_id),
        may_reopen=may_say_not_mended(ticket.status, ticket.closed_at, clock.now()),
        data=data,
        asked=ticket.asked_at is not None,
        elsewhere=doubt.photo_id if doubt else None,
        category=ticket.category,
    )


def _place_of_photo(db: Session, draft: Draft, data: Mapping[str, str]) -> PlaceCame | None:
    """Of the photo that was named; of the first one that knows its place where none was."""
    wanted = _number(data["photo"]) if "photo" in data else None
    ids = draft.photos if wanted is None else [wanted]
    if not set(ids) <= set(draft.photos):
        return None
    row: Any = db.execute(
        select(
            func.ST_X(Photo.exif_place).label("lon"),
            func.ST_Y(Photo.exif_place).label("lat"),
            Photo.exif_accuracy_m,
            Photo.line_message_id,
        )
        .where(Photo.id.in_(ids), Photo.exif_place.is_not(None))
        .order_by(*Photo.in_order())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    point = Point(row.lon, row.lat)
    where = areas_at(db, point)
    return PlaceCame(point, "exif", where, row.exif_accuracy_m, row.line_message_id)


def _same(db: Session, draft: Draft, data: Mapping[str, str]) -> SameHole | None:
    """The ticket, or what it was put together with, if it is one that this draft was shown.

    Nobody closes it from here to the commit.
    """
    wanted = data.get("ticket", "")
    if draft.missing or not draft.is_offered("same_hole", wanted):
        return None
    goes_on = queries.ticket_that_goes_on(db, int(wanted))
    if goes_on is None:
        return None
    closed = locked(db, goes_on.id).status not in OPEN
    return SameHole(int(wanted) if closed else goes_on.id, closed)


def _number(digits: str) -> int:
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 19 else 0
