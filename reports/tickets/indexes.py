"""In which orders tickets are read, and by what they are found: each has its index."""

from typing import Any, Final

from sqlalchemy import Index, text

from reports.tickets.status import OPEN

STILL_OPEN = f"status IN ({', '.join(repr(str(s)) for s in sorted(OPEN))})"
SILENT = "status = 'forwarded'"
TO_AND_FRO = 't.why @> \'{"reason": "to_and_fro"}\'::jsonb'
BY_DEADLINE = "coalesce(t.deadline, 'infinity'::date)"
OF_ONE = ("NOT t.urgent", f"NOT {TO_AND_FRO}", BY_DEADLINE, "t.id")
"""The order of work within a department, over tickets `t`: the worst first, then by deadline."""
WORKLIST = ("t.department_id IS NOT NULL", *OF_ONE)
"""The same for all: what is nobody's first."""
CREW = (
    "t.status <> 'reopened'",
    "t.status = 'monitoring' OR t.status = 'forwarded'",
    "NOT t.urgent",
    BY_DEADLINE,
    "t.id",
)
"""A crew's order: what is not mended yet first, what waits last, then as of OF_ONE."""
CHARGED = "assignee_id IS NOT NULL"
UNREAD = "unread_since IS NOT NULL"
WANTS = (
    "(t.unread_since IS NOT NULL OR t.status = 'reopened' OR t.urgent AND t.status = 'received')"
)
"""What wants attention whoever looks: an answer of a resident, a repair that does not hold, what is
urgent and was not looked at yet; over tickets `t`."""
ATTENTION = WANTS.replace("t.", "")
"""The same without their name."""
WANTING = f"{WANTS}::integer"
"""1 where it wants attention, else 0: what is true or false is taken apart before an index of it is
looked for."""
UNFORGOTTEN = "forgotten_at IS NULL OR forgotten_at < closed_at"
HAS_WORDS = f"({UNFORGOTTEN}) AND (words_gone_at IS NULL OR words_gone_at < closed_at)"
HAS_ORIGINALS = "originals_gone_at IS NULL OR originals_gone_at < closed_at"
HAS_EXIF = "exif_gone_at IS NULL OR exif_gone_at < closed_at"
"""What has not left a ticket yet; of those that are closed, indexes find what is due."""


def _closed(has: str) -> str:
    return f"closed_at IS NOT NULL AND ({has})"


def in_order(*keys: str, down: bool = False) -> str:
    """These expressions as an order, or as a row to compare with."""
    return ", ".join(f"({key}){' DESC' if down else ''}" for key in keys)


def _open_in(name: str, *keys: str) -> Index:
    """Open tickets in this order, so that a list reads no more of them than it shows."""
    return _open(name, *(text(f"({key})".replace("t.", "")) for key in keys))


def _open(name: str, *columns: Any, **how: Any) -> Index:
    return Index(f"ix_tickets_{name}", *columns, postgresql_where=text(STILL_OPEN), **how)


OF_TICKETS: Final = (
    Index("ix_tickets_place", "place", postgresql_using="gist"),
    _open("open_place", "place", postgresql_using="gist"),
    _open("queue", "department_id", "status", "deadline", "id"),
    _open_in("worklist", *WORKLIST),
    _open_in("worklist_of", "t.department_id", *OF_ONE),
    _open_in("wanting", WANTING, *WORKLIST),
    _open_in("wanting_of", WANTING, "t.department_id", *OF_ONE),
    _open_in("crew", "t.department_id", *CREW),
    _open_in("open_deadline", BY_DEADLINE, "t.id"),
    _open("open_received", "received_at", "id"),
    _open("open_changed", "updated_at", "id"),
    _open("open_followers", "follower_count", "id"),
    Index("ix_tickets_received", "received_at", "id"),
    Index("ix_tickets_followers", "follower_count", "id"),
    Index("ix_tickets_closed", "closed_at", postgresql_where=text("closed_at IS NOT NULL")),
    Index("ix_tickets_attention", "id", postgresql_where=text(ATTENTION)),
    Index("ix_tickets_changed_in", "changed_in"),
    Index("ix_tickets_updated", "updated_at", "id"),
    Index("ix_tickets_change", "change"),
    Index("ix_tickets_unforgotten", "closed_at", postgresql_where=text(UNFORGOTTEN)),
    *(
        Index(f"ix_tickets_with_{what}", "closed_at", postgresql_where=text(_closed(has)))
        for what, has in (
            ("words", HAS_WORDS),
            ("originals", HAS_ORIGINALS),
            ("exif", HAS_EXIF),
        )
    ),
    Index("ix_tickets_silent", "silent_since", postgresql_where=text(SILENT)),
    Index("ix_tickets_assignee", "assignee_id", postgresql_where=text(CHARGED)),
    Index("ix_tickets_unread", "unread_since", postgresql_where=text(UNREAD)),
)
