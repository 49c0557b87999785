"""Who waits to be rung back: a list, and what was said ticks it off."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from fastapi import Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from reports.actions.call_back import SaidMeanwhile, called_back, forget_caller
from reports.city import profile
from reports.people.permissions import Do, NotTheirs, limited_to
from reports.people.sessions import Visitor
from reports.tickets.callers import call_backs
from reports.tickets.lock import NoSuchTicket
from reports.tickets.numbers import number_in
from store.database import transaction
from web.auth import who
from web.auth.csrf import Form
from web.desk import quota
from web.kit.deps import Db, Id
from web.kit.errors import NotFound
from web.kit.pages import page
from web.kit.router import Router

router = Router(include_in_schema=False)

_ID: Final = re.compile(r"[0-9]{1,18}")
_MEANWHILE: Final = (
    "電話している間に、状態が変わりました。いまの内容を確かめて、もう一度伝えてください。"
)


@router.get("/staff/calls")
def listing(visitor: who.Calls, db: Db) -> Response:
    """Those who wait longest first, each with what there is to tell."""
    return _page(db, visitor)


def _page(db: Session, visitor: Visitor, *, status: int = 200, sentence: str = "") -> Response:
    names = {key: category.name("ja") for key, category in profile.categories(db).items()}
    return page(
        "desk/calls/page.html",
        status=status,
        sentence=sentence,
        visitor=visitor,
        quota=quota.notice(db),
        calls=call_backs(db, limited_to(visitor.actor, Do.CALL)),
        names=names,
    )


@router.post("/staff/calls/{report_id}/done")
def call_is_made(report_id: Id, visitor: who.Calls, form: Form) -> Response:
    """Fields: note (what was said, for staff), seen (`CallerSummary.moved_id`), reached
    ("no": nobody answered), back (the number
    of the ticket to go back to)."""
    note, typed = form.words("note"), form.fields.get("seen", "")
    seen = int(typed) if _ID.fullmatch(typed) else None
    try:
        with _one_act() as db:
            called_back(
                db, report_id, visitor.actor, note,
                key=form.key, seen=seen, reached=form.fields.get("reached") != "no",
            )  # fmt: skip
    except SaidMeanwhile:
        with transaction() as db:
            return _page(db, visitor, status=409, sentence=_MEANWHILE)
    return _back(form.fields.get("back", ""))


@router.post("/staff/calls/{report_id}/forget")
def number_is_forgotten(report_id: Id, visitor: who.Calls, form: Form) -> Response:
    """Fields: back, as above."""
    with _one_act() as db:
        forget_caller(db, report_id, visitor.actor)
    return _back(form.fields.get("back", ""))


@contextmanager
def _one_act() -> Iterator[Session]:
    """One commit. Raises NotFound where there is no such report."""
    try:
        with transaction() as db:
            yield db
    except (NoSuchTicket, NotTheirs) as gone:
        raise NotFound("この通報はありません。一覧を開き直してください。") from gone


def _back(number: str) -> Response:
    known = number_in(number[:40])
    return RedirectResponse(f"/staff/tickets/{known}#words-title" if known else "/staff/calls", 303)
