"""The form and the columns by which somebody saves, and by which a view of the list is saved: kept
beside the person, and beside the view for all who have it. Never columns of residents' words."""

from collections.abc import Collection
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from reports.documents.exports.columns import COLUMNS
from reports.documents.exports.forms import FORMS
from reports.people.permissions import Actor, Do, NotTheirs, may
from reports.tickets.views import views
from store import sql


class Choice(NamedTuple):
    """Keys of FORMS and COLUMNS; without columns the usual ones."""

    form: str
    columns: Collection[str]


def of_person(db: Session, user_id: int) -> Choice | None:
    """As they saved last."""
    return _read(db, user=user_id, view=None)


def of_view(db: Session, view_id: int) -> Choice | None:
    """As somebody who has it said; None where nobody did."""
    return _read(db, user=None, view=view_id)


def keep_for_person(db: Session, by: Actor, choice: Choice) -> None:
    """Raises NotTheirs."""
    _keep(db, by, choice, user=by.user_id, view=None)


def keep_for_view(db: Session, by: Actor, view_id: int, choice: Choice) -> bool:
    """For all who have this view; False where it is none of theirs, or gone. Raises NotTheirs."""
    if by.user_id is None or not may(by, Do.VIEWS, None):
        raise NotTheirs(Do.VIEWS)
    if view_id not in {view.id for view in views(db, by.user_id, by.departments)}:
        return False
    _keep(db, by, choice, user=None, view=view_id)
    return True


def _read(db: Session, **owner: int | None) -> Choice | None:
    """What another version kept and this one does not know, is left out."""
    row = sql.run(db, _OF, **owner).fetchone()
    if row is None or row[0] not in FORMS:
        return None
    return Choice(row[0], _common(row[1]))


def _keep(db: Session, by: Actor, choice: Choice, **owner: int | None) -> None:
    if not may(by, Do.EXPORT, None):
        raise NotTheirs(Do.EXPORT)
    of = "user_id" if owner["view"] is None else "view_id"
    columns = _common(choice.columns)
    sql.run(db, _KEEP.replace("{of}", of), **owner, form=choice.form, columns=columns)


def _common(keys: Collection[str]) -> list[str]:
    return [key for key in COLUMNS if key in keys and not COLUMNS[key].is_personal]


_OF: Final = """
    SELECT form, columns FROM export_choices
    WHERE user_id = %(user)s::int OR view_id = %(view)s::int
"""
_KEEP: Final = """
    INSERT INTO export_choices AS kept (user_id, view_id, form, columns)
    VALUES (%(user)s, %(view)s, %(form)s, %(columns)s::text[])
    ON CONFLICT ({of}) DO UPDATE SET form = excluded.form, columns = excluded.columns
    WHERE (kept.form, kept.columns) IS DISTINCT FROM (excluded.form, excluded.columns)
"""
