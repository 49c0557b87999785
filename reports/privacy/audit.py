"""What was done with personal data, for whoever looks into it: the one place that says so."""

from collections.abc import Mapping
from typing import Any

import structlog
from sqlalchemy.orm import Session

from reports.people.permissions import Actor

log = structlog.get_logger()


def tell(db: Session, by: Actor | None, what: str, facts: Mapping[str, Any]) -> None:
    """A line of the log of what this person did (`what`: clearing, export, erase); without an actor
    the installation's own command line did. `facts`: ids and counts, never words, names or LINE
    user ids. In the transaction of what was done.
    """
    log.info("privacy", what=what, user=by.user_id if by else None, **facts)
