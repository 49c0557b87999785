"""Events wait in the inbox; here they are heard, person by person, one commit for each event.

The resident's row is the lock: two events of one person never meet, events of different people
never wait for each other, and any process may hear what another one stored.
"""

import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import inbox, incoming, script
from bot.drafts import draft_to_json, open_draft
from bot.inbox import Taken
from bot.incoming import Incoming
from bot.script import Came, Draft, Turn
from geo.areas import areas_at
from geo.points import Point
from reports import city, photos, tell, tickets
from reports.categories import Category
from reports.models import Photo, Resident
from store.database import burst, transaction
from store.direct import quickly

REPLY_WITHIN: Final = timedelta(seconds=50)
"""LINE takes a reply token for about a minute after the webhook."""

EARS: Final = 4
MOST_TOGETHER: Final = 10
"""People whose work goes to RQ together: a few hundredths of a second later than one by one."""

Begin = Callable[[], AbstractContextManager[Session]]
_KEEP_DRAFT: Final = "UPDATE residents SET draft = %(draft)s::jsonb WHERE id = %(id)s"

log = structlog.get_logger()


def hear_everything(enough: Callable[[], bool] = lambda: False) -> int:
    """Take all waiting events, person by person, until `enough`. Returns how many were heard.

    What comes in meanwhile is heard too; what is left is in another process's hands.
    """
    heard = 0
    while not enough() and (heard_now := _hear_who_waits()):
        heard += heard_now
    return heard


def _hear_who_waits() -> int:
    with transaction() as db:
        waiting = inbox.people_waiting(db)
        if not waiting:
            return 0
        inbox.welcome(db, list(waiting))
        categories = city.categories(db)
    groups = _groups(list(waiting.items()))
    return sum(_ears().map(lambda group: _hear_out(group, categories), groups))


@lru_cache(maxsize=1)
def _ears() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(EARS, "ear")


