"""Many tickets at once: chosen in the list, looked at, done with progress, taken back."""

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Final

from fastapi import Response
from fastapi.responses import JSONResponse, RedirectResponse
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from geo.points import Point
from reports.actions import bulk_runs
from reports.actions.bulk import is_told, seal
from reports.actions.bulk_preview import preview
from reports.actions.bulk_runs import Run, TooManyRuns
from reports.city import clock, profile
from reports.outbox.quota import state as quota_state
from reports.people.colleagues import in_charge, offices
from reports.people.sessions import Visitor
from reports.tickets import lists, queries
from reports.tickets.numbers import number_in
from reports.tickets.status import TOLD_BY_PUSH, Status
from store.database import transaction
from web.auth import who
from web.auth.csrf import Form
from web.desk import quota
from web.desk.bulk.acts import act_in, fields_of, words_of
from web.desk.bulk.offers import offers
from web.kit.deps import Db, Id
from web.kit.errors import BadInput, NotFound, TooMany
from web.kit.forms import Posted
from web.kit.pages import page
from web.kit.router import Router
from web.maps.filters import Filters, called

router = Router(include_in_schema=False)

Bounds = tuple[float, float, float, float]

SECONDS: Final = 8.0
"""What is not done by then is a worker's."""
_PATIENCE: Final = "2s"
_LONGEST: Final = 40
"""Letters of a ticket's number."""
_TOO_MANY: Final = (
    f"「まとめて変える」の途中のものが{bulk_runs.MOST_WAITING}件あります。"
    "終わるのを待つか、決めていない画面で「何もせずにやめる」を押してから、もう一度お試しください。決めていないものは1時間で消えます。"
)
MOVES: Final = tuple(status for status in Status if status not in (Status.MERGED, Status.RECEIVED))


@router.post("/staff/bulk")
def choose(visitor: who.DoesMany, form: Form) -> Response:
    """Fields: numbers (of tickets, with commas), or view (the query of the list: all of it) and
    bounds (west,south,east,north: only of that part of the map); then ("save": they are saved or
    printed)."""
    view, numbers = form.fields.get("view", ""), form.fields.get("numbers", "")
    with transaction() as db:
        ids = _of_view(db, visitor, view, _bounds(form)) if view else _of_numbers(db, numbers)
        if not ids:
            raise BadInput("受付票を選んでください。")
        try:
            run_id = bulk_runs.choose(db, ids, visitor.actor, key=form.key)
        except TooManyRuns as many:
            raise TooMany(_TOO_MANY) from many
    if form.fields.get("then") == "save":
        return RedirectResponse(f"/staff/table?chosen={run_id}", 303)
    return RedirectResponse(f"/staff/bulk/{run_id}", 303)


@router.get("/staff/bulk/{run_id}")
def look(run_id: Id, visitor: who.DoesMany, db: Db) -> Response:
    """What can be done with them; what would happen; how far it is; what could not be done."""
    return _page(db, visitor, _run(db, visitor, run_id))


@router.get("/staff/bulk/{run_id}/progress.json")
def progress(run_id: Id, visitor: who.DoesMany, db: Db) -> Response:
    """`state`, and how many are `done` of a `total`."""
    run = _run(db, visitor, run_id)
    told = {"state": run.state, "done": run.done, "total": run.total}
    return JSONResponse(told, headers={"Cache-Control": "no-store"})


@router.post("/staff/bulk/{run_id}/act")
def wish(run_id: Id, visitor: who.DoesMany, form: Form) -> Response:
    """Fields: as of `act_in`. Nothing is done yet."""
    with transaction() as db:
        run = _run(db, visitor, run_id)
        try:
            act = act_in(db, form)
        except BadInput as refusal:
            return _page(
                db, visitor, run, status=refusal.status, sentence=refusal.sentence,
                typed=form.fields,
            )  # fmt: skip
        bulk_runs.wish(db, run_id, act)
    return RedirectResponse(f"/staff/bulk/{run_id}#preview", 303)


@router.post("/staff/bulk/{run_id}/begin")
def begin(run_id: Id, visitor: who.DoesMany, form: Form) -> Response:
    """Field: shown (the seal of the act that the page showed). Done at once where it is little,
    else by a worker."""
    with transaction() as db:
        run = _run(db, visitor, run_id)
        begun = bulk_runs.begin(db, run_id, form.fields.get("shown", ""))
        if not begun and run.state == "chosen":
            sentence = "ほかの画面で内容が変わりました。何が起きるかを、もう一度見てください。"
            return _page(db, visitor, run, status=409, sentence=sentence)
    if begun:
        _now(run)
    return RedirectResponse(f"/staff/bulk/{run_id}", 303)


