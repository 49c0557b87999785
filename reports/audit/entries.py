"""One row of the audit log more. Changes in watched tables are written by triggers (migration
0043): what is written here is what no table shows: who looked, who got a file, who was refused."""

import json
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from reports.audit.kinds import Kind
from store import sql
from store.database import at_once
from store.origin import origin

Values = Mapping[str, Any]
"""What stands in a row as old or new: never anybody's words, names, numbers or secrets."""


def write(
    db: Session,
    kind: Kind,
    what: str,
    about: str = "",
    *,
    by: int | None = None,
    old: Values | None = None,
    new: Values | None = None,
) -> None:
    """In `db`'s transaction. `what`: plain English words that stand in web/desk/audit/words.py;
    `about`: a thing and its number ("resident:5"); `by`: a user's id, where it is not who asks."""
    sql.run(db, _WRITE, **_values(kind, what, about, by, old, new))


def write_at_once(
    kind: Kind, what: str, about: str = "", *, by: int | None = None, new: Values | None = None
) -> None:
    """The same as a transaction of its own, in one round trip. Raises SQLAlchemyError."""
    given = _values(kind, what, about, by, None, new)
    at_once(_WRITE_AT_ONCE, *(given[name] for name in _NAMES))


def _values(
    kind: Kind, what: str, about: str, by: int | None, old: Values | None, new: Values | None
) -> dict[str, Any]:
    here = origin.get()
    return {
        "kind": kind,
        "what": what,
        "about": about.replace("\0", "")[:_LONGEST],
        "user_id": by if by is not None or here is None else here.user_id,
        "via": here.via if here else "michi",
        "address": here.address if here else "",
        "old": json.dumps(old) if old else None,
        "new": json.dumps(new) if new else None,
    }


_LONGEST: Final = 200
_NAMES: Final = ("kind", "what", "about", "user_id", "via", "address", "old", "new")
_INTO: Final = f"INSERT INTO audit ({', '.join(_NAMES)}) VALUES"
_WRITE: Final = f"{_INTO} ({', '.join(f'%({name})s' for name in _NAMES)})"
_WRITE_AT_ONCE: Final = f"{_INTO} ({', '.join(['%s'] * len(_NAMES))})"
