"""What was done with personal data, for whoever looks into it: the one place that says so."""

from collections.abc import Mapping
from typing import Any, Final

import structlog
from sqlalchemy.orm import Session

from reports.audit import entries
from reports.audit.kinds import Kind
from reports.people.permissions import Actor

log = structlog.get_logger()
_TOLD: Final[Mapping[str, tuple[Kind, str]]] = {
    "found": (Kind.LOOK, "person's data"),
    "export": (Kind.EXPORT, "data of a person"),
    "erase": (Kind.CHANGE, "data erased"),
    "clearing": (Kind.CHANGE, "data cleared"),
}
"""As the audit log names it."""


def tell(db: Session, by: Actor | None, what: str, facts: Mapping[str, Any]) -> None:
    """A row of the audit log, and a line of the log, of what this person did (`what`: found,
    export, erase, clearing); without an actor the installation's own command line did. `facts`:
    ids and counts, never words, names or LINE user ids. In the transaction of what was done.
    """
    kind, words = _TOLD[what]
    thing = next((name for name in ("resident", "caller") if name in facts), "")
    about = f"{thing}:{facts[thing]}" if thing else ""
    entries.write(db, kind, words, about, by=by.user_id if by else None, new=dict(facts))
    log.info("privacy", what=what, user=by.user_id if by else None, **facts)
