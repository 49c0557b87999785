"""What is held of people, how long and why, how much there is, and what was cleared away."""

from datetime import UTC, datetime
from typing import Final

from fastapi import Response
from fastapi.responses import JSONResponse, RedirectResponse

from reports.city import periods, profile
from reports.privacy import clearing, words
from reports.privacy.above import above
from reports.privacy.steps import look
from web.auth import who
from web.auth.csrf import Form
from web.desk import quota
from web.desk.privacy import periods as period_pages
from web.desk.privacy import persons as person_pages
from web.kit.deps import Db, Id
from web.kit.errors import NotFound
from web.kit.pages import page
from web.kit.router import Router

router = Router(include_in_schema=False)
router.include(period_pages.router)
router.include(person_pages.router)

PAGE: Final = "/staff/privacy"
_RUNS: Final = 12
_NO_RUN: Final = "この消去の記録はありません。"


@router.get(PAGE)
def overview(
    visitor: who.KeepsPrivacy, db: Db, saved: bool = False, same: bool = False
) -> Response:
    """All that is held, by what goes."""
    now, keep = datetime.now(UTC), periods.said_in(profile.profile(db))
    holdings = look(db, above().steps, keep, now)
    return page(
        "desk/privacy/page.html",
        visitor=visitor,
        quota=quota.notice(db),
        saved=saved,
        same=same,
        holdings=sorted(holdings, key=lambda one: list(words.HELD).index(one.key)),
        due=sum(one.due for one in holdings),
        words=words,
        length=lambda key: words.length_words(key, periods.length(keep, key)),
        runs=clearing.latest(db, _RUNS),
        clock_at=clearing.last_of_clock(db),
    )


@router.get(f"{PAGE}/clearing")
def look_first(visitor: who.KeepsPrivacy, db: Db) -> Response:
    """What goes if it is cleared away now."""
    now, keep = datetime.now(UTC), periods.said_in(profile.profile(db))
    return page(
        "desk/privacy/clearing.html",
        visitor=visitor,
        quota=quota.notice(db),
        holdings=[one for one in look(db, above().steps, keep, now) if one.due],
        words=words,
        length=lambda key: words.length_words(key, periods.length(keep, key)),
    )


@router.post(f"{PAGE}/clearing")
def clear_away(visitor: who.KeepsPrivacy, form: Form, db: Db) -> Response:
    """Field: key. What is due goes, by a worker."""
    steps = above().steps
    run = clearing.begin(db, steps, visitor.actor, datetime.now(UTC), key=form.key)
    return RedirectResponse(f"{PAGE}/clearing/{run}", 303)


@router.get(f"{PAGE}/clearing/{{clearing_id}}")
def run_page(clearing_id: Id, visitor: who.KeepsPrivacy, db: Db) -> Response:
    """How far it is, and what has gone. Raises NotFound."""
    run = clearing.run_of(db, clearing_id)
    if run is None:
        raise NotFound(_NO_RUN)
    return page("desk/privacy/run.html", visitor=visitor, run=run, words=words)


@router.get(f"{PAGE}/clearing/{{clearing_id}}/progress")
def progress(clearing_id: Id, visitor: who.KeepsPrivacy, db: Db) -> Response:
    """Its `state` (running, done, failed), and how much is `done` of a `total`. Raises NotFound."""
    run = clearing.run_of(db, clearing_id)
    if run is None:
        raise NotFound(_NO_RUN)
    told = {name: getattr(run, name) for name in ("state", "done", "total")}
    return JSONResponse(told, headers={"Cache-Control": "no-store"})