@router.post("/staff/bulk/{run_id}/stop")
def stop(run_id: Id, visitor: who.DoesMany, form: Form) -> Response:
    """What was chosen is given up before it begins; what is gone already stays so."""
    with transaction() as db:
        if _is_theirs(bulk_runs.run_of(db, run_id), visitor):
            bulk_runs.give_up(db, run_id)
    return RedirectResponse("/staff/", 303)


@router.post("/staff/bulk/{run_id}/undo")
def undo(run_id: Id, visitor: who.DoesMany, form: Form) -> Response:
    """A run that takes this one back, begun at once; where one does already, that one."""
    with transaction() as db:
        if before := _run(db, visitor, run_id).undone_by:
            return RedirectResponse(f"/staff/bulk/{before}", 303)
        undo_id = bulk_runs.undo_run(db, run_id, visitor.actor)
        if undo_id is None:
            raise BadInput("もう元に戻せません。画面を開き直してください。")
        bulk_runs.begin(db, undo_id)
        undoing = _run(db, visitor, undo_id)
    _now(undoing)
    return RedirectResponse(f"/staff/bulk/{undo_id}", 303)


def _now(run: Run) -> None:
    """A few are done at once, but for tickets that are in others' hands: those are a worker's."""
    if run.total > bulk_runs.AT_ONCE:
        return
    end = time.monotonic() + SECONDS
    with suppress(OperationalError):
        bulk_runs.go_on(run.id, lambda: time.monotonic() > end, patience=_PATIENCE)


def _page(
    db: Session,
    visitor: Visitor,
    run: Run,
    *,
    status: int = 200,
    sentence: str = "",
    typed: Mapping[str, str] | None = None,
) -> Response:
    people, crew = in_charge(db)
    looked = None
    if run.act and run.state == "chosen":
        looked = preview(db, bulk_runs.ticket_ids(db, run.id), run.act, visitor.actor)
    return page(
        "desk/bulk/page.html",
        status=status,
        visitor=visitor,
        quota=quota.notice(db),
        left=_left(db),
        run=run,
        looked=looked,
        shown=seal(run.act) if run.act else "",
        told=run.act is not None and is_told(run.act),
        words=words_of(db, run.act) if run.act else "",
        refused=bulk_runs.refused(db, run.id),
        may_be_undone=run.may_be_undone(clock.now()),
        undo_minutes=int(bulk_runs.UNDO_FOR.total_seconds() // 60),
        moves=MOVES,
        pushed=TOLD_BY_PUSH,
        departments=queries.departments(db),
        crew=crew,
        people=people,
        offices=offices(db),
        templates=offers(profile.templates(db), bulk_runs.categories(db, run.id)),
        sentence=sentence,
        value=(fields_of(run.act) if run.act else {}) | dict(typed or {}),
    )


def _left(db: Session) -> int | None:
    """Pushes that LINE still allows this month; None where it has not said, or sets no limit."""
    known = quota_state(db)
    return max(known.limit - known.used, 0) if known and known.limit is not None else None


def _run(db: Session, visitor: Visitor, run_id: int) -> Run:
    run = bulk_runs.run_of(db, run_id)
    if run is None or not _is_theirs(run, visitor):
        raise NotFound("この操作は、もう残っていません。一覧から選び直してください。")
    return run


def _is_theirs(run: Run | None, visitor: Visitor) -> bool:
    return run is not None and run.by_id == visitor.user_id


def _of_view(db: Session, visitor: Visitor, query: str, bounds: Bounds | None) -> list[int]:
    try:
        filters = Filters.read(query)
    except ValueError as wrong:
        raise BadInput("一覧の条件を読み取れません。一覧から選び直してください。") from wrong
    wanted = replace(filters.found(db, visitor), bbox=bounds)
    order = lists.desk_order(wanted, filters.sort, called(db, visitor))
    ids = lists.ids(db, wanted, order, limit=bulk_runs.MOST + 1)
    if len(ids) > bulk_runs.MOST:
        raise BadInput(f"一度に変えられるのは {bulk_runs.MOST:,}件までです。条件を絞ってください。")
    return ids


def _bounds(form: Posted) -> Bounds | None:
    typed = form.fields.get("bounds", "")
    if not typed:
        return None
    try:
        west, south, east, north = map(float, typed.split(","))
        Point(west, south), Point(east, north)
    except ValueError as wrong:
        raise BadInput("地図の範囲を読み取れません。もう一度お試しください。") from wrong
    return west, south, east, north


def _of_numbers(db: Session, typed: str) -> list[int]:
    words = [word[:_LONGEST] for word in typed.split(",")[: bulk_runs.MOST]]
    numbers = [known for known in map(number_in, words) if known]
    found = queries.ids_of(db, numbers)
    return [found[number] for number in dict.fromkeys(numbers) if number in found]
