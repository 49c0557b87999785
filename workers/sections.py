"""Sections of roads follow the map, and what came back follows the tickets."""

import time

import structlog

from geo.sections import cutting
from reports.stats.again import follow
from store.database import transaction

log = structlog.get_logger()


def cut_sections() -> int:
    """Where another map is in use than the sections are of; how many there are then, else 0."""
    with transaction() as db:
        if cutting.is_cut(db):
            return 0
    begun = time.monotonic()

    def told(step: int, steps: int) -> None:
        log.info("cutting", step=step, steps=steps, seconds=round(time.monotonic() - begun, 1))

    with transaction() as db:
        return cutting.cut(db, told)


def follow_again() -> int:
    """All that waits, piece by piece, each a commit of its own; how many tickets were looked at."""
    many = 0
    while True:
        with transaction() as db:
            gone = follow.follow(db)
        many += gone
        if not gone:
            return many
