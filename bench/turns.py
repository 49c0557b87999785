"""How long one person's photo waits beside eighty of another's, and how long when it is alone.

    python -m bench.turns [rounds]

Ends with an error when it waits more than 3 times as long.
"""

import sys
import time
from collections.abc import Callable
from itertools import count
from typing import Any

from sqlalchemy import text

from bench.ground import ground
from bench.photos import phone_photo
from bench.programs import line_with, running
from bench.rounds import in_child, interleave, report
from reports.photos import intake
from store.database import transaction
from store.jobs import quick_redis

LIMIT = 3.0
MANY = 80
LOOK_AGAIN_SECONDS = 0.005
RESIDENT = "INSERT INTO residents (line_user_id) VALUES (:name) RETURNING id"
STATE = "SELECT state FROM photos WHERE id = :id"
LEAVE = "UPDATE tasks SET finished_at = now() WHERE finished_at IS NULL AND held_by IS NULL"
LEFT = "SELECT count(*) FROM tasks WHERE finished_at IS NULL"

_numbers = count()


def alone() -> float:
    """Seconds from the moment a photo is announced until it is stored."""
    return _wait_for(_announced(_somebody()))


def beside_many() -> float:
    """The same just after somebody else has sent their eighty."""
    other = _somebody()
    for _ in range(MANY):
        _announced(other)
    waited = _wait_for(_announced(_somebody()))
    _leave_the_rest()
    return waited


def _leave_the_rest() -> None:
    """The next round begins with nothing to do, and need not wait for all of the eighty."""
    quick_redis().delete("rq:queue:photos")
    _until(_is_nothing_left)


def _is_nothing_left() -> bool:
    with transaction() as db:
        db.execute(text(LEAVE))
        return bool(db.scalar(text(LEFT)) == 0)


def _somebody() -> int:
    return int(_told(RESIDENT, name=f"U{next(_numbers):032}"))


def _announced(resident_id: int) -> int:
    with transaction() as db:
        message = f"message-{next(_numbers)}"
        return intake.announced(
            db, resident_id=resident_id, line_message_id=message, image_set=None
        )


def _wait_for(photo_id: int) -> float:
    began = time.perf_counter()
    _until(lambda: bool(_told(STATE, id=photo_id) == "stored"))
    return time.perf_counter() - began


def _until(is_so: Callable[[], bool]) -> None:
    while not is_so():
        time.sleep(LOOK_AGAIN_SECONDS)


def _told(query: str, **values: object) -> Any:
    with transaction() as db:
        return db.scalar(text(query), values)


def main(rounds: int = 7) -> int:
    photo = in_child(phone_photo)
    with (
        ground(durable=True) as folder,
        line_with(photo),
        running(folder, "worker", "photos"),
        running(folder, "clock"),
    ):
        alone()
        ways = {"alone": alone, "beside eighty": beside_many, "alone again (A/A)": alone}
        samples = interleave(ways, rounds)
    title = f"one photo of {len(photo) / 1e6:.1f} MB until it is stored, one worker"
    return 0 if report(title, samples, "alone", {"beside eighty": LIMIT}) else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))
