"""A view of the list is kept, renamed, given up, or made the one that the list begins with."""

import unicodedata
from typing import Final

from sqlalchemy.orm import Session

from reports.people.permissions import Actor, Do, NotTheirs, may
from store import sql

LONGEST: Final = 40
"""Letters of a name."""
MOST: Final = 30
"""So many are kept for a person, and for a department."""


class Wrong(ValueError):
    """What cannot be kept: "name", "taken" (another view has this name), "many", "gone"."""


def keep_view(db: Session, by: Actor, name: str, query: str, *, for_department: bool) -> int:
    """Kept for this person or their department; gives its id, also of the same one from before.

    `query`: as `Filters.query` gives it. Raises Wrong, NotTheirs.
    """
    owner = _owner(by, for_department=for_department)
    name = _checked(name)
    sql.run(db, _ALONE)
    known = sql.run(db, _KNOWN, **owner).fetchall()
    for id, other, kept in known:
        if other == name:
            if kept == query:
                return int(id)
            raise Wrong("taken")
    if len(known) >= MOST:
        raise Wrong("many")
    ((made,),) = sql.run(db, _KEEP, **owner, name=name, query=query).fetchall()
    return int(made)


def rename_view(db: Session, by: Actor, view_id: int, name: str) -> None:
    """Raises Wrong, NotTheirs."""
    name = _checked(name)
    sql.run(db, _ALONE)
    _own(db, by, view_id)
    if sql.run(db, _NAMED_SO, id=view_id, name=name).fetchone():
        raise Wrong("taken")
    sql.run(db, "UPDATE saved_views SET name = %(name)s WHERE id = %(id)s", id=view_id, name=name)


def drop_view(db: Session, by: Actor, view_id: int) -> None:
    """For all who have it; nothing where it is gone already. Raises NotTheirs."""
    try:
        _own(db, by, view_id)
    except Wrong:
        return
    sql.run(db, "DELETE FROM saved_views WHERE id = %(id)s", id=view_id)


def start_with(db: Session, by: Actor, view_id: int | None) -> None:
    """Their list begins with this view, or with all that is open. Raises Wrong, NotTheirs."""
    _allow(by)
    if view_id is None:
        sql.run(db, "DELETE FROM start_views WHERE user_id = %(user)s", user=by.user_id)
        return
    _own(db, by, view_id)
    sql.run(db, _START, user=by.user_id, view=view_id)


def _checked(name: str) -> str:
    name = " ".join(name.split())
    is_seen = any(unicodedata.category(letter)[0] in "LNPS" for letter in name)
    if not is_seen or len(name) > LONGEST:
        raise Wrong("name")
    return name


def _owner(by: Actor, *, for_department: bool) -> dict[str, object]:
    _allow(by)
    if for_department and not by.department:
        raise NotTheirs(Do.VIEWS)
    if for_department:
        return {"user": None, "department": by.department}
    return {"user": by.user_id, "department": None}


def _allow(by: Actor) -> None:
    if not may(by, Do.VIEWS, None):
        raise NotTheirs(Do.VIEWS)


def _own(db: Session, by: Actor, view_id: int) -> None:
    """Theirs or of a department of theirs, and nobody gives it up meanwhile."""
    _allow(by)
    facts = {"user": by.user_id, "departments": list(by.departments)}
    found = sql.run(db, _OWN, id=view_id, **facts).fetchone()
    if found is None:
        raise Wrong("gone")


_ALONE: Final = "LOCK TABLE saved_views IN SHARE ROW EXCLUSIVE MODE"
"""So that what was looked up is so until the commit; others read on."""
_KNOWN: Final = """
    SELECT id, name, query FROM saved_views
    WHERE user_id = %(user)s
       OR department_id = (SELECT id FROM departments WHERE key = %(department)s::text)
"""
_KEEP: Final = """
    INSERT INTO saved_views (name, query, user_id, department_id)
    VALUES (%(name)s, %(query)s, %(user)s,
            (SELECT id FROM departments WHERE key = %(department)s::text))
    RETURNING id
"""
_OWN: Final = """
    SELECT FROM saved_views v LEFT JOIN departments d ON d.id = v.department_id
    WHERE v.id = %(id)s AND (v.user_id = %(user)s OR d.key = ANY(%(departments)s::text[]))
    FOR UPDATE OF v
"""
_NAMED_SO: Final = """
    SELECT FROM saved_views v JOIN saved_views o
      ON o.id <> v.id AND (o.user_id = v.user_id OR o.department_id = v.department_id)
    WHERE v.id = %(id)s AND o.name = %(name)s
"""
_START: Final = """
    INSERT INTO start_views (user_id, view_id) VALUES (%(user)s, %(view)s)
    ON CONFLICT (user_id) DO UPDATE SET view_id = excluded.view_id
"""
