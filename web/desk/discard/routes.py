"""廃棄: what is due, lists that one proposes and another approves, 廃棄簿."""

from collections import Counter
from collections.abc import Callable
from typing import Annotated, Final

from fastapi import Query, Response
from fastapi.responses import JSONResponse, RedirectResponse, StreamingResponse
from sqlalchemy.orm import Session

from reports.city import periods, profile
from reports.city.clock import today
from reports.city.fiscal import year_words
from reports.discard import book, lists
from reports.discard.due import MOST, due
from reports.discard.lists import Refused
from reports.discard.models import DiscardList
from reports.discard.years import WHY_NOT
from reports.people.sessions import Visitor
from reports.privacy.words import length_words
from store.database import transaction
from web.auth import who
from web.auth.csrf import Form
from web.desk import quota
from web.desk.discard import files, holds
from web.kit.deps import Db, Id
from web.kit.errors import NotFound
from web.kit.pages import page
from web.kit.router import Router

router = Router(include_in_schema=False)
router.include(holds.router)

PAGE: Final = "/staff/discard"
ONE: Final = f"{PAGE}/lists/{{list_id}}"
ON_A_PAGE: Final = 100
_LISTS: Final = 20
_NO_LIST: Final = "この廃棄予定一覧はありません。"
PageNumber = Annotated[int, Query(ge=1, le=MOST)]


@router.get(PAGE)
def overview(visitor: who.Discards, db: Db, at: PageNumber = 1) -> Response:
    """What is due today, a page of it, and the lists there were."""
    return _overview(db, visitor, at)


@router.get(f"{PAGE}/due.csv")
def due_file(visitor: who.Discards, db: Db) -> StreamingResponse:
    """All that is due today."""
    return files.answer(files.of_due(due(db, today())), f"discard-due-{today():%Y%m%d}")


@router.post(f"{PAGE}/lists")
def propose(visitor: who.Discards, form: Form) -> Response:
    """Field: key. What is due today becomes a list that stays as it is; 409 with why not."""
    try:
        with transaction() as db:
            made = lists.propose(db, visitor.actor, today=today(), key=form.key)
    except Refused as refused:
        with transaction() as db:
            return _overview(db, visitor, 1, refused=str(refused), status=409)
    return RedirectResponse(ONE.format(list_id=made), 303)


@router.get(ONE)
def one(list_id: Id, visitor: who.Discards, db: Db, at: PageNumber = 1) -> Response:
    """A list as it was proposed, and what became of each line. Raises NotFound."""
    return _one(db, visitor, list_id, at)


@router.get(f"{ONE}/list.csv")
def list_file(list_id: Id, visitor: who.Discards, db: Db) -> StreamingResponse:
    """All of it. Raises NotFound."""
    found = _found(db, list_id)
    return files.answer(files.of_list(lists.items(db, list_id)), f"discard-{found.number}")


@router.get(f"{ONE}/progress")
def progress(list_id: Id, visitor: who.Discards, db: Db) -> Response:
    """Its `state` (approved, done, failed …), and how many are `done` of a `total`. Raises
    NotFound."""
    found = _found(db, list_id)
    told = {"state": found.state, "done": found.gone + found.left_over, "total": found.total}
    return JSONResponse(told, headers={"Cache-Control": "no-store"})


@router.post(f"{ONE}/approve")
def approve(list_id: Id, visitor: who.Discards, form: Form) -> Response:
    """Field: seen (the digest of what was shown). A worker throws it away; 409 with why not."""
    return _decided(visitor, list_id, lambda db: lists.approve(
        db, list_id, visitor.actor, seen=form.words("seen", most=64)))  # fmt: skip


@router.post(f"{ONE}/withdraw")
def withdraw(list_id: Id, visitor: who.Discards, form: Form) -> Response:
    """Nothing of it goes; 409 with why not."""
    return _decided(visitor, list_id, lambda db: lists.withdraw(db, list_id, visitor.actor))


@router.get(f"{PAGE}/book")
def book_page(visitor: who.Discards, db: Db) -> Response:
    """廃棄簿: the newest entries."""
    return page(
        "desk/discard/book.html",
        visitor=visitor,
        quota=quota.notice(db),
        entries=book.newest(db, ON_A_PAGE),
        many=book.many(db),
        year_words=year_words,
    )


@router.get(f"{PAGE}/book.csv")
def book_file(visitor: who.Discards) -> StreamingResponse:
    """All of it."""
    return files.answer(files.of_book(), f"discarded-{today():%Y%m%d}")


def _decided(visitor: Visitor, list_id: int, do: Callable[[Session], None]) -> Response:
    try:
        with transaction() as db:
            _found(db, list_id)
            do(db)
    except Refused as refused:
        with transaction() as db:
            return _one(db, visitor, list_id, 1, refused=str(refused), status=409)
    return RedirectResponse(ONE.format(list_id=list_id), 303)


def _found(db: Session, list_id: int) -> DiscardList:
    found = lists.one(db, list_id)
    if found is None:
        raise NotFound(_NO_LIST)
    return found


def _overview(
    db: Session, visitor: Visitor, at: int, *, refused: str = "", status: int = 200
) -> Response:
    facts = profile.profile(db)
    found = due(db, today())
    kinds = profile.categories(db).values()
    return page(
        "desk/discard/page.html",
        status=status,
        visitor=visitor,
        quota=quota.notice(db),
        refused=refused,
        due=found[(at - 1) * ON_A_PAGE : at * ON_A_PAGE],
        many=len(found),
        most=MOST,
        can_go=sum(not one.why_not for one in found),
        by_kind=Counter(one.kind for one in found if not one.why_not).most_common(),
        pages=_pages(len(found)),
        at=at,
        why_not=WHY_NOT,
        city=length_words(periods.RECORDS, periods.length(periods.said_in(facts), periods.RECORDS)),
        own={one.name("ja"): length_words(periods.RECORDS, one.keep_years)
             for one in kinds if one.keep_years is not None},
        open_one=lists.open_one(db),
        lists=lists.newest(db, _LISTS),
        year_words=year_words,
        states=STATES,
    )  # fmt: skip


def _one(
    db: Session,
    visitor: Visitor,
    list_id: int,
    at: int,
    *,
    refused: str = "",
    status: int = 200,
) -> Response:
    found = _found(db, list_id)
    lines = lists.items(db, list_id, after=(at - 1) * ON_A_PAGE, most=ON_A_PAGE)
    mine = visitor.user_id == found.proposed_by
    return page(
        "desk/discard/list.html",
        status=status,
        visitor=visitor,
        quota=quota.notice(db),
        refused=refused,
        list=found,
        lines=lines,
        counts=lists.counts(db, list_id),
        pages=_pages(lists.many(db, list_id)),
        at=at,
        why_not=WHY_NOT,
        waits_for_another=mine and not lists.is_alone(db, visitor.actor),
        is_alone=mine,
        states=STATES,
    )


def _pages(many: int) -> int:
    return max(1, -(-many // ON_A_PAGE))


STATES: Final = {
    "proposed": "承認待ち",
    "withdrawn": "取り下げ",
    "approved": "廃棄中",
    "done": "廃棄済み",
    "failed": "途中で停止",
}
"""Of a list."""
