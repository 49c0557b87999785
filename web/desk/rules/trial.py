"""A version of the routing table tried on past tickets: asked for, then looked at until done."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Response
from fastapi.responses import JSONResponse
from sqlalchemy.orm import Session

from reports.city.clock import today, zone
from reports.routing import trial_runs
from reports.routing.trial import Trial
from reports.routing.trial_runs import Run
from reports.tickets import queries
from web.auth.csrf import Form
from web.auth.sessions import Staff
from web.kit.deps import Db
from web.kit.errors import BadInput, NotFound
from web.kit.forms import Posted

router = APIRouter(include_in_schema=False)

_EARLIEST: Final = date(2000, 1, 1)
_WRONG: Final = "試せませんでした。少し待って、もう一度お試しください。"
_GONE: Final = "この結果は、もう残っていません。もう一度お試しください。"
_NOT_KEPT: Final = {"Cache-Control": "no-store"}


@router.post("/staff/rules/{number}/trial")
def ask_for(
    number: Annotated[int, Path(ge=1, le=2_147_483_647)], visitor: Staff, form: Form, db: Db
) -> Response:
    """Field: since. Answers the number of the trial, which workers do from now on."""
    trial_id = trial_runs.ask_for(db, number, _since(form))
    return JSONResponse({"trial": trial_id}, 202, _NOT_KEPT)


@router.get("/staff/rules/trials/{trial_id}")
def look_at(trial_id: Annotated[int, Path(ge=1, le=2**63 - 1)], visitor: Staff, db: Db) -> Response:
    """{ahead} while others are done first, then {done, total}, at last {result} or {wrong}."""
    run = trial_runs.run_of(db, trial_id)
    if run is None:
        raise NotFound(_GONE)
    return JSONResponse(_told(db, run), headers=_NOT_KEPT)


def _told(db: Session, run: Run) -> Mapping[str, Any]:
    if run.trial:
        names = {one.key: one.name for one in queries.departments(db)}
        return {"result": _result(run.trial, names)}
    if run.state == "failed":
        return {"wrong": _WRONG}
    return {"ahead": run.ahead, "done": run.done, "total": run.total}


def _result(found: Trial, departments: Mapping[str, str]) -> Mapping[str, Any]:
    """As JSON. A department is its key, "" for 担当課未定; `names` has those that are met."""
    matrix = [(before or "", after or "", count) for (before, after), count in found.matrix.items()]
    met = {key for before, after, _ in matrix for key in (before, after) if key}
    return {
        "looked_at": found.looked_at,
        "unchanged": found.unchanged,
        "by_hand": found.by_hand,
        "days": sum(found.days.values()),
        "matrix": matrix,
        "names": {key: departments.get(key, key) for key in sorted(met)},
        "moves": [
            {
                "number": move.number,
                "lon": move.lon,
                "lat": move.lat,
                "before": move.before or "",
                "after": move.after or "",
                "rule_before": move.rule_before,
                "rule_after": move.rule_after,
            }
            for move in found.moves
        ],
    }


def _since(form: Posted) -> datetime:
    """Midnight in the city. Raises BadInput."""
    try:
        day = date.fromisoformat(form.fields.get("since", ""))
    except ValueError:
        raise BadInput("いつからの受付票で試すか、日付を入れてください。") from None
    if not _EARLIEST <= day <= today():
        raise BadInput("2000年から今日までの日付を入れてください。")
    return datetime.combine(day, time(), zone())
