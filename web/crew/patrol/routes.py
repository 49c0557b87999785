"""A crew's patrol: begun, seen, ended, and the way its phone goes meanwhile."""

from collections.abc import Mapping
from typing import Final

from fastapi import Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from reports.actions import patrol as acts
from reports.actions.patrol import CannotPatrol
from reports.city import profile
from reports.patrols import queries, way
from reports.people.permissions import NotTheirs
from reports.people.sessions import Visitor
from store.database import transaction
from web.auth import who
from web.auth.csrf import Form
from web.crew.patrol import typed
from web.crew.patrol.finds import router as finds_router
from web.kit.deps import Db
from web.kit.errors import BadInput, NotFound, Refusal
from web.kit.forms import Posted
from web.kit.pages import page
from web.kit.router import Router
from web.maps.base_map import first_look
from web.maps.ways import numbers, spots

router = Router(include_in_schema=False)
router.include(finds_router)

MOST_PAST: Final = 20
_NONE_RUNS: Final = "巡回中ではありません。先に「巡回を始める」を押してください。"


@router.get("/crew/patrol")
def patrol_page(visitor: who.Patrols, db: Db, found: str = "") -> Response:
    """The one that runs, else the form to begin one; and the department's past ones."""
    return _page(db, visitor, found=found)


@router.post("/crew/patrol")
def begin(visitor: who.Patrols, form: Form) -> Response:
    """Fields: as of `typed.new_patrol`, and done_at."""
    try:
        new = typed.new_patrol(form)
        with transaction() as db:
            acts.begin(db, visitor.actor, new, at=typed.moment(form), key=typed.press(form))
    except (BadInput, CannotPatrol) as refused:
        return _refused(visitor, form, refused)
    return RedirectResponse("/crew/patrol", 303)


@router.post("/crew/patrol/end")
def end(visitor: who.Patrols, form: Form) -> Response:
    """Fields: as of `typed.come_back`, and done_at."""
    at = typed.moment(form)
    try:
        told = typed.come_back(form)
        with transaction() as db:
            patrol_id = queries.id_at(db, visitor.user_id, at)
            if patrol_id is None:
                raise CannotPatrol(_NONE_RUNS)
            acts.come_back(db, patrol_id, visitor.actor, told, at=at)
    except (BadInput, CannotPatrol) as refused:
        return _refused(visitor, form, refused)
    return RedirectResponse("/crew/patrol?found=ended", 303)


@router.post("/crew/patrol/way")
def tell_way(visitor: who.Patrols, form: Form) -> Response:
    """Fields: patrol (its id), and as of `typed.samples`. Raises NotFound."""
    patrol_id = form.fields.get("patrol", "")
    if not (patrol_id.isascii() and patrol_id.isdecimal() and len(patrol_id) < _LONG):
        raise NotFound(_NONE_RUNS)
    points = typed.samples(form)
    try:
        with transaction() as db:
            acts.tell_way(db, int(patrol_id), visitor.actor, points)
    except NotTheirs as wrong:
        raise NotFound(_NONE_RUNS) from wrong
    return Response(status_code=204)


_LONG: Final = 19


def _refused(visitor: Visitor, form: Posted, refused: Refusal | CannotPatrol) -> Response:
    status = refused.status if isinstance(refused, Refusal) else 409
    with transaction() as db:
        return _page(db, visitor, status=status, sentence=str(refused), filled=form.fields)


def _page(
    db: Session,
    visitor: Visitor,
    *,
    status: int = 200,
    sentence: str = "",
    filled: Mapping[str, str] | None = None,
    found: str = "",
) -> Response:
    running = queries.running(visitor.user_id)
    now = queries.patrol(db, running.id) if running else None
    past = queries.patrols(db, departments=visitor.departments, limit=MOST_PAST + 1)
    line = way.runs(queries.samples(db, now.id)) if now else []
    finds = queries.finds(db, now.id) if now else []
    names = {key: one.name("ja") for key, one in profile.categories(db).items()}
    return page(
        "crew/patrol/page.html",
        status=status,
        visitor=visitor,
        now=now,
        finds=finds,
        spots=spots(finds, names),
        way=numbers(line),
        names=names,
        past=[one for one in past if one.ended_at][:MOST_PAST],
        look=first_look(db),
        sentence=sentence,
        filled=filled or {},
        found=found[:40],
    )
