"""Taking photos in: fetch at once, keep the original under its hash, read EXIF, make two sizes."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from bot.crew_work import look_if_waited_for
from bot.line import client, content
from reports.city.clock import zone
from reports.outbox import crews, residents
from reports.photos import intake
from reports.photos.codec import confined, formats
from reports.photos.lost import tell_lost
from reports.photos.photo_store import photo_store
from reports.photos.place_conflict import let_card_go, note_photo_elsewhere
from reports.photos.redaction import keep_copy, name_copy
from reports.photos.redaction import wanted as made_of
from reports.tickets.models import Photo
from store.backup.database import is_being_made
from store.database import transaction
from store.photo_files import FilesAway, Kind, key_of
from workers.retry import Retry

Write = Callable[[Session], None]

SOONEST_SECONDS: Final = 1.0
FORGETTING_SECONDS: Final = 5.0
"""Files are usually deleted by then; where a worker died at it, their lease is waited out."""
BACKUP_SECONDS: Final = 60.0
PATIENCE: Final = 3.0
"""Each wait is so many times the one before: the last try is some 18 minutes after the first."""
STORE_SECONDS: Final = 5.0
"""With the photo store away, the same from here on takes an hour and a half."""
MARKED_FROM: Final = 0.1
"""The share of a photo that may be missing without a word of it."""
_STATE_OF: Final[dict[type[Exception], str]] = {
    client.Gone: "gone",
    client.TooLarge: "too_large",
    formats.TooLarge: "too_large",
    formats.NotAnImage: "not_image",
    formats.Broken: "broken",
}


def take_in(photo_id: int) -> Write | None:
    """Fetch and keep one photo. What cannot be kept ends in a clear state, and is told."""
    with transaction() as db:
        photo = db.get(Photo, photo_id)
    if photo is None or photo.state != "waiting":
        return None
    try:
        facts = _stored(photo)
    except tuple(_STATE_OF) as wrong:
        return lost(photo_id, _STATE_OF[type(wrong)])
    except client.LineError as waiting:
        raise Retry(SOONEST_SECONDS, f"not ready: {waiting}", growing=PATIENCE) from waiting
    except FilesAway as away:
        raise Retry(STORE_SECONDS, "photo store is away", growing=PATIENCE) from away
    return lambda db: keep(db, photo_id, facts)


def given_up(photo_id: int) -> Write:
    """After the last attempt: the photo is lost, and whoever sent it hears so."""
    return lost(photo_id, "unfetched")


def keep(db: Session, photo_id: int, facts: dict[str, Any]) -> None:
    """It is stored: what waited for it leaves, and is asked about where it was taken elsewhere."""
    if intake.keep(db, photo_id, facts):
        note_photo_elsewhere(db, photo_id)
        residents.let_go(db, f"photo:{photo_id}")
        look_if_waited_for(db, photo_id)
        if (ticket_id := intake.ticket_of(db, photo_id)) is not None:
            let_card_go(db, ticket_id)


def forget_files(keys: list[str]) -> None:
    """Delete files of the photo store that no photo needs any more; not while a backup is made,
    which may name them still."""
    with transaction() as db:
        if is_being_made(db):
            raise Retry(BACKUP_SECONDS, "a backup is being made", counts=False)
        needed = intake.still_needed(db, keys)
    try:
        for key in set(keys) - needed:
            photo_store().delete(key)
    except FilesAway as away:
        raise Retry(STORE_SECONDS, "photo store is away", growing=PATIENCE) from away


def make_public(photo_id: int, redaction: int) -> Write | None:
    """The copy of a photo with what staff say covered, while that is what they say."""
    with transaction() as db:
        wanted = made_of(db, photo_id, redaction)
    if wanted is None:
        return None
    try:
        copy = confined.covered(photo_store().get(wanted.original), wanted.patches)
        sizes: dict[Kind, bytes] = {"large": copy.large, "small": copy.small}
        keys = put(sizes, lambda db, keys: name_copy(db, photo_id, redaction, keys))
    except FilesAway as away:
        raise Retry(STORE_SECONDS, "photo store is away", growing=PATIENCE) from away
    return lambda db: keep_copy(db, photo_id, redaction, keys)


def _stored(photo: Photo) -> dict[str, Any]:
    data = _bytes_of(photo)
    seen, derived = confined.take_apart(data, zone())
    place = f"SRID=4326;POINT({seen.place[0]!r} {seen.place[1]!r})" if seen.place else None
    from_line: dict[Kind, bytes] = {"original": data} if photo.line_message_id else {}
    sizes: dict[Kind, bytes] = {**from_line, "large": derived.large, "small": derived.small}
    keys = put(sizes, lambda db, keys: intake.name_files(db, photo.id, keys))
    found: dict[str, Any] = {"taken_at": seen.taken_at} if seen.taken_at else {}
    found |= {"exif_place": place, "exif_accuracy_m": seen.accuracy_m} if place else {}
    return {
        **keys,
        **found,  # what it does not tell stays as the phone has told it
        "state": "stored",
        "width": seen.width,
        "height": seen.height,
        "direction": seen.direction,
        "missing": derived.missing if derived.missing > MARKED_FROM else None,
    }


def _bytes_of(photo: Photo) -> bytes:
    if photo.line_message_id:
        return content.photo(photo.line_message_id)
    return photo_store().get(photo.original or "")


def put(
    sizes: Mapping[Kind, bytes], name: Callable[[Session, Mapping[str, str]], None]
) -> dict[str, str]:
    """Their keys, after the photo's row has got their names. The same bytes are one file, which
    nobody deletes once it is named; who found it unneeded just before that may still be at it, and
    is waited for."""
    keys = {str(size): key_of(data, size) for size, data in sizes.items()}
    with transaction() as db:
        name(db, keys)
    with transaction() as db:
        if intake.are_being_forgotten(db, keys.values()):
            raise Retry(FORGETTING_SECONDS, "the same files are being deleted", counts=False)
    for size, data in sizes.items():
        photo_store().put(data, size)
    return keys


def lost(photo_id: int, state: str) -> Write:
    """It ends in this state, and whoever sent it hears so."""
    return lambda db: _tell_lost(db, photo_id, state)


def _tell_lost(db: Session, photo_id: int, state: str) -> None:
    """An answer that still waits for this photo says it, otherwise the next one does.

    What asks for the rest of a draft tells it by itself.
    """
    look_if_waited_for(db, photo_id)
    if not intake.keep(db, photo_id, {"state": state}) or residents.let_go(db, f"photo:{photo_id}"):
        return
    photo = db.get(Photo, photo_id)
    if photo and photo.ticket_id and photo.line_message_id:
        crews.tell_photo_lost(db, photo.ticket_id, photo.line_message_id)
        return
    if photo and photo.image_set and residents.is_waited_for(db, f"set:{photo.image_set}"):
        return
    if (ticket_id := intake.ticket_of(db, photo_id)) is not None:
        tell_lost(db, ticket_id, photo_id)
        let_card_go(db, ticket_id)
