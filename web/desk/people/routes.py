"""Who may come in: a list, a page of each, their role, their sessions, and links to let them in."""

from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from reports.actions import invite as invitations
from reports.actions.appoint import appoint
from reports.actions.disable import disable, enable, release
from reports.actions.invite import NewPerson, Refused
from reports.actions.release_link import release_link
from reports.actions.reset_second import reset_second
from reports.people import colleagues, directory, emergency, keys, open_sessions, provided
from reports.people.directory import Person
from reports.people.invitations import Link
from reports.people.last_ones import LastOne
from reports.people.models import User
from reports.people.permissions import Do, Role, may_at_all
from reports.people.second import factors
from reports.people.sessions import Visitor
from settings import settings
from store.database import transaction
from web.auth.csrf import Form
from web.auth.sessions import COOKIE
from web.auth.who import ChangesPeople
from web.desk import quota
from web.desk.people.form import choices, chosen, mail_in, post_in
from web.kit import roles
from web.kit.deps import Db
from web.kit.errors import NotFound
from web.kit.forms import id_in
from web.kit.pages import page

router = APIRouter(include_in_schema=False)

STATES: Final[Mapping[str, str]] = {
    "active": "使える人", "invited": "招待中", "disabled": "止めた人",
}  # fmt: skip
_DONE: Final[Mapping[str, str]] = {
    "role": "役割と担当課を変えました。",
    "disabled": "利用を止めました。サインインはすべて終わり、担当していた受付票は外れました。",
    "enabled": "また使えるようにしました。これまでのパスワードでサインインできます。",
    "revoked": "リンクを取り消しました。",
    "second": "二段階の確認を外しました。サインインは、すべて終わりました。",
    "link": "シングルサインオンとのつながりを外しました。サインインは、すべて終わりました。",
    "session": "その端末のサインインを終わらせました。",
    "sessions": "サインインを、すべて終わらせました。",
    "browser": "その端末を外しました。",
}
_NOBODY: Final = "この人はいません。一覧から選び直してください。"


@router.get("/staff/people")
def listing(
    visitor: ChangesPeople,
    db: Db,
    words: str = "",
    role: str = "",
    department: str = "",
    state: str = "",
    gone: str = "",
) -> Response:
    """All of them, or those that the conditions leave."""
    words = words.replace("\0", "").strip()[:100]
    asked = {"role": role, "department": department, "state": state}
    asked = {name: value.replace("\0", "") for name, value in asked.items()}
    found = directory.people(db, words=words, **asked)
    return page(
        "desk/people/page.html",
        visitor=visitor,
        quota=quota.notice(db),
        people=found,
        most=directory.MOST,
        words=words,
        asked=asked,
        is_narrowed=bool(words or any(asked.values())),
        roles=roles.NAMES,
        states=STATES,
        offices=colleagues.offices(db),
        gone=bool(gone),
    )


@router.get("/staff/people/new")
def new(visitor: ChangesPeople, db: Db, contractor: str = "") -> Response:
    """The form of an invitation; `contractor`: the firm it is for."""
    role = Role.CONTRACTOR if contractor else ""
    return _new(db, visitor, {"role": role, "contractor": contractor})


@router.post("/staff/people/new")
def invite(visitor: ChangesPeople, form: Form) -> Response:
    """Fields: name, role, department-… (yes), contractor, mail. The link is shown in this answer
    alone."""
    try:
        with transaction() as db:
            post = post_in(db, form)
            who = NewPerson(
                form.words("name"), post.role, post.departments, post.contractor, mail=mail_in(form)
            )
            user_id, link = invitations.invite(db, who, visitor.actor)
            return _person(db, visitor, user_id, link=link)
    except Refused as refused:
        with transaction() as db:
            return _new(db, visitor, form.fields, str(refused), refused.field)


@router.get("/staff/people/{user_id}")
def person(user_id: str, visitor: ChangesPeople, db: Db, done: str = "") -> Response:
    """What they are, how they come in, and where they are signed in."""
    return _person(db, visitor, id_in(user_id), done=_DONE.get(done, ""))


@router.post("/staff/people/{user_id}/role")
def change_role(user_id: str, visitor: ChangesPeople, form: Form) -> Response:
    """Fields as of an invitation. Whose department a ticket is of decides who keeps it."""
    try:
        with transaction() as db:
            appoint(db, id_in(user_id), post_in(db, form), visitor.actor)
    except (Refused, LastOne) as refused:
        return _refused(visitor, user_id, refused, form.fields)
    with transaction() as db:
        release(db, id_in(user_id))
    return _done(user_id, "role")


@router.post("/staff/people/{user_id}/disable")
def stop(user_id: str, visitor: ChangesPeople, form: Form) -> Response:
    """They are out at once; what they were in charge of is freed."""
    try:
        with transaction() as db:
            disable(db, _known(db, user_id).name, visitor.actor)
    except LastOne as refused:
        return _refused(visitor, user_id, refused)
    with transaction() as db:
        release(db, id_in(user_id))
    return _done(user_id, "disabled")


@router.post("/staff/people/{user_id}/enable")
def start_again(user_id: str, visitor: ChangesPeople, form: Form) -> Response:
    with transaction() as db:
        enable(db, _known(db, user_id).name, visitor.actor)
    return _done(user_id, "enabled")


