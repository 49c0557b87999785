"""For how long the oldest of each waits; each room tells its own."""

from sqlalchemy.orm import Session

from bot import inbox
from reports.outbox import counts as words
from store import tasks

QUEUE = "queue "


def oldest(db: Session) -> dict[str, float]:
    """Seconds, 0 where nothing waits: "event", "answer", "message", "mail", and "queue photos" and
    the like."""
    queues = {f"{QUEUE}{name}": seconds for name, seconds in tasks.oldest(db).items()}
    return {"event": inbox.oldest(db), **words.oldest(db), **queues}
