"""Pushes, and whatever a web process could not say in time."""

import time
from collections.abc import Callable
from typing import Final

from sqlalchemy.orm import Session

from bot.delivery import send_due
from store.tasks import later

SECONDS: Final = 20.0
"""What is begun by then ends within the task's time-out, however long LINE takes."""


def send_messages() -> Callable[[Session], None] | None:
    """Say what is due; each message keeps its own fate. With more to say than fits, go on anew."""
    end = time.monotonic() + SECONDS
    send_due(enough=lambda: time.monotonic() > end)
    return _go_on if time.monotonic() > end else None


def _go_on(db: Session) -> None:
    later(db, "send_messages")
