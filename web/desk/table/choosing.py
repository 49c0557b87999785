"""Form and columns of a list that is saved: as the last time, or as a kept view has them."""

from typing import Final

from fastapi import Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from reports.documents.exports import choices
from reports.documents.exports.choices import Choice
from reports.documents.exports.forms import FORMS
from reports.people.sessions import Visitor
from reports.tickets.views import View, views
from store.database import transaction
from web.auth import who
from web.auth.csrf import Form
from web.desk.table.asked import refuse_unknown
from web.kit.errors import BadInput, NotFound
from web.kit.router import Router
from web.maps.filters import Filters

router = Router(include_in_schema=False)

_LONGEST: Final = 1_000
"""Letters of all columns' keys."""


@router.post("/staff/table/choice")
def keep(visitor: who.Exports, posted: Form) -> Response:
    """Fields: form, columns (keys with commas; none: the usual ones), view (an id: for all who have
    it; none: for the visitor). Raises BadInput, NotFound."""
    form = posted.fields.get("form", "")
    columns = [key for key in posted.fields.get("columns", "")[:_LONGEST].split(",") if key]
    if form not in FORMS:
        raise BadInput("この形式では保存できません。形式を選び直してください。")
    refuse_unknown(columns)
    choice = Choice(form, columns)
    view = posted.fields.get("view", "")
    with transaction() as db:
        if not view:
            choices.keep_for_person(db, visitor.actor, choice)
            return Response(status_code=204)
        found = _view(db, visitor, view)
        choices.keep_for_view(db, visitor.actor, found.id, choice)
    return RedirectResponse(f"/staff/table?{found.query}&done=view", 303)


def view_of(db: Session, visitor: Visitor, filters: Filters) -> View | None:
    """The kept view of these conditions, one's own before their department's."""
    theirs = views(db, visitor.user_id, visitor.departments)
    return next((view for view in theirs if view.query == filters.query), None)


def choice_of(db: Session, visitor: Visitor, view: View | None) -> Choice | None:
    """That of the view; else as this person saved last."""
    of_view = choices.of_view(db, view.id) if view else None
    return of_view or choices.of_person(db, visitor.user_id)


def _view(db: Session, visitor: Visitor, typed: str) -> View:
    """Raises NotFound."""
    theirs = views(db, visitor.user_id, visitor.departments)
    found = next((view for view in theirs if str(view.id) == typed), None)
    if found is None:
        raise NotFound("この一覧は、もう保存されていません。")
    return found
