"""Whoever was erased comes into the list outside of the database, within seconds."""

from typing import Final

from reports.backup import erased
from store.backup import TargetAway
from store.backup.target import erasings
from workers.retry import Retry

SECONDS: Final = 240
AWAY_SECONDS: Final = 5.0


def note_erasings() -> None:
    """All that is not there yet; the next backup brings out what this could not."""
    try:
        erased.bring_out(erasings())
    except TargetAway as away:
        raise Retry(AWAY_SECONDS, "the place of backups is away", growing=3.0) from away
