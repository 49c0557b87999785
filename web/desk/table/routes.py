"""The desk's list with its conditions as a file: its form and columns are chosen, then saved."""

from itertools import chain
from typing import Annotated, Final

from fastapi import Query, Request, Response

from reports.documents.exports import forms, kept
from reports.documents.exports.columns import COLUMNS, chosen
from reports.documents.exports.forms import FORMS
from reports.people.permissions import Do, limited_to
from reports.people.sessions import Visitor
from reports.tickets import lists
from store.database import transaction
from web.auth import who
from web.desk.table import choosing, conditions, files
from web.desk.table.asked import (
    Columns,
    FormKey,
    as_file,
    asked_for,
    refuse_gone,
    refuse_unknown,
    tell_of_words,
)
from web.kit.deps import Db
from web.kit.pages import page
from web.kit.router import Router
from web.maps.filters import Filters

router = Router(include_in_schema=False)
router.include(files.router)
router.include(choosing.router)

MOST_COUNTED: Final = max(form.most for form in FORMS.values())


@router.get("/staff/table")
def choose(
    request: Request,
    visitor: who.Exports,
    db: Db,
    filters: Annotated[Filters, Query()],
    form: FormKey = "",
    columns: Columns = [],  # noqa: B006
    done: str = "",
) -> Response:
    """The page on which form and columns are chosen; the list's conditions stand in its address,
    and what is chosen already."""
    refuse_unknown(columns)
    wanted = filters.found(db, visitor)
    refuse_gone(filters, wanted)
    view = choosing.view_of(db, visitor, filters)
    kept_so = choosing.choice_of(db, visitor, view) if not (form or columns) else None
    if kept_so:
        form, columns = kept_so.form, list(kept_so.columns)
    return page(
        "desk/table/page.html",
        visitor=visitor,
        conditions=conditions.said(db, filters),
        count=lists.count(db, wanted, MOST_COUNTED),
        most_counted=MOST_COUNTED,
        filters=files.filters_in(request),
        forms=FORMS,
        form=form if form in FORMS else "xlsx",
        columns={
            key: column
            for key, column in COLUMNS.items()
            if not column.is_personal or visitor.may(Do.EXPORT_WORDS)
        },
        only_ours=limited_to(visitor.actor, Do.EXPORT_WORDS) is not None,
        chosen=chosen(columns),
        view=view,
        done=done == "view",
        files=kept.of(db, visitor.user_id),
    )


@router.get("/staff/table/file")
def save(
    request: Request,
    visitor: who.Exports,
    filters: Annotated[Filters, Query()],
    form: FormKey = "",
    columns: Columns = [],  # noqa: B006
) -> Response:
    """The list in its order, in this form; a page that offers to have it made, where that takes
    longer than somebody waits. Raises BadInput, NoFont, FilesAway."""
    return _saved(request, visitor, filters, form, columns)


@router.get("/staff/tickets.csv")
def tickets_csv(
    request: Request, visitor: who.Exports, filters: Annotated[Filters, Query()]
) -> Response:
    """The usual columns as CSV."""
    return _saved(request, visitor, filters, "csv", [])


def _saved(
    request: Request, visitor: Visitor, filters: Filters, form: str, columns: list[str]
) -> Response:
    one = asked_for(filters, visitor, form, columns)
    if one.count > FORMS[form].at_once:
        return page(
            "desk/table/large.html",
            visitor=visitor,
            count=one.count,
            conditions=one.asked.conditions,
            form=FORMS[form],
            address=files.address_to_make(request, form),
            back=files.address_to_choose(request, form),
        )
    with transaction() as db:
        ids = lists.ids(db, one.wanted, one.order, limit=FORMS[form].at_once)
        tell_of_words(db, one)
    pieces = forms.make(one.asked, [ids])
    begin = next(pieces, b"")  # what is wrong is wrong before anything has been sent
    return as_file(form, one.asked.name, chain((begin,), pieces))
