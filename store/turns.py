"""Whose turn it is: the next task of a fair kind is of the person who has had the least.

In order of arrival one person's eighty photos would keep everybody waiting who comes after them.
So an RQ job of such a kind is a turn, and the row is chosen when somebody comes to it: of whoever
has the fewest in hand, of those the one whose last one was begun the longest ago, and the first
of theirs that came. All of it stands in the rows: no matter who is killed or what Redis forgets.
"""

from datetime import timedelta
from typing import Final

from sqlalchemy.orm import Session

from store import sql
from store.tasks import MOST_ATTEMPTS, Task, TaskKind

_ONE_AT_A_TIME: Final = f"SELECT pg_advisory_xact_lock({0x7475726E})"
_CLAIM: Final = """
    WITH waiting AS (
        SELECT id, whose FROM tasks
        WHERE name = %(name)s AND finished_at IS NULL AND due_at <= now() AND attempts < %(most)s
    ), busy AS (
        SELECT whose, count(*) AS in_hand FROM tasks
        WHERE name = %(name)s AND finished_at IS NULL AND due_at > now() AND held_by IS NOT NULL
        GROUP BY whose
    ), people AS (
        SELECT whose, coalesce(in_hand, 0) AS in_hand,
               (SELECT max(begun_at) FROM tasks
                WHERE whose = someone.whose AND begun_at IS NOT NULL) AS last
        FROM (SELECT DISTINCT whose FROM waiting) someone LEFT JOIN busy USING (whose)
    )
    UPDATE tasks SET attempts = attempts + 1, due_at = now() + %(lease)s, held_by = %(job)s,
                     begun_at = clock_timestamp()
    WHERE id = (SELECT id FROM waiting JOIN people USING (whose)
                ORDER BY in_hand, last NULLS FIRST, id LIMIT 1)
      AND finished_at IS NULL AND due_at <= now()
    RETURNING id, name, args, attempts, trace
"""


def claim_next(db: Session, kind: TaskKind, *, job: str = "") -> Task | None:
    """Take the task of this kind whose turn it is, for its lease; None when none is due.

    Two who ask at once are given turns one after the other: each sees what the other has taken.
    """
    sql.run(db, _ONE_AT_A_TIME)
    lease = timedelta(seconds=kind.lease)
    asked = {"name": kind.name, "most": MOST_ATTEMPTS, "lease": lease, "job": job}
    row = sql.run(db, _CLAIM, **asked).fetchone()
    return Task(*row) if row else None
