"""A version of the routing table tried on past tickets, told line by line while it is counted."""

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from queue import SimpleQueue
from typing import Annotated, Any, Final

import structlog
from fastapi import APIRouter, Path, Response
from fastapi.responses import StreamingResponse

from reports.city.clock import today, zone
from reports.routing import versions
from reports.routing.choose import Rule
from reports.routing.trial import Trial, try_rules
from store.database import transaction
from web.auth.csrf import Form
from web.auth.sessions import Staff
from web.kit.errors import BadInput
from web.kit.forms import Posted

router = APIRouter(include_in_schema=False)
log = structlog.get_logger()

_EARLIEST: Final = date(2000, 1, 1)
_WRONG: Final = {"wrong": "試せませんでした。少し待って、もう一度お試しください。"}
_HEADERS: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


@router.post("/staff/rules/{number}/trial")
def trial(
    number: Annotated[int, Path(ge=1, le=2_147_483_647)], visitor: Staff, form: Form
) -> Response:
    """Field: since. NDJSON: {done, total} now and then, at last {result} or {wrong}."""
    since = _since(form)
    with transaction() as db:
        rules = versions.rules(db, number)
        departments = {key: each.name for key, each in versions.known(db).departments.items()}
    lines = (
        json.dumps(said, ensure_ascii=False) + "\n" for said in _told(rules, since, departments)
    )
    return StreamingResponse(lines, media_type="application/x-ndjson", headers=_HEADERS)


class _Left(Exception):
    """Nobody listens any more."""


def _told(
    rules: Sequence[Rule], since: datetime, departments: Mapping[str, str]
) -> Iterator[Mapping[str, Any]]:
    """Counting runs in a thread of its own, which ends when this iterator is closed."""
    said: SimpleQueue[Mapping[str, Any] | None] = SimpleQueue()
    left = threading.Event()

    def progress(done: int, total: int) -> None:
        if left.is_set():
            raise _Left
        said.put({"done": done, "total": total})

    def count() -> None:
        try:
            with transaction() as db:
                said.put({"result": _result(try_rules(db, rules, since, progress), departments)})
        except _Left:
            pass
        except Exception:
            log.exception("trial_failed")
            said.put(_WRONG)
        finally:
            said.put(None)

    threading.Thread(target=count, daemon=True).start()
    try:
        yield from iter(said.get, None)
    finally:
        left.set()


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
