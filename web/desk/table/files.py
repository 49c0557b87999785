"""Files of the list that take a while: asked for, looked after, and saved by who asked."""

from math import ceil
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import Path, Query, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse, StreamingResponse
from sqlalchemy.orm import Session

from reports.documents.exports import kept
from reports.documents.exports.forms import FORMS
from reports.documents.exports.kept import Kept
from reports.people.permissions import Do
from reports.people.sessions import Visitor
from store.database import transaction
from web.auth import who
from web.auth.csrf import Form
from web.desk.table.asked import Columns, FormKey, as_file, asked_for, tell_of_words
from web.kit.deps import Db
from web.kit.errors import BadInput, NotAllowed, NotFound, TooMany
from web.kit.pages import page
from web.kit.router import Router
from web.maps.filters import Filters

router = Router(include_in_schema=False)

FileId = Annotated[int, Path(ge=1, le=2**63 - 1)]
_GONE: Final = (
    "このファイルはありません。作ったファイルが残るのは長くても1日で、作った人だけが保存できます。"
    "一覧から、もう一度作ってください。"
)
_KILOBYTE: Final = 1024


@router.post("/staff/table/files")
def ask_for(
    visitor: who.Exports,
    posted: Form,
    filters: Annotated[Filters, Query()],
    form: FormKey = "",
    columns: Columns = [],  # noqa: B006
) -> Response:
    """Have the list's file made by a worker; goes to its page. A press that is sent twice is one.

    Raises BadInput, TooMany.
    """
    if posted.key is None:
        raise BadInput("もう一度、一覧の「保存・印刷」から始めてください。")
    one = asked_for(filters, visitor, form, columns)
    try:
        with transaction() as db:
            made = kept.ask_for(
                db, one.asked, one.wanted, one.order, user_id=visitor.user_id, key=posted.key
            )
            tell_of_words(db, one, made)
    except kept.TooManyWaiting:
        raise TooMany(
            f"作っている途中のファイルが{kept.MOST_WAITING}つあります。"
            "できるのを待って、もう一度お試しください。"
        ) from None
    return RedirectResponse(f"/staff/table/files/{made}", 303)


@router.get("/staff/table/files/{file_id}")
def look_at(file_id: FileId, visitor: who.Exports, db: Db) -> Response:
    """How far it is, and in the end where it is saved from. Raises NotFound."""
    one = _theirs(db, visitor, file_id)
    return page(
        "desk/table/made.html",
        visitor=visitor,
        file=one,
        size=size_words(one),
        form=FORMS[one.form],
    )


@router.get("/staff/table/files/{file_id}/progress")
def progress(file_id: FileId, visitor: who.Exports, db: Db) -> Response:
    """Its `state` (waiting, done, failed), how many of its tickets are `done` of a `total`, how
    many files are `ahead` of it, and its `size` in words. Raises NotFound."""
    one = _theirs(db, visitor, file_id)
    told = {name: getattr(one, name) for name in ("state", "done", "total", "ahead")}
    return JSONResponse(told | {"size": size_words(one)}, headers={"Cache-Control": "no-store"})


@router.get("/staff/table/files/{file_id}/file")
def save_made(file_id: FileId, visitor: who.Exports) -> StreamingResponse:
    """The file, once it is made. Raises NotFound, NotAllowed for one with residents' words where
    these are no longer theirs."""
    with transaction() as db:
        one = _theirs(db, visitor, file_id)
    if one.state != "done":
        raise NotFound(_GONE)
    if one.is_personal and not visitor.may(Do.EXPORT_WORDS):
        raise NotAllowed("通報した人の言葉は、ファイルに保存できません。")
    return as_file(one.form, one.name, kept.pieces(one.id), one.bytes)


def filters_in(request: Request) -> list[tuple[str, str]]:
    """The list's conditions as they stand in the address."""
    return [
        (name, value)
        for name, value in request.query_params.multi_items()
        if name in Filters.model_fields and value
    ]


def address_to_make(request: Request, form: str) -> str:
    """Where to ask for the file that this address cannot give at once."""
    return f"/staff/table/files?{_asked_in(request, form)}"


def address_to_choose(request: Request, form: str) -> str:
    """The page on which it was chosen."""
    return f"/staff/table?{_asked_in(request, form)}"


def size_words(one: Kept) -> str:
    """7.2 MB, or 12 KB."""
    if one.bytes < _KILOBYTE**2:
        return f"{ceil(one.bytes / _KILOBYTE)} KB"
    return f"{one.bytes / _KILOBYTE**2:.1f} MB"


def _asked_in(request: Request, form: str) -> str:
    columns = [("column", key) for key in request.query_params.getlist("column")]
    return urlencode([*filters_in(request), ("form", form), *columns])


def _theirs(db: Session, visitor: Visitor, file_id: int) -> Kept:
    """Raises NotFound."""
    found = kept.of(db, visitor.user_id, file_id)
    if not found:
        raise NotFound(_GONE)
    return found[0]