@router.post("/staff/people/{user_id}/link")
def give_link(user_id: str, visitor: ChangesPeople, form: Form) -> Response:
    """Field: mail. The link is shown in this answer alone."""
    try:
        with transaction() as db:
            link = invitations.give_link(db, id_in(user_id), visitor.actor, mail_in(form))
            return _person(db, visitor, id_in(user_id), link=link)
    except Refused as refused:
        return _refused(visitor, user_id, refused)


@router.post("/staff/people/{user_id}/link/end")
def take_back(user_id: str, visitor: ChangesPeople, form: Form) -> Response:
    """Who has never come is gone with it."""
    with transaction() as db:
        is_gone = invitations.take_back(db, id_in(user_id), visitor.actor)
    return RedirectResponse("/staff/people?gone=1", 303) if is_gone else _done(user_id, "revoked")


@router.post("/staff/people/{user_id}/second/reset")
def take_factors(request: Request, user_id: str, visitor: ChangesPeople, form: Form) -> Response:
    """They come in by their password, and set a second factor up anew where their role needs it."""
    try:
        with transaction() as db:
            mine = request.cookies.get(COOKIE, "")
            reset_second(db, id_in(user_id), visitor.actor, but=mine)
    except Refused as refused:
        raise NotFound(str(refused)) from refused
    return _done(user_id, "second")


@router.post("/staff/people/{user_id}/provider/release")
def give_up_link(user_id: str, visitor: ChangesPeople, form: Form) -> Response:
    """The provider knows them no more; another account can be joined to whom it meant."""
    try:
        with transaction() as db:
            release_link(db, _known(db, user_id).id, visitor.actor)
    except Refused as refused:
        return _refused(visitor, user_id, refused)
    return _done(user_id, "link")


@router.post("/staff/people/{user_id}/sessions/end")
def end_all(user_id: str, visitor: ChangesPeople, form: Form) -> Response:
    with transaction() as db:
        open_sessions.end_all(db, id_in(user_id))
    return _done(user_id, "sessions")


@router.post("/staff/people/{user_id}/sessions/{session_id}/end")
def end_one(user_id: str, session_id: str, visitor: ChangesPeople, form: Form) -> Response:
    with transaction() as db:
        open_sessions.end_session(db, id_in(user_id), id_in(session_id))
    return _done(user_id, "session")


@router.post("/staff/people/{user_id}/browsers/{browser_id}/forget")
def forget(user_id: str, browser_id: str, visitor: ChangesPeople, form: Form) -> Response:
    with transaction() as db:
        open_sessions.forget_browser(db, id_in(user_id), id_in(browser_id))
    return _done(user_id, "browser")


def _new(
    db: Session, visitor: Visitor, typed: Mapping[str, str], sentence: str = "", at: str = ""
) -> Response:
    """`at`: the field that the sentence is about."""
    return page(
        "desk/people/new.html",
        status=422 if sentence else 200,
        visitor=visitor,
        quota=quota.notice(db),
        sentence=sentence,
        at=at,
        typed={"name": "", "mail": ""} | dict(typed),
        chosen=chosen(typed),
        **choices(db),
    )


def _person(
    db: Session,
    visitor: Visitor,
    user_id: int,
    *,
    link: Link | None = None,
    done: str = "",
    sentence: str = "",
    typed: Mapping[str, str] | None = None,
) -> Response:
    db.flush()
    known = _known(db, str(user_id))
    kept = {
        "role": str(known.role),
        "contractor": known.contractor_key or "",
        **{f"department-{key}": "yes" for key in known.department_keys},
    }
    return page(
        "desk/people/person.html",
        status=409 if sentence else 200,
        visitor=visitor,
        quota=quota.notice(db),
        person=known,
        link=link,
        done=done,
        sentence=sentence,
        chosen=chosen(typed or kept),
        sessions=open_sessions.sessions_of(db, known.id),
        browsers=open_sessions.browsers_of(db, known.id),
        has=factors.of(db, known.id),
        is_needed=factors.are_needed(known.role) and _has_password(db, known.id),
        is_me=known.id == visitor.user_id,
        provider=settings().oidc_name if provided.is_provided(db, known.id) else "",
        has_password=_has_password(db, known.id),
        keys=[key.name for key in keys.kept_by(db, known.id)],
        gives_keys=may_at_all(known.role, Do.KEYS),
        **choices(db),
    )


def _has_password(db: Session, user_id: int) -> bool:
    return emergency.lets_in(db, db.get_one(User, user_id))


def _refused(
    visitor: Visitor, user_id: str, refused: Exception, typed: Mapping[str, str] | None = None
) -> Response:
    with transaction() as db:
        return _person(db, visitor, id_in(user_id), sentence=str(refused), typed=typed)


def _known(db: Session, user_id: str) -> Person:
    found = directory.person(db, id_in(user_id))
    if found is None:
        raise NotFound(_NOBODY)
    return found


def _done(user_id: str, what: str) -> Response:
    return RedirectResponse(f"/staff/people/{id_in(user_id)}?done={what}", 303)
