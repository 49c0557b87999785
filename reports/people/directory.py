"""Who may come in, who was invited, and who may not any more: as administrators read it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from reports.people.permissions import Role
from store import sql

MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Person:
    """`departments`: names, the first one first; `department_keys` alike. `is_invited`: has not
    come yet; `link_ends_at`: of the link that leads them in now, `mail_state` as of `Invitation`.
    """

    id: int
    name: str
    shown_name: str
    role: Role
    departments: Sequence[str]
    department_keys: Sequence[str]
    contractor: str | None
    contractor_key: str | None
    disabled: bool
    is_invited: bool
    last_sign_in_at: datetime | None
    created_at: datetime
    link_ends_at: datetime | None
    mail_state: str | None

    @property
    def state(self) -> str:
        """active, invited, expired (invited, and no link leads in any more) or disabled."""
        if self.is_invited:
            return "invited" if self.link_ends_at else "expired"
        return "disabled" if self.disabled else "active"


def people(
    db: Session, *, words: str = "", role: str = "", department: str = "", state: str = ""
) -> list[Person]:
    """By the name shown, MOST at most; `words` stand in either name. `state`: active, invited (also
    in vain) or disabled."""
    like = "%" + words.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"
    rows = sql.run(
        db, _PEOPLE, like=like, role=role, department=department, state=state, id=0, most=MOST
    )
    return [_person(*row) for row in rows]


def person(db: Session, user_id: int) -> Person | None:
    """The one of this id."""
    asked = {"like": "%", "role": "", "department": "", "state": "", "id": user_id, "most": 1}
    row = sql.run(db, _PEOPLE, **asked).fetchone()
    return _person(*row) if row else None


def names_of(db: Session, ids: Collection[int]) -> dict[int, str]:
    """The names shown of these, as far as they are there."""
    rows = sql.run(db, "SELECT id, shown_name FROM users WHERE id = ANY(%(ids)s)", ids=list(ids))
    return dict(rows)


def id_of(db: Session, name: str) -> int | None:
    """Of whoever signs in by this name, also where they may not."""
    row = sql.run(db, "SELECT id FROM users WHERE name = %(name)s", name=name).fetchone()
    return int(row[0]) if row else None


def _person(id: int, name: str, shown_name: str, role: str, *rest: object) -> Person:
    return Person(id, name, shown_name, Role(role), *rest)  # type: ignore[arg-type]


_PEOPLE: Final = """
    SELECT u.id, u.name, u.shown_name, u.role,
           ARRAY(SELECT d.name FROM user_departments ud
                 JOIN departments d ON d.id = ud.department_id
                 WHERE ud.user_id = u.id ORDER BY d.id <> u.department_id, d.id),
           ARRAY(SELECT d.key FROM user_departments ud
                 JOIN departments d ON d.id = ud.department_id
                 WHERE ud.user_id = u.id ORDER BY d.id <> u.department_id, d.id),
           c.name, c.key, u.disabled, u.password = '', u.last_sign_in_at, u.created_at,
           i.ends_at, i.mail_state
    FROM users u LEFT JOIN contractors c ON c.id = u.contractor_id
    LEFT JOIN LATERAL (
        SELECT ends_at, mail_state FROM invitations
        WHERE user_id = u.id AND used_at IS NULL AND revoked_at IS NULL AND ends_at > now()
        ORDER BY id DESC LIMIT 1) i ON true
    WHERE (u.name ILIKE %(like)s OR u.shown_name ILIKE %(like)s)
      AND %(role)s IN ('', u.role) AND %(id)s IN (0, u.id)
      AND (%(department)s = '' OR EXISTS (
          SELECT FROM user_departments ud JOIN departments d ON d.id = ud.department_id
          WHERE ud.user_id = u.id AND d.key = %(department)s))
      AND %(state)s IN ('', CASE WHEN u.password = '' THEN 'invited'
                                 WHEN u.disabled THEN 'disabled' ELSE 'active' END)
    ORDER BY u.disabled AND u.password <> '', u.shown_name, u.id LIMIT %(most)s
"""
