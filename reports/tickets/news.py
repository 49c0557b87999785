"""Whether anything is new since a moment, exactly, whichever commit overtook which.

A moment is a snapshot of the database: which transactions had committed. Every ticket keeps the
transaction that wrote it last, so what is new is what that snapshot does not see: one look at the
end of an index, no counter that all who write would wait for (docs/decisions/0028).
"""

import re
from itertools import pairwise
from typing import Final, NamedTuple, NewType

from sqlalchemy.orm import Session

from store import sql

Moment = NewType("Moment", str)
"""As PostgreSQL writes a snapshot: 1200:1204:1201,1203."""

_SHAPE: Final = re.compile(r"[0-9]{1,18}:[0-9]{1,18}:(?:[0-9]{1,18}(?:,[0-9]{1,18}){0,300})?")
_MOMENT: Final = "%(moment)s::text::pg_snapshot"
SINCE: Final = f"""
    t.changed_in >= pg_snapshot_xmin({_MOMENT})::text::bigint
    AND t.changed_in < pg_snapshot_xmax(pg_current_snapshot())::text::bigint
    AND NOT pg_visible_in_snapshot(t.changed_in::text::xid8, {_MOMENT})
"""
"""SQL over tickets `t`, with the value `moment`. Numbers that are still to come are of a server
that this database was brought from."""
_LOOK: Final = f"""
    SELECT pg_current_snapshot()::text,
           pg_snapshot_xmax({_MOMENT}) > pg_snapshot_xmax(pg_current_snapshot()),
           EXISTS (SELECT FROM tickets t WHERE {SINCE})
"""


class News(NamedTuple):
    """The moment it is now, and whether a ticket was written since the other one.

    `is_all`: there is no other one, or it is of another server, so that all there is may be new.
    """

    now: Moment
    is_any: bool
    is_all: bool


def moment_in(typed: str) -> Moment | None:
    """What `look` gave as `now`, when it comes back."""
    return Moment(typed) if _SHAPE.fullmatch(typed) and _is_snapshot(typed) else None


def look(db: Session, since: Moment | None) -> News:
    """Without a moment before, everything is new; so it is after a move to another server."""
    ((now, is_foreign, is_any),) = sql.run(db, _LOOK, moment=since or "1:1:").fetchall()
    is_all = is_foreign or since is None
    return News(Moment(now), is_any or is_all, is_all)


def _is_snapshot(typed: str) -> bool:
    """Those still running lie, in their order, from the first of them to the next one to come."""
    first, end, running = typed.split(":")
    numbers = [int(number) for number in running.split(",") if number]
    least, most = int(first), int(end)
    in_order = all(one < other for one, other in pairwise(numbers))
    return 0 < least <= most and in_order and all(least <= number < most for number in numbers)
