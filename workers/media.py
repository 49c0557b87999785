"""Photos that other programs name by an address: fetched, put into the photo store, and taken in as
any photo."""

from collections.abc import Callable
from typing import Final

from sqlalchemy.orm import Session

from reports.photos import intake
from reports.tickets.models import Photo
from store.database import transaction
from store.photo_files import FilesAway
from store.tasks import later
from workers.outside_photos import Away, NotThere, fetched
from workers.photos import PATIENCE, SOONEST_SECONDS, STORE_SECONDS, lost, put
from workers.retry import Retry

Write = Callable[[Session], None]
_WHOSE: Final = "media"
"""All of them share one turn at the photo workers."""


def fetch_media(photo_id: int, url: str) -> Write | None:
    """What cannot be had ends in a clear state."""
    with transaction() as db:
        photo = db.get(Photo, photo_id)
    if photo is None or photo.state != "waiting":
        return None
    try:
        data = fetched(url)
        keys = put({"original": data}, lambda db, keys: intake.name_files(db, photo_id, keys))
    except NotThere as wrong:
        return lost(photo_id, wrong.state)
    except Away as waiting:
        raise Retry(SOONEST_SECONDS, f"not there yet: {waiting}", growing=PATIENCE) from waiting
    except FilesAway as away:
        raise Retry(STORE_SECONDS, "photo store is away", growing=PATIENCE) from away
    before = photo.original

    def write(db: Session) -> None:
        if before and before != keys["original"]:
            intake.forget(db, [before])
        later(db, "take_in_photo", whose=_WHOSE, photo_id=photo_id)

    return write


def given_up(photo_id: int, url: str) -> Write:
    """After the last attempt."""
    return lost(photo_id, "unfetched")
