"""Views of the list: kept from it under a name, and a page to rename and to give them up."""

from collections.abc import Callable
from typing import Final

from fastapi import Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from reports.actions.keep_view import LONGEST, MOST, Wrong, drop_view, keep_view, rename_view
from reports.actions.keep_view import start_with as start_with_view
from reports.people.permissions import Actor, NotTheirs
from reports.people.sessions import Visitor
from reports.tickets.views import views
from store.database import transaction
from web.auth import who
from web.auth.csrf import Form
from web.desk import quota
from web.kit.deps import Db
from web.kit.errors import BadInput, NotAllowed, NotFound
from web.kit.pages import page
from web.kit.router import Router
from web.maps.filters import Filters

router = Router(include_in_schema=False)

PAGE: Final = "/staff/views"
_WRONG: Final = {
    "name": f"名前を {LONGEST} 文字以内で書いてください。",
    "taken": "この名前の一覧は、もう保存されています。別の名前にしてください。",
    "many": f"保存できる一覧は {MOST} 件までです。使わないものを削除してください。",
    "gone": "この一覧は、もう削除されています。",
}
_UNREAD: Final = "この条件は保存できません。一覧を開き直して、もう一度お試しください。"
_DONE: Final = {
    "renamed": "名前を変えました。",
    "dropped": "一覧を削除しました。",
    "start": "最初に開く一覧を変えました。",
}
Act = Callable[[Session, Actor], object]


@router.get(PAGE)
def listing(visitor: who.KeepsViews, db: Db, done: str = "") -> Response:
    """The visitor's views and those of their department."""
    return _page(db, visitor, done=_DONE.get(done, ""))


@router.post(PAGE)
def keep(visitor: who.KeepsViews, form: Form) -> Response:
    """Fields: name, query (of the list's address), whose ("department", or one's own), start."""
    try:
        query = Filters.read(form.fields.get("query", "").lstrip("?")).query
    except ValueError as wrong:
        raise BadInput(_UNREAD) from wrong
    for_department = form.fields.get("whose") == "department"

    def kept(db: Session, by: Actor) -> None:
        view = keep_view(db, by, form.words("name"), query, for_department=for_department)
        if form.fields.get("start"):
            start_with_view(db, by, view)

    return _acted(visitor, kept, f"/staff/?{query}#kept")


@router.post(f"{PAGE}/start")
def start_with(visitor: who.KeepsViews, form: Form) -> Response:
    """Field: view, an id, or nothing for all that is open."""
    typed = form.fields.get("view", "")
    view = _id(typed) if typed else None
    return _acted(visitor, lambda db, by: start_with_view(db, by, view), f"{PAGE}?done=start")


@router.post(f"{PAGE}/{{view}}/rename")
def rename(view: str, visitor: who.KeepsViews, form: Form) -> Response:
    """Field: name."""
    to = f"{PAGE}?done=renamed"
    return _acted(visitor, lambda db, by: rename_view(db, by, _id(view), form.words("name")), to)


@router.post(f"{PAGE}/{{view}}/drop")
def drop(view: str, visitor: who.KeepsViews, form: Form) -> Response:
    """No fields."""
    return _acted(visitor, lambda db, by: drop_view(db, by, _id(view)), f"{PAGE}?done=dropped")


def _acted(visitor: Visitor, act: Act, to: str) -> Response:
    """What is wrong is said on the page of all views."""
    try:
        with transaction() as db:
            act(db, visitor.actor)
    except Wrong as wrong:
        with transaction() as db:
            return _page(db, visitor, sentence=_WRONG[str(wrong)])
    except NotTheirs as wrong:
        raise NotAllowed("担当課のない人は、課の一覧を保存できません。") from wrong
    return RedirectResponse(to, 303)


def _page(db: Session, visitor: Visitor, *, sentence: str = "", done: str = "") -> Response:
    return page(
        "desk/views/page.html",
        status=422 if sentence else 200,
        visitor=visitor,
        quota=quota.notice(db),
        views=views(db, visitor.user_id, visitor.departments),
        longest=LONGEST,
        sentence=sentence,
        done=done,
    )


def _id(typed: str) -> int:
    """Raises NotFound."""
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 10):
        raise NotFound("この一覧はありません。")
    return int(typed)
