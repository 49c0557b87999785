"""A version of the routing table tried on past tickets: asked for, then looked at until done."""

import json
from datetime import date, datetime, time
from typing import Annotated, Final

from fastapi import Path, Response
from fastapi.responses import JSONResponse

from reports.city.clock import today, zone
from reports.routing import trial_runs
from reports.routing.trial_runs import Run
from web.auth import who
from web.auth.csrf import Form
from web.kit.deps import Db
from web.kit.errors import BadInput, NotFound
from web.kit.forms import Posted
from web.kit.router import Router

router = Router(include_in_schema=False)

_EARLIEST: Final = date(2000, 1, 1)
_WRONG: Final = '{"wrong": "試せませんでした。少し待って、もう一度お試しください。"}'
_GONE: Final = "この結果は、もう残っていません。もう一度お試しください。"
_NOT_KEPT: Final = {"Cache-Control": "no-store"}


@router.post("/staff/rules/{number}/trial")
def ask_for(
    number: Annotated[int, Path(ge=1, le=2_147_483_647)],
    visitor: who.EditsRules,
    form: Form,
    db: Db,
) -> Response:
    """Field: since. Answers the number of the `trial`, which workers do from now on, and what
    `look_at` would say."""
    trial_id = trial_runs.ask_for(db, number, _since(form))
    run = trial_runs.run_of(db, trial_id)
    return JSONResponse({"trial": trial_id} | (_way(run) if run else {}), 202, _NOT_KEPT)


@router.get("/staff/rules/trials/{trial_id}")
def look_at(
    trial_id: Annotated[int, Path(ge=1, le=2**63 - 1)], visitor: who.EditsRules, db: Db
) -> Response:
    """How many are `ahead` of it, and how many of its tickets are `done` of a `total`; in the end
    its `result`, or what went `wrong`."""
    run = trial_runs.run_of(db, trial_id)
    if run is None:
        raise NotFound(_GONE)
    return Response(_told(run), media_type="application/json", headers=_NOT_KEPT)


def _told(run: Run) -> str:
    if run.result:
        return f'{{"result": {run.result}}}'
    if run.state == "failed":
        return _WRONG
    return json.dumps(_way(run))


def _way(run: Run) -> dict[str, int]:
    return {"ahead": run.ahead, "done": run.done, "total": run.total}


def _since(form: Posted) -> datetime:
    """Midnight in the city. Raises BadInput."""
    try:
        day = date.fromisoformat(form.fields.get("since", ""))
    except ValueError:
        raise BadInput("いつからの受付票で試すか、日付を入れてください。") from None
    if not _EARLIEST <= day <= today():
        raise BadInput("2000年から今日までの日付を入れてください。")
    return datetime.combine(day, time(), zone())
