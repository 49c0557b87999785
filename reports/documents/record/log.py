"""Who looked at a ticket and what was changed past its history, out of the audit log: for its
record."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from reports.audit import about
from reports.documents.record.ticket import plain
from reports.people.directory import names_of

Row = dict[str, Any]


def looks(db: Session, numbers: Sequence[str]) -> list[Row]:
    """Who opened the page or took a file along, who did so first first."""
    found = about.looks(db, _abouts(numbers))
    names = names_of(db, [one.user_id for one in found if one.user_id])
    return [
        {
            "id": one.id,
            "kind": one.kind,
            "who": names.get(one.user_id or 0, "") or one.via or "不明",
            "first_at": plain(one.first_at),
            "last_at": plain(one.last_at),
            "times": one.times,
        }
        for one in found
    ]


def changes(db: Session, numbers: Sequence[str]) -> list[Row]:
    """What was changed in its tables by hand or by an action without a line of history."""
    found = about.changes(db, _abouts(numbers))
    names = names_of(db, [one.user_id for one in found if one.user_id])
    return [
        {
            "id": one.id,
            "at": plain(one.at),
            "what": one.what,
            "who": names.get(one.user_id or 0, "") or one.via or "不明",
        }
        for one in found
    ]


def _abouts(numbers: Sequence[str]) -> list[str]:
    return [f"ticket:{number}" for number in numbers]
