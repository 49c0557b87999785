"""Staff say what of a photo is covered for others, and whether strangers may see the rest."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from sqlalchemy.orm import Session

from reports.actions.admit import Seen, admit
from reports.people.permissions import Actor, Do
from reports.photos.redaction import cover, decide, held, patches_of, ticket_of
from reports.tickets import history
from reports.tickets.lock import NoSuchTicket, changed, locked_as_found
from reports.tickets.models import Photo, Ticket
from reports.tickets.photo_events import Patch, PhotoRedacted, PhotoReleased, PhotoWithheld


class CannotRedact(Exception):
    """The message says why, in Japanese."""


def redact(
    db: Session,
    photo_id: int,
    patches: Sequence[Patch],
    by: Actor,
    *,
    release: bool = False,
    seen: int | None = None,
    key: str | None = None,
) -> None:
    """Cover these and nothing else; `release`: and let strangers see the copy.

    What was released before is not, once something else is covered: somebody looks at it anew.
    `seen`: the photo's `redaction` that the page showed. Raises NotTheirs, ChangedMeanwhile,
    CannotRedact, NoSuchTicket.
    """
    found = opened(db, photo_id, by, key=key, seen=seen)
    if found is None:
        return
    ticket, photo = found
    before, is_first = patches_of(photo.patches), photo.patches is None
    is_new = is_first or set(before) != set(patches)
    if is_new and photo.original is None:
        raise CannotRedact(NO_ORIGINAL)
    if not is_new and (not release or photo.decision == "released"):
        return
    if is_new:
        cover(db, photo, patches)
    decide(photo, "released" if release else None, datetime.now(UTC))
    if before != [*patches] or not release:
        event = PhotoRedacted(photo_id, tuple(before), tuple(patches), release)
        history.write(db, ticket.id, by, event, key=key)
    else:
        history.write(db, ticket.id, by, PhotoReleased(photo_id, len(patches)), key=key)
    changed(db, ticket)


def withhold(
    db: Session, photo_id: int, by: Actor, *, seen: int | None = None, key: str | None = None
) -> None:
    """Strangers shall not see it. Raises as `redact`."""
    found = opened(db, photo_id, by, key=key, seen=seen)
    if found is None or found[1].decision == "withheld":
        return
    ticket, photo = found
    was_released = photo.decision == "released"
    decide(photo, "withheld", datetime.now(UTC))
    history.write(db, ticket.id, by, PhotoWithheld(photo_id, was_released), key=key)
    changed(db, ticket)


def opened(
    db: Session, photo_id: int, by: Actor, *, key: str | None = None, seen: int | None = None
) -> tuple[Ticket, Photo] | None:
    """The photo and its ticket, locked; None where this press has been carried out before.

    Raises NotTheirs, ChangedMeanwhile, CannotRedact (it is gone), NoSuchTicket.
    """
    tickets = locked_as_found(db, lambda: filter(None, [ticket_of(db, photo_id)]))
    if not tickets:
        raise NoSuchTicket(f"of photo {photo_id}")
    (ticket,) = tickets
    photo = held(db, photo_id)
    now = str(photo.redaction) if photo else ""
    was = Seen(what=str(seen)) if photo and seen is not None else None
    if not admit(db, ticket, by, Do.RELEASE, key=key, seen=was, now=now):
        return None
    if photo is None:
        raise CannotRedact(GONE)
    return ticket, photo


GONE: Final = "この写真は、もうありません。送った人が取り消したか、データが消去されました。"
NO_ORIGINAL: Final = "元の写真は、保存期間が過ぎて消えています。隠す範囲は、もう変えられません。"
