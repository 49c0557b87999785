"""Keys of programs: all of them, the form of a new one, which is shown once, and revoking."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from fastapi import Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from reports.actions import give_key
from reports.actions.give_key import NewKey
from reports.actions.invite import Refused
from reports.city.clock import today
from reports.people import keys
from reports.people.permissions import Scope
from reports.people.sessions import Visitor
from reports.tickets import queries
from settings import settings
from store.database import transaction
from web.auth.csrf import Form
from web.auth.who import GivesKeys
from web.kit.days import day_in
from web.kit.deps import Db, Id
from web.kit.errors import BadInput
from web.kit.forms import Posted
from web.kit.pages import page
from web.kit.roles import OPENS, SCOPES
from web.kit.router import Router

router = Router(include_in_schema=False)

PAGE: Final = "/staff/keys"
USUALLY: Final = timedelta(days=365)
TRIES: Final[Mapping[Scope, str]] = {
    Scope.OPEN: 'curl -H "Authorization: Bearer $KEY" "{site}/api/tickets?limit=10"',
    Scope.PERSONAL: 'curl -H "Authorization: Bearer $KEY" "{site}/api/personal/tickets?limit=10"',
    Scope.WRITE: 'curl -X POST -H "Authorization: Bearer $KEY" -H "Content-Type: application/json"'
    ' -H "Idempotency-Key: $(uuidgen)" -d \'{{"words": "現場を見ました"}}\''
    ' "{site}/api/tickets/482-913-706/notes"',
}
"""What somebody types to see that a key works, by what it opens."""
_DONE: Final = {
    "revoked": "鍵を取り消しました。もう何も開きません。",
    "taken": "鍵を引き継ぎました。前の人が鍵を知っているかもしれないときは、"
    "新しい鍵を作って入れ替えてください。",
}


@router.get(PAGE)
def listing(visitor: GivesKeys, db: Db, done: str = "") -> Response:
    """All of them: those that hold, those that are stopped, then those that have ended."""
    return _listing(db, visitor, _DONE.get(done, ""))


def _listing(db: Session, visitor: Visitor, done: str = "", sentence: str = "") -> Response:
    found = keys.keys(db)
    stopped = [key for key in found if key.state == "stopped"]
    return page(
        "desk/programs/page.html",
        status=409 if sentence else 200,
        visitor=visitor,
        done=done,
        sentence=sentence,
        keys=[key for key in found if key.holds],
        stopped=stopped,
        ended=[key for key in found if not key.holds and key not in stopped],
        scopes=SCOPES,
        offices=_names(db),
        soon=keys.SOON.days,
    )


@router.get(f"{PAGE}/new")
def new(visitor: GivesKeys, db: Db) -> Response:
    """The form."""
    return _form(db, visitor, {"until": (today() + USUALLY).isoformat()})


@router.post(f"{PAGE}/new")
def make(visitor: GivesKeys, form: Form) -> Response:
    """Fields: name, scope-… (yes), department-… (yes), until (a day, ISO 8601), per_minute. The key
    is shown in this answer alone."""
    try:
        with transaction() as db:
            wanted = _wanted(form)
            secret = give_key.give_key(db, wanted, visitor.actor)
            return page(
                "desk/programs/made.html",
                visitor=visitor,
                key=wanted,
                secret=secret,
                scopes=SCOPES,
                offices=_names(db),
                tries=[TRIES[one].format(site=settings().base) for one in wanted.scopes],
            )
    except (Refused, BadInput) as refused:
        with transaction() as db:
            at = refused.field if isinstance(refused, Refused) else ""
            return _form(db, visitor, form.fields, str(refused), at)


@router.post(f"{PAGE}/{{key_id}}/revoke")
def revoke(key_id: Id, visitor: GivesKeys, form: Form) -> Response:
    """From now on it opens nothing."""
    with transaction() as db:
        give_key.revoke_key(db, key_id, visitor.actor)
    return RedirectResponse(f"{PAGE}?done=revoked", 303)


@router.post(f"{PAGE}/{{key_id}}/take")
def take(key_id: Id, visitor: GivesKeys, form: Form) -> Response:
    """Who asks answers for it from now on; where it had stopped, it opens things again."""
    try:
        with transaction() as db:
            give_key.hand_over_key(db, key_id, visitor.user_id, visitor.actor)
    except Refused as refused:
        with transaction() as db:
            return _listing(db, visitor, sentence=str(refused))
    return RedirectResponse(f"{PAGE}?done=taken", 303)


def _form(
    db: Session, visitor: Visitor, typed: Mapping[str, str], sentence: str = "", at: str = ""
) -> Response:
    """`at`: the field that the sentence is about."""
    facts: dict[str, Any] = {"scopes": SCOPES, "opens": OPENS, "offices": _names(db)}
    return page(
        "desk/programs/new.html",
        status=422 if sentence else 200,
        visitor=visitor,
        sentence=sentence,
        at=at,
        typed=typed,
        longest_name=give_key.LONGEST_NAME,
        most=give_key.MOST_PER_MINUTE,
        usual=give_key.USUAL_PER_MINUTE,
        first=today(),
        last=today() + give_key.LONGEST,
        **facts,
    )


def _wanted(form: Posted) -> NewKey:
    """Raises BadInput."""
    often = form.fields.get("per_minute", "")
    if not (often.isascii() and often.isdecimal() and len(often) < 6):
        raise BadInput(f"1分間の回数は、1から{give_key.MOST_PER_MINUTE:,}までです。")
    return NewKey(
        form.words("name"),
        [scope for scope in Scope if f"scope-{scope}" in form.fields],
        day_in(form.fields.get("until", "")),
        [name.removeprefix(_OFFICE) for name in form.fields if name.startswith(_OFFICE)],
        int(often),
    )


def _names(db: Session) -> dict[str, str]:
    """Of all departments by key, the city's own first."""
    return {
        each.key: each.name if each.inside else f"{each.name}(他の管理者)"
        for each in queries.departments(db)
    }


_OFFICE: Final = "department-"
