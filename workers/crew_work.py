"""Looking at the photos by which a crew member tells of work in LINE."""

from collections.abc import Callable
from typing import Final

from sqlalchemy.orm import Session

from bot import crew_work
from store.photo_files import FilesAway
from workers.retry import Retry

STORE_SECONDS: Final = 5.0


def look_at_work(user_id: int) -> Callable[[Session], None] | None:
    """As soon as all of them are there; before that their last one asks once more."""
    what = crew_work.ready(user_id)
    if what is None:
        return None
    try:
        old = crew_work.old_ones(what)
    except FilesAway as away:
        raise Retry(STORE_SECONDS, "photo store is away", growing=3.0) from away
    return lambda db: crew_work.settle(db, user_id, what, old)
