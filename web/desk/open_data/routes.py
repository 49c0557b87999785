"""The months of the open data, what is being made of them, and making one anew."""

from datetime import date
from typing import Final

from fastapi import Response
from fastapi.responses import JSONResponse, RedirectResponse

from reports.city import profile
from reports.city.clock import today
from reports.city.open_data import LICENCES, open_data
from reports.city.opened import opened
from reports.documents.open_data import changes, versions
from reports.documents.open_data.months import later, month_of, written
from web.auth import who
from web.auth.csrf import Form
from web.desk import quota
from web.desk.open_data import settings
from web.kit.deps import Db, Id
from web.kit.errors import BadInput, NotFound
from web.kit.pages import page
from web.kit.router import Router

router = Router(include_in_schema=False)
router.include(settings.router)

PAGE: Final = "/staff/open-data"
_RUNS: Final = 12
_FIRST: Final = date(2020, 1, 1)
_NO_RUN: Final = "この作成の記録はありません。"
_NO_MONTH: Final = "終わった月を「2026-11」のように選んでください。"


@router.get(PAGE)
def overview(visitor: who.Publishes, db: Db) -> Response:
    """What is published, and what was made last."""
    facts = profile.profile(db)
    said = open_data(facts)
    return page(
        "desk/open_data/page.html",
        visitor=visitor,
        quota=quota.notice(db),
        is_shown=opened(facts).shown,
        rule=said,
        licence=LICENCES[said.licence],
        newest=versions.newest_of_each(db),
        runs=versions.runs(db, _RUNS),
        last_month=later(today(), -1),
        written=written,
        words=changes.words,
    )


@router.post(PAGE)
def make_anew(visitor: who.Publishes, form: Form, db: Db) -> Response:
    """Fields: month (2026-11), key. A worker makes it. Raises BadInput."""
    month = month_of(form.words("month", most=7).strip())
    if month is None or not _FIRST <= month < today().replace(day=1):
        raise BadInput(_NO_MONTH, reason="no_month")
    run = versions.ask(db, month, by=visitor.user_id, key=form.key)
    return RedirectResponse(f"{PAGE}/{run}", 303)


@router.get(f"{PAGE}/{{run_id}}")
def run_page(run_id: Id, visitor: who.Publishes, db: Db) -> Response:
    """How far it is, and what it made. Raises NotFound."""
    run = versions.run_of(db, run_id)
    if run is None:
        raise NotFound(_NO_RUN)
    made = versions.version_of(db, run.month, run.version) if run.version else None
    return page(
        "desk/open_data/run.html",
        visitor=visitor,
        run=run,
        made=made,
        written=written,
        words=changes.words,
    )


@router.get(f"{PAGE}/{{run_id}}/progress")
def progress(run_id: Id, visitor: who.Publishes, db: Db) -> Response:
    """Its `state` (waiting, done, same, failed), and how many are `done` of a `total`. Raises
    NotFound."""
    run = versions.run_of(db, run_id)
    if run is None:
        raise NotFound(_NO_RUN)
    told = {name: getattr(run, name) for name in ("state", "done", "total")}
    return JSONResponse(told, headers={"Cache-Control": "no-store"})
