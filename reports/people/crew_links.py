"""Which crew member speaks by which LINE account: linked by a one-time code, undone by either side.

A link counts only while its account may come in: of one that is disabled it is as if it were gone,
and the clock takes it away.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from reports.people import link_codes
from reports.people.link_codes import Fate
from reports.people.models import CrewLink
from reports.people.permissions import Actor, Role
from reports.people.rights import DEPARTMENTS
from store import sql
from store.keyed import macs

CODE_LIVES: Final = timedelta(minutes=10)
COUNTED_FOR: Final = timedelta(hours=1)
MOST_CODES: Final = 5
"""Codes that one person gets within COUNTED_FOR."""
MOST_TRIES: Final = 5
"""Codes that do not fit, from one LINE account within COUNTED_FOR."""


class Code(NamedTuple):
    """As it is typed; shown only once. `expires_at`: it fits until then."""

    code: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Linked:
    """A crew member who speaks by LINE; `department` is a key, the first of `departments`.
    `flow`: what they are about to do there, as bot/dialogue/crew.py has it."""

    user_id: int
    name: str
    department: str
    department_name: str
    flow: Mapping[str, Any]
    linked_at: datetime
    departments: tuple[str, ...] = ()

    @property
    def actor(self) -> Actor:
        return Actor(
            Role.CREW, self.name, self.user_id, self.department, departments=self.departments
        )


def new_code(db: Session, user_id: int) -> Code | None:
    """A code for this person; those before it fit no more. None where they had MOST_CODES."""
    sql.run(db, _ONE_AT_A_TIME, user=user_id)
    code = link_codes.made()
    facts = {"user": user_id, "hash": _hashes(code)[0], "lives": CODE_LIVES}
    row = sql.run(db, _NEW_CODE, **facts, counted=COUNTED_FOR, most=MOST_CODES).fetchone()
    return Code(code, row[0]) if row else None


def try_code(db: Session, line_user_id: str, code: str) -> tuple[Fate, int | None]:
    """Whether this LINE user may link by it, and with which account; what does not fit counts."""
    tries = sql.run(db, _TRIES, line=line_user_id, counted=COUNTED_FOR).fetchone()
    if tries and tries[0] >= MOST_TRIES:
        return Fate.TOO_MANY, None
    row = sql.run(db, _WHOSE_CODE, hashes=_hashes(code)).fetchone()
    if row is None:
        sql.run(db, _COUNT_TRY, line=line_user_id)
        return Fate.UNKNOWN, None
    linked = link_of(db, line_user_id)
    taken = linked is not None and linked.user_id != row[0]
    return (Fate.TAKEN if taken else Fate.FITS), row[0]


def link(db: Session, user_id: int, line_user_id: str) -> None:
    """From now on this person speaks by this LINE account alone, and it by nobody else."""
    sql.run(db, _LINK, user=user_id, line=line_user_id)


def unlink(db: Session, user_id: int) -> bool:
    """The account's side ends it. Whether there was any link."""
    sql.run(db, _FORGET_CODES_OF, user=user_id)
    gone = delete(CrewLink).where(CrewLink.user_id == user_id).returning(CrewLink.user_id)
    return db.scalar(gone) is not None


def unlink_line(db: Session, line_user_id: str) -> None:
    """LINE's side ends it: by their words, or as they have blocked us."""
    db.execute(delete(CrewLink).where(CrewLink.line_user_id == line_user_id))


def link_of(db: Session, line_user_id: str) -> Linked | None:
    """Who speaks by this LINE account, if it is a crew member's who may come in."""
    row = sql.run(db, f"{_LINKED} AND l.line_user_id = %(line)s", line=line_user_id).fetchone()
    return _linked(row) if row else None


def link_of_user(db: Session, user_id: int) -> Linked | None:
    """Whether this person speaks by LINE."""
    row = sql.run(db, f"{_LINKED} AND l.user_id = %(user)s", user=user_id).fetchone()
    return _linked(row) if row else None


def _linked(row: Sequence[Any]) -> Linked:
    user_id, name, department, its_name, flow, linked_at, departments = row
    return Linked(user_id, name, department, its_name, flow, linked_at, tuple(departments))


def line_of(db: Session, user_id: int) -> str | None:
    """The LINE user id by which this person speaks."""
    return db.scalar(select(CrewLink.line_user_id).where(CrewLink.user_id == user_id))


