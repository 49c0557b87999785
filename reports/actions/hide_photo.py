"""A photo that nobody is to see: hidden everywhere for a reason, and shown again."""

from sqlalchemy.orm import Session

from reports.actions.redact import CannotRedact, opened
from reports.people.permissions import Actor
from reports.tickets import history
from reports.tickets.lock import changed
from reports.tickets.photo_events import PhotoHidden, PhotoShown


def hide_photo(db: Session, photo_id: int, by: Actor, *, why: str, key: str | None = None) -> None:
    """Nobody sees it from now on but who may release it. Raises as `redact`."""
    found = opened(db, photo_id, by, key=key)
    if found is None or found[1].state == "hidden":
        return
    if not why:
        raise CannotRedact("隠す理由を書いてください。職員だけが読みます。")
    ticket, photo = found
    photo.state = "hidden"
    history.write(db, ticket.id, by, PhotoHidden(photo_id, note=why), key=key)
    db.flush()
    changed(db, ticket)


def show_photo(db: Session, photo_id: int, by: Actor, *, key: str | None = None) -> None:
    """As before it was hidden. Raises as `redact`."""
    found = opened(db, photo_id, by, key=key)
    if found is None or found[1].state == "stored":
        return
    ticket, photo = found
    photo.state = "stored"
    history.write(db, ticket.id, by, PhotoShown(photo_id), key=key)
    db.flush()
    changed(db, ticket)