def _groups(waiting: list[tuple[str, int]]) -> list[list[tuple[str, int]]]:
    size = min(MOST_TOGETHER, -(-len(waiting) // EARS))
    return [waiting[start : start + size] for start in range(0, len(waiting), size)]


def _hear_out(people: list[tuple[str, int]], categories: Mapping[str, Category]) -> int:
    """So many events of each of these people, in the order of their own time."""
    heard = 0
    with burst() as begin:
        for person, count in people:
            for _ in range(count):
                heard += _hear_one(begin, person, categories)
    return heard


def _hear_one(begin: Begin, person: str, categories: Mapping[str, Category]) -> bool:
    event_id = None
    try:
        with begin() as db:
            event = inbox.take(db, person)
            if event is None:
                return False
            event_id = event.id
            _hear(db, event, categories)
    except Exception:
        if event_id is None:
            raise
        log.exception("event_failed", inbox=event_id)
        _try_again_later(event_id)
    return True


def _hear(db: Session, event: Taken, categories: Mapping[str, Category]) -> None:
    what = incoming.read(event.raw)
    match what:
        case incoming.Nothing():
            return
        case incoming.Invited():
            _say(db, event, Turn(None, say=({"say": "text", "key": "groups"},)))
        case incoming.Unfollowed():
            _set(db, event.resident_id, blocked_at=datetime.now(UTC))
        case incoming.Unsent(message_id):
            _forget(db, event, message_id)
        case _:
            if isinstance(what, incoming.Followed):
                _set(db, event.resident_id, blocked_at=None)
            draft = open_draft(event.draft, datetime.now(UTC))
            came = _known(db, event.resident_id, draft, what)
            turn = script.respond(draft, came, categories)
            _carry_out(db, event, came, turn)


def _known(db: Session, resident_id: int, draft: Draft, what: Incoming) -> Came:
    """What came in, with what only the database knows about it."""
    match what:
        case incoming.PhotoSent(message_id, image_set):
            before = photos.of_set(db, resident_id, image_set) if image_set else []
            photo_id = photos.announced(
                db, resident_id=resident_id, line_message_id=message_id, image_set=image_set
            )
            filed = next((report for _, report in before if report is not None), None)
            return script.PhotoCame(photo_id, image_set, filed, answered=bool(before))
        case incoming.PlaceSent(point):
            return script.PlaceCame(point, "line", areas_at(db, point))
        case incoming.ButtonPressed(do, data):
            if do == "place" and data.get("draft") == draft.key:
                return _place_of_photo(db, draft, data) or script.Button(do)
            return script.Button(do, data.get("draft", ""), data)
        case incoming.WordsSent(words):
            return script.Words(words)
        case incoming.UnusableSent(kind):
            return script.Unusable(kind)
        case _:
            return script.Hello()


def _place_of_photo(db: Session, draft: Draft, data: Mapping[str, str]) -> Came | None:
    wanted = data.get("photo", "")
    if not wanted.isdecimal() or int(wanted) not in draft.photos:
        return None
    row = db.execute(
        select(Photo.exif_place.ST_X(), Photo.exif_place.ST_Y(), Photo.exif_accuracy_m).where(
            Photo.id == int(wanted), Photo.exif_place.is_not(None)
        )
    ).one_or_none()
    if row is None:
        return None
    point = Point(row[0], row[1])
    return script.PlaceCame(point, "exif", areas_at(db, point), row[2])


def _carry_out(db: Session, event: Taken, came: Came, turn: Turn) -> None:
    if turn.outside is not None:
        tickets.count_outside(db, datetime.now(UTC), turn.outside)
        inbox.forget_place(db, event.id)
    if turn.language:
        _set(db, event.resident_id, language=turn.language)
    if turn.add_to_report is not None and isinstance(came, script.PhotoCame):
        tickets.add_photos(db, turn.add_to_report, [came.photo_id])
    for photo_id in turn.drop:
        photos.remove(db, photo_id)
    if turn.file:
        ticket_id = tickets.file_report(db, _new_report(event.resident_id, turn.file))
        turn = replace(
            turn,
            say=tuple(_about(say, ticket_id) for say in turn.say),
            waits_for=f"ticket:{ticket_id}",
        )
    _keep_draft(db, event, turn.draft)
    _say(db, event, turn)


def _about(say: tell.Say, ticket_id: int) -> tell.Say:
    return say | {"ticket_id": ticket_id} if say["say"] == "ticket" else say


def _new_report(resident_id: int, draft: Draft) -> tickets.NewReport:
    if draft.place is None or draft.category is None:
        raise ValueError(f"draft {draft.key} is not complete")
    return tickets.NewReport(
        resident_id=resident_id,
        draft_key=draft.key,
        category=draft.category,
        place=draft.place.point,
        place_source=draft.place.source,
        place_accuracy_m=draft.place.accuracy_m,
        words=draft.words,
        photo_ids=draft.photos,
    )


def _say(db: Session, event: Any, turn: Turn) -> None:
    if turn.say:
        tell.answer(
            db,
            recipient=incoming.person_of(event.raw),
            event_id=event.id,
            say=turn.say,
            reply_token=incoming.reply_token_of(event.raw),
            reply_until=event.received_at + REPLY_WITHIN,
            wait=turn.wait,
            waits_for=turn.waits_for,
        )


def _forget(db: Session, event: Taken, message_id: str) -> None:
    """A message was taken back: it goes from the inbox, its photo from draft, store and ticket."""
    inbox.forget_message(db, incoming.person_of(event.raw), message_id)
    photo_id = db.scalar(
        select(Photo.id).where(
            Photo.line_message_id == message_id, Photo.resident_id == event.resident_id
        )
    )
    if photo_id is None:
        return
    photos.remove(db, photo_id)
    if event.draft:
        draft = open_draft(event.draft, datetime.now(UTC))
        left = tuple(kept for kept in draft.photos if kept != photo_id)
        _keep_draft(db, event, replace(draft, photos=left))


def _keep_draft(db: Session, event: Taken, draft: Draft | None) -> None:
    kept = draft_to_json(draft)
    if kept != event.draft:
        quickly(db, _KEEP_DRAFT, id=event.resident_id, draft=json.dumps(kept))


def _set(db: Session, resident_id: int, **values: Any) -> None:
    db.execute(update(Resident).where(Resident.id == resident_id).values(**values))


def _try_again_later(event_id: int) -> None:
    with transaction() as db:
        given_up = inbox.put_off(db, event_id)
        if given_up and incoming.is_private(given_up.raw):
            _say(db, given_up, Turn(None, say=({"say": "text", "key": "sorry"},)))