def lines_of(
    db: Session, department_id: int | None, assignee_id: int | None
) -> Sequence[tuple[int, str]]:
    """User id and LINE user id of the linked crew of this department, or of the one in charge."""
    found = sql.run(db, _LINES_OF, department=department_id, assignee=assignee_id)
    return [(user_id, line) for user_id, line in found]


def keep_flow(db: Session, user_id: int, flow: Mapping[str, Any]) -> None:
    """What they are about to do, until the next thing that they send."""
    sql.run(db, _KEEP_FLOW, user=user_id, flow=json.dumps(flow))


def forget(db: Session) -> int:
    """Codes and tries that count no more, and links of accounts that have ended."""
    return sum(sql.run(db, each, counted=COUNTED_FOR).rowcount for each in _FORGET)


def _hashes(code: str) -> list[str]:
    """HMAC-SHA256 in hex, under SECRET_KEY first: so short a code could be guessed from a bare
    hash."""
    return [made.hex() for made in macs(f"link:{code}")]


_ONE_AT_A_TIME: Final = "SELECT 1 FROM users WHERE id = %(user)s FOR NO KEY UPDATE"
_NEW_CODE: Final = """
    WITH older AS (
        UPDATE crew_link_codes SET expires_at = now()
        WHERE user_id = %(user)s AND expires_at > now()
    )
    INSERT INTO crew_link_codes (user_id, code_hash, expires_at)
    SELECT %(user)s, %(hash)s, now() + %(lives)s
    WHERE (SELECT count(*) FROM crew_link_codes
           WHERE user_id = %(user)s AND made_at > now() - %(counted)s) < %(most)s
    RETURNING expires_at
"""
_TRIES: Final = """
    SELECT count(*) FROM crew_link_tries
    WHERE line_user_id = %(line)s AND at > now() - %(counted)s
"""
_COUNT_TRY: Final = "INSERT INTO crew_link_tries (line_user_id) VALUES (%(line)s)"
_WHOSE_CODE: Final = """
    SELECT c.user_id FROM crew_link_codes c JOIN users u ON u.id = c.user_id
    WHERE c.code_hash = ANY(%(hashes)s) AND c.expires_at > now()
      AND u.role = 'crew' AND NOT u.disabled
    FOR UPDATE OF c
"""
_LINK: Final = """
    WITH used AS (
        UPDATE crew_link_codes SET expires_at = now()
        WHERE user_id = %(user)s AND expires_at > now()
    ), ended AS (
        DELETE FROM crew_links WHERE line_user_id = %(line)s AND user_id <> %(user)s
    )
    INSERT INTO crew_links (user_id, line_user_id) VALUES (%(user)s, %(line)s)
    ON CONFLICT (user_id) DO UPDATE
    SET line_user_id = excluded.line_user_id, flow = '{}', linked_at = now()
"""
_FORGET_CODES_OF: Final = """
    UPDATE crew_link_codes SET expires_at = now() WHERE user_id = %(user)s AND expires_at > now()
"""
_LINKED: Final = f"""
    SELECT u.id, u.shown_name, d.key, d.name, l.flow, l.linked_at, {DEPARTMENTS}
    FROM crew_links l JOIN users u ON u.id = l.user_id JOIN departments d ON d.id = u.department_id
    WHERE u.role = 'crew' AND NOT u.disabled
"""
_LINES_OF: Final = """
    SELECT u.id, l.line_user_id FROM crew_links l JOIN users u ON u.id = l.user_id
    WHERE u.role = 'crew' AND NOT u.disabled
      AND (u.id IN (SELECT user_id FROM user_departments WHERE department_id = %(department)s::int)
           OR u.id = %(assignee)s::int) ORDER BY u.id
"""
_KEEP_FLOW: Final = "UPDATE crew_links SET flow = %(flow)s::jsonb WHERE user_id = %(user)s"
_FORGET: Final = (
    "DELETE FROM crew_link_codes WHERE made_at < now() - %(counted)s AND expires_at < now()",
    "DELETE FROM crew_link_tries WHERE at < now() - %(counted)s",
    "DELETE FROM crew_links l USING users u WHERE u.id = l.user_id AND u.disabled"
    " AND %(counted)s IS NOT NULL",
)
