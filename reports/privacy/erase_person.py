"""Staff erase somebody who asked for it otherwise than in LINE: as they could themselves."""

import hashlib
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.people.models import Resident
from reports.people.permissions import Actor, Do, NotTheirs, Role, may
from reports.privacy import audit
from reports.privacy.above import Above
from reports.privacy.disclose import look_at
from reports.privacy.erase import erase, erase_reports
from reports.privacy.persons import Kind, Person
from reports.privacy.told import Told


class ShownOtherwise(Exception):
    """More has come, or something has gone, since whoever presses saw what would go."""


def seal(told: Told) -> str:
    """Of what was shown: another as soon as anything has come or gone."""
    counted = [(name, len(each.rows)) for name, each in sorted(told.sections.items())]
    return hashlib.sha256(repr((told.person, counted)).encode()).hexdigest()[:_LENGTH]


def erase_person(
    db: Session, above: Above, kind: Kind, id: int, by: Actor | None, *, shown: str
) -> Person:
    """Everything goes that goes when they ask for it in LINE; gives whose it was. `shown`: the seal
    of what whoever presses has seen. Without an actor the command line does it. Raises NotTheirs,
    NobodyThere, ShownOtherwise.
    """
    if by and not may(by, Do.PRIVACY, None):
        raise NotTheirs(Do.PRIVACY)
    if kind == "resident":  # nobody hears what they say, from here to the commit
        db.execute(select(Resident.id).where(Resident.id == id).with_for_update(key_share=True))
    found = look_at(db, above, kind, id)
    if shown != seal(found):
        raise ShownOtherwise(f"{kind} {id}")
    if kind == "resident":
        above.forget_heard(db, id)
        erase(db, id, by or _BY_COMMAND)
    else:
        erase_reports(db, found.person.reports, by or _BY_COMMAND)
    audit.tell(db, by, "erase", {kind: id, "reports": len(found.person.reports)})
    return found.person


_BY_COMMAND: Final = Actor(Role.STAFF, "michi privacy")
_LENGTH: Final = 16
