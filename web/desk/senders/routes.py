"""Residents who disturb: from whom nothing is taken and how long, whom a limit has stopped, and
the page of one of them."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from fastapi import Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from reports.actions.pause import LONGEST, CannotPause, pause, take_again
from reports.city import profile
from reports.city.clock import today
from reports.outbox.counts import stopped
from reports.people import pauses
from reports.people.models import Resident
from reports.people.permissions import NotTheirs
from reports.people.sessions import Visitor
from reports.privacy.erase import held
from reports.tickets.residents_view import latest_of
from store.database import transaction
from web.auth import who
from web.auth.csrf import Form
from web.kit.days import day_in
from web.kit.deps import Db, Id
from web.kit.errors import BadInput, NotAllowed, NotFound
from web.kit.pages import page
from web.kit.router import Router

router = Router(include_in_schema=False)

PAGE: Final = "/staff/senders"
LOOKED_BACK: Final = timedelta(days=30)
MOST_WORDS: Final = 500
_DAYS: Final = {"1": "明日まで", "7": "1週間", "30": "30日", "90": "90日"}
_DONE: Final = {"paused": "受付を止めました。", "again": "受付を再開しました。"}


@router.get(PAGE)
def listing(visitor: who.PausesSenders, db: Db, done: str = "") -> Response:
    """Who is paused, and whom a limit has stopped within LOOKED_BACK."""
    return page(
        "desk/senders/page.html",
        visitor=visitor,
        done=_DONE.get(done, ""),
        pauses=pauses.on_now(db),
        stopped=stopped(db, datetime.now(UTC) - LOOKED_BACK),
        days=LOOKED_BACK.days,
    )


@router.get(f"{PAGE}/{{resident_id}}")
def sender(resident_id: Id, visitor: who.PausesSenders, db: Db, done: str = "") -> Response:
    """What there is of one of them, and the form that pauses them."""
    return _sender(db, visitor, resident_id, done=_DONE.get(done, ""))


@router.post(f"{PAGE}/{{resident_id}}/pause")
def pause_them(resident_id: Id, visitor: who.PausesSenders, form: Form) -> Response:
    """Fields: days (of _DAYS, or "until"), until (a day, ISO 8601), why, key."""
    why = form.words("why")[:MOST_WORDS]
    try:
        days = form.fields.get("days", "")
        ahead = timedelta(days=int(days)) if days in _DAYS else None
        until = today() + ahead if ahead else day_in(form.fields.get("until", ""))
        with transaction() as db:
            pause(db, resident_id, visitor.actor, until=until, why=why, key=form.key)
    except (CannotPause, BadInput) as refused:
        with transaction() as db:
            return _sender(db, visitor, resident_id, wrong=str(refused), typed=form.fields)
    except NotTheirs as theirs:
        raise NotAllowed(_NOT_THEIRS) from theirs
    return RedirectResponse(f"{PAGE}/{resident_id}?done=paused", 303)


@router.post(f"{PAGE}/pauses/{{pause_id}}/end")
def take_them_again(pause_id: Id, visitor: who.PausesSenders, form: Form) -> Response:
    """Field: back, the id of the resident on whose page it was pressed."""
    try:
        with transaction() as db:
            take_again(db, pause_id, visitor.actor)
    except NotTheirs as theirs:
        raise NotAllowed(_NOT_THEIRS) from theirs
    back = form.fields.get("back", "")
    there = f"/{back}" if back.isascii() and back.isdecimal() and len(back) < 19 else ""
    return RedirectResponse(f"{PAGE}{there}?done=again", 303)


def _sender(
    db: Session,
    visitor: Visitor,
    resident_id: int,
    *,
    done: str = "",
    wrong: str = "",
    typed: Mapping[str, str] | None = None,
) -> Response:
    resident = db.get(Resident, resident_id)
    if resident is None:
        raise NotFound("この人は、もう残っていません(消去されました)。")
    now = datetime.now(UTC)
    theirs = pauses.of_resident(db, resident_id)
    return page(
        "desk/senders/one.html",
        status=422 if wrong else 200,
        visitor=visitor,
        done=done,
        wrong=wrong,
        typed=typed or {},
        resident=resident,
        held=held(db, resident_id),
        tickets=latest_of(db, resident_id),
        names={key: kind.name("ja") for key, kind in profile.categories(db).items()},
        on=next((one for one in theirs if one.ended_at is None and one.until > now), None),
        over=[one for one in theirs if one.ended_at or one.until <= now],
        choices=_DAYS,
        most_words=MOST_WORDS,
        first=today(),
        last=today() + LONGEST,
    )


_NOT_THEIRS: Final = "受付を止めることは、いまのサインインではできません。"
