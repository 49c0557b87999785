"""Today's tickets of the crew's department: a list and a map, and who takes which."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy.orm import Session

from reports.people.sessions import Visitor
from reports.tickets import lists, news
from reports.tickets.news import Moment
from reports.tickets.numbers import number_in
from reports.tickets.ranks import NoSuchPlace, Rank
from reports.tickets.read_models import TicketSummary
from reports.tickets.undoable import undoable
from settings import settings
from store.database import transaction
from web.auth import who
from web.auth.csrf import Form
from web.crew.list.claim import claim
from web.crew.list.order import shown
from web.crew.list.today import Today
from web.kit import assets
from web.kit.deps import Db
from web.kit.errors import BadInput, NotFound
from web.kit.news import answered, unchanged
from web.kit.pages import fragment, packed, page
from web.kit.policy import HEADER, inlined, policy
from web.kit.router import Router
from web.kit.tickets import ticket_for
from web.maps.base_map import first_look

router = Router(include_in_schema=False)

AT_ONCE: Final = 400
"""So many weigh some 25 kB on the wire; a phone fetches what follows by itself."""
_MOST_CHANGES: Final = 60
_SHEETS: Final = (
    "kit/colours.css", "kit/base.css", "crew/phone.css", "crew/list/page.css", "maps/map.css",
    "crew/offline/offline.css", "crew/patrol_bar.css", "crew/take_back.css",
)  # fmt: skip
"""In the page itself: over a slow line each of them would come a second or two later."""


@router.get("/crew/")
def worklist(request: Request, visitor: who.GoesOut, db: Db) -> Response:
    """Open tickets of the department: what is not mended yet, then urgent, then by deadline.

    `after`: what follows this rank. `only` (mine, all) and `order` as of `order.shown`. `done`,
    `passed`, `take`, `give_back`: what was just done, to say so. 304 for a page that asks again
    while nothing has changed.
    """
    now, asked = Today.now(db, visitor), dict(request.query_params)
    undo = [(one.history_id, round(one.seconds)) for one in undoable(visitor.user_id)]
    whose = f"{visitor.user_id}|{visitor.departments}"
    tag = unchanged(request, db, f"{whose}|{now.stamp}|{asked}|{undo}")
    return answered(
        tag.text, tag.is_known, lambda: packed(request, _worklist(db, now, tag.moment, asked))
    )


@router.get("/crew/changes")
def changes(visitor: who.GoesOut, db: Db, since: str = "", stamp: str = "") -> Response:
    """What an open list must be told: `rows` that came or changed (HTML), the numbers of all in
    their order, `count`, `reopened`, `mine`, and the next `moment`; 204 where that is nothing.

    `anew`: it is to be read anew, for too much has changed, or another day or order has begun.
    """
    moment = news.moment_in(since)
    seen, now = news.look(db, moment), Today.now(db, visitor)
    if moment is None or seen.is_all or stamp != now.stamp:
        return _json({"anew": True})
    if not seen.is_any:
        return Response(status_code=204)
    found = lists.changes(db, now.wanted, moment, most=_MOST_CHANGES)
    if found is None:
        return _json({"anew": True})
    rows = fragment("crew/list/rows.html", tickets=now.rows(db, found.lines))
    numbers = lists.numbers(db, now.wanted, lists.CREW, limit=lists.MOST_COUNTED)
    return _json({"moment": seen.now, "rows": rows, "numbers": numbers, **now.head(db)})


@router.post("/crew/claim")
def take_or_give_back(visitor: who.PutsInCharge, form: Form) -> Response:
    """Fields: act (take, give_back), and t.NUMBER for each ticket. 409 where one could not be."""
    told = claim(visitor, form)
    if told.refused:
        with transaction() as db:
            now, moment = Today.now(db, visitor), news.look(db, None).now
            return _worklist(db, now, moment, {}, status=409, sentence=told.words)
    return RedirectResponse(f"/crew/?{told.act}={len(told.done)}", 303)


def _worklist(
    db: Session,
    now: Today,
    moment: Moment,
    asked: Mapping[str, str],
    *,
    status: int = 200,
    sentence: str = "",
) -> HTMLResponse:
    order = lists.SORTS["deadline"] if asked.get("order") == "deadline" else lists.CREW
    found = lists.page(
        db, now.wanted, order, after=_rank(order, asked.get("after", "")), limit=AT_ONCE + 1
    )
    lines = found[:AT_ONCE]
    more = ",".join(str(part).lower() for part in order.rank(lines[-1])) if found[AT_ONCE:] else ""
    styles = inlined(_SHEETS)
    answer = page(
        "crew/list/page.html",
        status=status,
        styles=styles.text,
        visitor=now.visitor,
        more=more,
        moment=moment,
        stamp=now.stamp,
        packed=len(now.stops),
        look=first_look(db) if assets.has_map_files() else None,
        sentence=sentence,
        finished=_finished(db, now.visitor, asked.get("done", "")),
        passed=number_in(asked.get("passed", "")),
        took=_count(asked.get("take", "")),
        gave_back=_count(asked.get("give_back", "")),
        **shown(now.rows(db, lines), asked, packed=len(now.stops)),
        **now.head(db),
    )
    answer.headers[HEADER] = policy(settings().map_tiles_url, styles.source)
    return answer


def _rank(order: lists.Order, after: str) -> Rank:
    try:
        return lists.rank_in(order, after) if after else ()
    except NoSuchPlace as wrong:
        raise BadInput("一覧のその場所からは続けられません。一覧を開き直してください。") from wrong


def _count(typed: str) -> int:
    return int(typed) if re.fullmatch("[0-9]{1,2}", typed) else 0


def _finished(db: Session, visitor: Visitor, number: str) -> TicketSummary | None:
    """What this crew has just finished, to say so once more."""
    try:
        return ticket_for(db, visitor, number).ticket
    except NotFound:
        return None


def _json(body: dict[str, Any]) -> Response:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(text, media_type="application/json", headers={"Cache-Control": "no-store"})
