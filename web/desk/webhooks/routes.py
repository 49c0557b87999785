"""Systems that are told by webhooks: the list, one of them with its calls, and the form."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from geo.areas import town_names
from reports.actions import connect
from reports.actions.connect import Endpoint, NoEndpoint
from reports.actions.invite import Refused
from reports.city import profile
from reports.people.sessions import Visitor
from reports.tickets.queries import departments
from reports.webhooks import endpoints, keys
from reports.webhooks.choice import Choice
from reports.webhooks.endpoints import Listed
from store.database import transaction
from web.auth.csrf import LongForm
from web.auth.who import SendsWebhooks
from web.desk.webhooks import words
from web.kit.deps import Db, Id
from web.kit.errors import BadInput, NotFound
from web.kit.forms import Posted, id_in
from web.kit.pages import page
from web.kit.router import Router

router = Router(include_in_schema=False)

PAGE: Final = "/staff/webhooks"
_GONE: Final = "この送信先は、もうありません。"
_DONE: Final = {
    "changed": "変更しました。次の出来事から、この条件で送ります。",
    "paused": "止めました。再開すると、止めていたあいだの分から送ります。",
    "resumed": "再開しました。待っていた分から送ります。",
    "test": "試し送りをしました。結果は下の「最近の送信」に、数秒で出ます。",
    "again": "送り直します。結果は下の「最近の送信」に出ます。",
    "removed": "送信先を削除しました。",
}


@router.get(PAGE)
def listing(visitor: SendsWebhooks, db: Db, done: str = "") -> Response:
    """All of them, with how they stand."""
    return page(
        "desk/webhooks/page.html",
        visitor=visitor,
        done=_DONE.get(done, ""),
        hooks=endpoints.listed(db),
        chosen=_names(db),
        words=words,
    )


@router.get(f"{PAGE}/new")
def new(visitor: SendsWebhooks, db: Db) -> Response:
    """The form of another one."""
    return _form(db, visitor, {}, None)


@router.post(f"{PAGE}/new")
def make(visitor: SendsWebhooks, form: LongForm) -> Response:
    """Fields: as of `_wanted`. The secret is shown in this answer alone."""
    try:
        with transaction() as db:
            wanted = _wanted(db, form)
            id, secret = connect.connect(db, wanted, visitor.actor)
            return _secret(visitor, id, wanted.name, secret, is_new=True)
    except (Refused, BadInput) as refused:
        with transaction() as db:
            return _form(db, visitor, form.fields, None, refused)


@router.get(f"{PAGE}/{{webhook_id}}")
def one(webhook_id: Id, visitor: SendsWebhooks, db: Db, done: str = "") -> Response:
    """One, with its last calls and those that nobody took. Raises NotFound."""
    return page(
        "desk/webhooks/one.html",
        visitor=visitor,
        done=_DONE.get(done, ""),
        hook=_found(db, webhook_id),
        calls=endpoints.last_calls(db, webhook_id),
        dead=endpoints.dead_calls(db, webhook_id),
        chosen=_names(db),
        hours=int(keys.BOTH_FOR.total_seconds() // 3600),
        words=words,
    )


@router.get(f"{PAGE}/{{webhook_id}}/edit")
def edit(webhook_id: Id, visitor: SendsWebhooks, db: Db) -> Response:
    """The form, as it is now. Raises NotFound."""
    hook = _found(db, webhook_id)
    return _form(db, visitor, _typed(hook, [*_names(db)["departments"]]), hook)


@router.post(f"{PAGE}/{{webhook_id}}/edit")
def change(webhook_id: Id, visitor: SendsWebhooks, form: LongForm) -> Response:
    """Fields: as of `_wanted`. Raises NotFound."""
    try:
        with transaction() as db:
            connect.change(db, webhook_id, _wanted(db, form), visitor.actor)
    except NoEndpoint:
        raise NotFound(_GONE) from None
    except (Refused, BadInput) as refused:
        with transaction() as db:
            return _form(db, visitor, form.fields, _found(db, webhook_id), refused)
    return RedirectResponse(f"{PAGE}/{webhook_id}?done=changed", 303)


@router.post(f"{PAGE}/{{webhook_id}}/secret")
def rotate(webhook_id: Id, visitor: SendsWebhooks, form: LongForm) -> Response:
    """A new secret, shown in this answer alone; the one before holds for a day beside it. Raises
    NotFound."""
    with transaction() as db:
        name = _found(db, webhook_id).name
        secret = connect.new_secret(db, webhook_id, visitor.actor)
    return _secret(visitor, webhook_id, name, secret, is_new=False)


@router.post(f"{PAGE}/{{webhook_id}}/again")
def send_again(webhook_id: Id, visitor: SendsWebhooks, form: LongForm) -> Response:
    """Fields: call (an id; none: all that are dead). Raises NotFound."""
    ids = [id_in(form.fields["call"])] if "call" in form.fields else None
    with transaction() as db:
        _found(db, webhook_id)
        connect.send_again(db, webhook_id, visitor.actor, ids)
    return RedirectResponse(f"{PAGE}/{webhook_id}?done=again", 303)


@router.post(f"{PAGE}/{{webhook_id}}/{{act}}")
def do(webhook_id: Id, act: str, visitor: SendsWebhooks, form: LongForm) -> Response:
    """`act`: pause, resume, test or remove. Raises NotFound."""
    if act not in _ACTS:
        raise NotFound(_GONE)
    action, done = _ACTS[act]
    try:
        with transaction() as db:
            action(db, webhook_id, visitor.actor)
    except NoEndpoint:
        raise NotFound(_GONE) from None
    there = PAGE if act == "remove" else f"{PAGE}/{webhook_id}"
    return RedirectResponse(f"{there}?done={done}", 303)


_ACTS: Final = {
    "pause": (connect.pause, "paused"),
    "resume": (connect.resume, "resumed"),
    "test": (connect.try_out, "test"),
    "remove": (connect.disconnect, "removed"),
}


def _secret(visitor: Visitor, id: int, name: str, secret: str, *, is_new: bool) -> Response:
    return page(
        "desk/webhooks/secret.html",
        visitor=visitor,
        id=id,
        name=name,
        secret=secret,
        is_new=is_new,
        hours=int(keys.BOTH_FOR.total_seconds() // 3600),
    )


def _form(
    db: Session,
    visitor: Visitor,
    typed: Mapping[str, str],
    hook: Listed | None,
    refused: Refused | BadInput | None = None,
) -> Response:
    """`hook`: which is changed; none: another one."""
    facts: dict[str, Any] = {"chosen": _names(db), "kinds": words.KINDS, "states": words.STATES}
    return page(
        "desk/webhooks/form.html",
        status=422 if refused else 200,
        visitor=visitor,
        hook=hook,
        typed=typed,
        sentence=str(refused or ""),
        at=refused.field if isinstance(refused, Refused) else "",
        longest_name=connect.LONGEST_NAME,
        **facts,
    )


def _found(db: Session, webhook_id: int) -> Listed:
    """Raises NotFound."""
    if (hook := endpoints.one(db, webhook_id)) is None:
        raise NotFound(_GONE)
    return hook


def _wanted(db: Session, form: Posted) -> Endpoint:
    """Fields: name, url, kind-…, category-…, state-…, department-… (yes), towns (names with commas
    or lines between), with_page (yes). Raises Refused, BadInput."""
    names = _names(db)
    offices = list(names["departments"])
    towns = [one.strip() for one in _listed(form.fields.get("towns", "")) if one.strip()]
    known = set(town_names(db))
    if strange := [one for one in towns if one not in known]:
        raise Refused(f"この市にない町の名前があります: {'、'.join(strange[:5])}", "towns")
    return Endpoint(
        form.words("name"),
        form.words("url", most=2_000),
        Choice(
            kinds=_ticked(form, "kind", words.KINDS),
            categories=_ticked(form, "category", names["categories"]),
            states=_ticked(form, "state", words.STATES),
            towns=tuple(dict.fromkeys(towns)),
            departments=tuple(
                name for at, name in enumerate(offices) if f"department-{at}" in form.fields
            ),
        ),
        "with_page" in form.fields,
    )


def _listed(typed: str) -> list[str]:
    """With lines or commas of any kind between."""
    return re.split(r"[\r\n,,、;]", typed)[:500]


def _ticked(form: Posted, what: str, known: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(key for key in known if f"{what}-{key}" in form.fields)


def _typed(hook: Listed, offices: Sequence[str]) -> dict[str, str]:
    """As the form carries it; departments by their turn."""
    choice = hook.choice
    ticks = (("kind", choice.kinds), ("category", choice.categories), ("state", choice.states))
    typed = {f"{what}-{key}": "yes" for what, named in ticks for key in named}
    typed |= {
        f"department-{offices.index(name)}": "yes" for name in choice.departments if name in offices
    }
    typed |= {"with_page": "yes"} if hook.with_page else {}
    return typed | {"name": hook.name, "url": hook.url, "towns": "\n".join(choice.towns)}


def _names(db: Session) -> dict[str, dict[str, str]]:
    """Categories by key, and departments by the name that the public reads."""
    return {
        "categories": {
            key: one.names["ja"] for key, one in profile.categories(db).items() if not one.retired
        },
        "departments": {one.name: one.name for one in departments(db)},
    }
