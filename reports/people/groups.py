"""What the provider's groups give: a role and its departments, or a firm, for everybody of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from reports.people.permissions import Role
from store import sql

STRONGEST_FIRST: Final = (
    Role.ADMINISTRATOR, Role.STAFF, Role.DEPARTMENT, Role.CREW, Role.CONTRACTOR, Role.VIEWER,
)  # fmt: skip
"""Of the roles that somebody's groups give, the first of these is theirs."""
MOST_GROUPS: Final = 1_000
"""Of one person's, as far as they are looked at."""


@dataclass(frozen=True, slots=True)
class Group:
    """`name` as the provider's tokens carry it; `departments` and `contractor` are names, beside
    them their keys."""

    id: int
    name: str
    role: Role
    departments: Sequence[str]
    department_keys: Sequence[str]
    contractor: str | None
    contractor_key: str | None


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody's groups make of them together; departments and contractor are keys."""

    role: Role
    departments: Sequence[str]
    contractor: str | None


def groups(db: Session) -> list[Group]:
    """All of the table, by name."""
    return [_group(*row) for row in sql.run(db, _GROUPS, names=None)]


def given(db: Session, names: Collection[str]) -> Given | None:
    """The strongest role of these groups, with the departments of all that give it; None where they
    give none. A retired firm's group gives nothing."""
    asked = [name.replace("\0", "") for name in names][:MOST_GROUPS]
    found = [_group(*row) for row in sql.run(db, _GROUPS, names=asked)]
    for role in STRONGEST_FIRST:
        if giving := [one for one in found if one.role is role]:
            keys = dict.fromkeys(key for one in giving for key in one.department_keys)
            return Given(role, list(keys), giving[0].contractor_key)
    return None


def _group(id: int, name: str, role: str, *rest: object) -> Group:
    return Group(id, name, Role(role), *rest)  # type: ignore[arg-type]


_GROUPS: Final = """
    SELECT g.id, g.name, g.role,
           ARRAY(SELECT d.name FROM provider_group_departments gd
                 JOIN departments d ON d.id = gd.department_id
                 WHERE gd.group_id = g.id ORDER BY d.id),
           ARRAY(SELECT d.key FROM provider_group_departments gd
                 JOIN departments d ON d.id = gd.department_id
                 WHERE gd.group_id = g.id ORDER BY d.id),
           c.name, c.key
    FROM provider_groups g LEFT JOIN contractors c ON c.id = g.contractor_id
    WHERE %(names)s::text[] IS NULL
       OR (g.name = ANY(%(names)s::text[]) AND c.retired IS NOT TRUE)
    ORDER BY g.name
"""
