"""What happened to a public ticket, line by line: of the kinds that the public may read, the fields
that it may. Pure."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from reports.tickets.event_kinds import KINDS, Event, Reader

FIELDS: Final[Mapping[str, frozenset[str]]] = {
    "filed": frozenset(),
    "moved": frozenset({"from_status", "to_status"}),
    "recategorised": frozenset({"before", "to"}),
    "merged": frozenset(),
    "parted": frozenset(),
}
"""By kind, what of a line is public beside that and when it happened; who did it never is. Left
out: every note; reports' numbers, the number of another ticket (which may not be public), what a
crew said beyond the status, by which way it did."""


def public_line(
    event: Event, at: datetime, kept_back: Collection[str] = ()
) -> dict[str, Any] | None:
    """None where the public may not know of it. `kept_back`: keys of kinds of which nothing is
    told, also of a ticket that is of another kind by now."""
    kind = KINDS.get(getattr(event, "what", ""))
    if kind is None or kind.reader is not Reader.PUBLIC or event.what not in FIELDS:
        return None
    told = {name: getattr(event, name) for name in sorted(FIELDS[event.what])}
    of_kinds = event.what == "recategorised"
    shown = {
        name: None if of_kinds and value in kept_back else value for name, value in told.items()
    }
    return {"what": event.what, "at": at.astimezone(UTC).isoformat()} | {
        name: value if value is None else str(value) for name, value in shown.items()
    }
