"""How long one person's photo waits beside eighty of another's, and how long when it is alone.

    python -m bench.turns [rounds]

Ends with an error when it waits more than 3 times as long.
"""

import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bench.ground import ground
from bench.rounds import in_child, interleave, report
from bench.thumbnails import phone_photo
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


@contextmanager
def _line(photo: bytes) -> Iterator[str]:
    """A data API of LINE's that has this photo for every message; its address."""
    ours, theirs = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.Process(target=_serve, args=(photo, theirs), daemon=True)
    process.start()
    yield f"http://127.0.0.1:{ours.recv()}"
    process.kill()
    process.join()


def _serve(photo: bytes, told: Connection) -> None:
    class Content(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "image/jpeg")
            self.send_header("Content-Length", str(len(photo)))
            self.end_headers()
            self.wfile.write(photo)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Content) as server:
        told.send(server.server_port)
        server.serve_forever()


@contextmanager
def _running(log: Path, *words: str) -> Iterator[None]:
    """A process of the Procfile."""
    michi = str(Path(sys.executable).parent / "michi")
    with (
        log.open("wb") as out,
        subprocess.Popen([michi, *words], stdout=out, stderr=out) as process,
    ):
        try:
            yield
        finally:
            process.terminate()


def main(rounds: int = 7) -> int:
    photo = in_child(phone_photo)
    with ground(durable=True) as folder, _line(photo) as line:
        os.environ["LINE_DATA_API_URL"] = line
        worker = _running(folder / "photos.log", "worker", "photos")
        with worker, _running(folder / "clock.log", "clock"):
            alone()
            ways = {"alone": alone, "beside eighty": beside_many, "alone again (A/A)": alone}
            samples = interleave(ways, rounds)
    title = f"one photo of {len(photo) / 1e6:.1f} MB until it is stored, one worker"
    return 0 if report(title, samples, "alone", {"beside eighty": LIMIT}) else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))
