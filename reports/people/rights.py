"""What somebody is, and of which departments: kept in their row and beside it."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy.orm import Session

from reports.city import contractors, departments
from reports.people.models import User
from reports.people.permissions import RESIDENT, Actor, Role
from store import sql

ROLES: Final = tuple(role for role in Role if role not in (RESIDENT.role, Role.PROGRAM))
"""Of those who sign in."""
OF_DEPARTMENTS: Final = frozenset({Role.CREW, Role.DEPARTMENT})
"""Who is nothing without a department."""
DEPARTMENTS: Final = """ARRAY(
    SELECT one.key FROM user_departments ud JOIN departments one ON one.id = ud.department_id
    WHERE ud.user_id = u.id ORDER BY one.id <> u.department_id, one.id)
"""
"""SQL over users `u`: the keys of all of theirs, the first one first."""
OF_ANY: Final = """EXISTS (
    SELECT FROM user_departments ud JOIN departments one ON one.id = ud.department_id
    WHERE ud.user_id = u.id AND one.key = ANY(%(departments)s::text[]))
"""
"""SQL over users `u`: whether one of theirs is among these."""


def department_ids(db: Session, role: str, keys: Sequence[str]) -> Sequence[int]:
    """Of these departments, for somebody of this role. Raises ValueError saying what is wrong."""
    if role not in ROLES:
        raise ValueError(f"a role is one of {', '.join(ROLES)}, not {role!r}")
    found = [(key, departments.department_id(db, key)) for key in dict.fromkeys(keys)]
    for key, id in found:
        if id is None:
            raise ValueError(f"there is no department {key!r}")
    if role in OF_DEPARTMENTS and not found:
        raise ValueError(f"a {role} needs a department")
    return [id for _, id in found if id is not None]


def contractor_id(db: Session, role: str, key: str | None) -> int | None:
    """Of this contractor, for somebody of this role. Raises ValueError saying what is wrong."""
    if (role == Role.CONTRACTOR) != bool(key):
        raise ValueError("a contractor's sign-in, and no other, needs --contractor")
    found = contractors.contractor_id(db, key) if key else None
    if key and found is None:
        raise ValueError(f"there is no contractor {key!r}")
    return found


def keep_departments(db: Session, user_id: int, ids: Sequence[int]) -> None:
    """These are all of theirs; the first stands in their row already."""
    db.flush()
    sql.run(db, _GIVE_UP, user=user_id, ids=list(ids))
    sql.run(db, _KEEP, user=user_id, ids=list(ids))


def departments_of(db: Session, user_id: int) -> tuple[str, ...]:
    """The keys of theirs, the first one first."""
    row = sql.run(db, f"SELECT {DEPARTMENTS} FROM users u WHERE u.id = %(id)s", id=user_id)
    found = row.fetchone()
    return tuple(found[0]) if found else ()


def actor_of(db: Session, person: User) -> Actor:
    """Who they are as they do something now."""
    theirs = departments_of(db, person.id)
    first = theirs[0] if theirs else None
    return Actor(
        Role(person.role), person.shown_name, person.id, first, person.contractor_id,
        departments=theirs,
    )  # fmt: skip


def make_administrator(db: Session, name: str) -> bool:
    """Staff of this name who may come in says from now on who else may; whether there is one."""
    return sql.run(db, _RAISE, name=name).fetchone() is not None


_GIVE_UP: Final = """
    DELETE FROM user_departments
    WHERE user_id = %(user)s AND NOT department_id = ANY(%(ids)s::int[])
"""
_KEEP: Final = """
    INSERT INTO user_departments (user_id, department_id)
    SELECT %(user)s, id FROM unnest(%(ids)s::int[]) AS told (id) ON CONFLICT DO NOTHING
"""
_RAISE: Final = """
    UPDATE users SET role = 'administrator'
    WHERE name = %(name)s AND NOT disabled
      AND role IN ('viewer', 'department', 'staff', 'administrator')
    RETURNING id
"""
