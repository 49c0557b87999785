"""What is held about one person is looked at, and handed out to whoever asked for it (開示請求)."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from reports.people.permissions import Actor, Do, NotTheirs, may
from reports.privacy import audit
from reports.privacy.above import Above
from reports.privacy.persons import Kind, person
from reports.privacy.told import Told, told


class NobodyThere(Exception):
    """Nothing is held of them (any more)."""


def look_at(db: Session, above: Above, kind: Kind, id: int) -> Told:
    """All of it as it is now. Raises NobodyThere."""
    who = person(db, kind, id)
    if who is None:
        raise NobodyThere(f"{kind} {id}")
    heard = above.heard_from(db, who.line_user_id) if who.line_user_id else []
    return told(db, who, heard, at=datetime.now(UTC))


def hand_out(db: Session, above: Above, kind: Kind, id: int, by: Actor | None) -> Told:
    """As `look_at`, to be made a file of; it is noted who did so. Without an actor the command line
    does. Raises NotTheirs, NobodyThere."""
    if by and not may(by, Do.PRIVACY, None):
        raise NotTheirs(Do.PRIVACY)
    found = look_at(db, above, kind, id)
    counted = {name: len(each.rows) for name, each in found.sections.items()}
    audit.tell(db, by, "export", {kind: id, "rows": counted, "photos": len(found.photos)})
    return found
