"""What the groups of the city's provider give: a table, and a form for one of them."""

from collections.abc import Mapping
from typing import Final

from fastapi import Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from reports.actions.grant import LONGEST, grant, take_away
from reports.actions.invite import Refused
from reports.people import groups
from reports.people.sessions import Visitor
from settings import settings
from store.database import transaction
from web.auth.csrf import Form
from web.auth.who import ChangesPeople
from web.desk import quota
from web.desk.people.form import choices, chosen, post_in
from web.kit import roles
from web.kit.deps import Db
from web.kit.errors import NotFound
from web.kit.pages import page
from web.kit.router import Router

router = Router(include_in_schema=False)

_DONE: Final[Mapping[str, str]] = {
    "kept": "保存しました。グループの人の、次のサインインから効きます。",
    "gone": "表から消しました。このグループだけの人は、次のサインインから入れません。",
}


@router.get("/staff/people/groups")
def listing(visitor: ChangesPeople, db: Db, done: str = "") -> Response:
    """All of the table, and whether there is a provider whose groups they are."""
    return page(
        "desk/people/groups.html",
        visitor=visitor,
        quota=quota.notice(db),
        groups=groups.groups(db),
        done=_DONE.get(done, ""),
        provider=settings().oidc_name if settings().oidc_issuer else "",
        claim=settings().oidc_groups_claim,
        roles=roles.NAMES,
    )


@router.get("/staff/people/groups/one")
def one(visitor: ChangesPeople, db: Db, name: str = "") -> Response:
    """The form of one; without a name, of a new one."""
    if not name:
        return _form(db, visitor, {})
    found = next((each for each in groups.groups(db) if each.name == name), None)
    if found is None:
        raise NotFound("このグループは、表にありません。一覧から選び直してください。")
    kept = {
        "group": found.name,
        "role": str(found.role),
        "contractor": found.contractor_key or "",
        **{f"department-{key}": "yes" for key in found.department_keys},
    }
    return _form(db, visitor, kept, is_new=False)


@router.post("/staff/people/groups/one")
def keep(visitor: ChangesPeople, form: Form) -> Response:
    """Fields: group, role, department-… (yes), contractor. One of this name is replaced."""
    try:
        with transaction() as db:
            grant(db, form.words("group"), post_in(db, form), visitor.actor)
    except Refused as refused:
        with transaction() as db:
            return _form(db, visitor, form.fields, str(refused), at=refused.field)
    return RedirectResponse("/staff/people/groups?done=kept", 303)


@router.post("/staff/people/groups/end")
def end(visitor: ChangesPeople, form: Form) -> Response:
    """Field: group. It gives nothing any more."""
    with transaction() as db:
        take_away(db, form.fields.get("group", ""), visitor.actor)
    return RedirectResponse("/staff/people/groups?done=gone", 303)


def _form(
    db: Session,
    visitor: Visitor,
    typed: Mapping[str, str],
    sentence: str = "",
    *,
    at: str = "",
    is_new: bool = True,
) -> Response:
    return page(
        "desk/people/group.html",
        status=422 if sentence else 200,
        visitor=visitor,
        quota=quota.notice(db),
        sentence=sentence,
        at=at,
        group=typed.get("group", ""),
        is_new=is_new,
        longest=LONGEST,
        chosen=chosen(typed),
        **choices(db),
    )
