"""One's own name, password, sessions and browsers: the same for all, each on their side's page."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Annotated, Any, Final

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse

from reports.actions.invite import LONGEST_NAME, Refused, checked_shown_name
from reports.actions.own_password import change_password
from reports.audit.entries import write_at_once
from reports.audit.kinds import Kind
from reports.people import (
    accounts,
    devices,
    directory,
    emergency,
    open_sessions,
    passwords,
    provided,
)
from reports.people.models import User
from reports.people.second import factors, passkeys
from reports.people.sessions import Visitor
from reports.people.waits import in_words
from settings import settings
from store.database import transaction
from web.auth import throttle
from web.auth.csrf import Form
from web.auth.door import Asking, Caller
from web.auth.second import own
from web.auth.second.own import Frame
from web.auth.sessions import COOKIE, Anybody
from web.kit import roles
from web.kit.errors import NotAllowed, NotSignedIn
from web.kit.forms import Posted, id_in
from web.kit.pages import page
from web.kit.router import Router

_DONE: Final[Mapping[str, str]] = {
    "name": "表示名を変えました。",
    "password": "パスワードを変えました。ほかの端末のサインインは終わりました。",
    "session": "その端末のサインインを終わらせました。",
    "sessions": "ほかの端末のサインインを、すべて終わらせました。",
    "browser": "その端末を外しました。",
    "provider": "つなぎました。これからは、市のアカウントでサインインします。",
    **own.DONE,
}
_WRONG: Final = "いまのパスワードが違います。"
_WAIT: Final = "パスワードの間違いが続いたため、次に試せるまで {} かかります。"


def pages(base: str, template: str) -> Router:
    """The pages below `base`, as `template` frames them, for those whose side's page it is."""
    router = Router(include_in_schema=False)

    shown = partial(_page, base, template)

    async def mine(visitor: Anybody) -> Visitor:
        if f"{visitor.home}account" != base:
            raise NotAllowed("このページは、いまのサインインでは見られません。")
        return visitor

    Mine = Annotated[Visitor, Depends(mine)]

    @router.get(base)
    def account(request: Request, visitor: Mine, done: str = "") -> Response:
        """What is theirs, and where they are signed in."""
        return shown(request, visitor, done=_DONE.get(done, ""))

    @router.post(f"{base}/name")
    def name(request: Request, visitor: Mine, form: Form) -> Response:
        """Field: shown_name."""
        typed = form.words("shown_name")
        try:
            new = checked_shown_name(typed)
        except Refused as refused:
            return shown(request, visitor, sentence=str(refused), wrong="name", typed=typed)
        with transaction() as db:
            db.get_one(User, visitor.user_id).shown_name = new
        return RedirectResponse(f"{base}?done=name", 303)

    @router.post(f"{base}/password")
    def password(request: Request, asking: Asking, visitor: Mine, form: Form) -> Response:
        """Fields: old, password."""
        refused = _set_password(request, asking, visitor, form)
        if refused:
            status, sentence, wrong = refused
            return shown(request, visitor, status=status, sentence=sentence, wrong=wrong)
        return RedirectResponse(f"{base}?done=password", 303)

    router.include(_session_pages(base, mine))
    router.include(own.pages(Frame(base, template), mine))
    return router


def _session_pages(base: str, mine: Callable[..., Awaitable[Visitor]]) -> Router:
    """Where they are signed in, and by which browsers they are known: ended, each or all."""
    router = Router(include_in_schema=False)
    Mine = Annotated[Visitor, Depends(mine)]

    @router.post(f"{base}/sessions/{{session_id}}/end")
    def end_session(session_id: str, visitor: Mine, form: Form) -> Response:
        with transaction() as db:
            open_sessions.end_session(db, visitor.user_id, id_in(session_id))
        return RedirectResponse(f"{base}?done=session", 303)

    @router.post(f"{base}/sessions/end")
    def end_others(request: Request, visitor: Mine, form: Form) -> Response:
        with transaction() as db:
            open_sessions.end_all(db, visitor.user_id, but=request.cookies.get(COOKIE, ""))
        return RedirectResponse(f"{base}?done=sessions", 303)

    @router.post(f"{base}/browsers/{{browser_id}}/forget")
    def forget(browser_id: str, visitor: Mine, form: Form) -> Response:
        with transaction() as db:
            open_sessions.forget_browser(db, visitor.user_id, id_in(browser_id))
        return RedirectResponse(f"{base}?done=browser", 303)

    return router


def _set_password(
    request: Request, asking: Caller, visitor: Visitor, form: Posted
) -> tuple[int, str, str] | None:
    """Status, sentence and field of what is wrong; the old one is tried as at the sign-in."""
    with transaction() as db:
        me = db.get_one(User, visitor.user_id)
        if not emergency.lets_in(db, me):
            return 403, emergency.sentence(), "old"
        device = devices.known(db, asking.token, me.id)
        tried = throttle.begin(db, name=me.name, address=asking.address, device=device)
    if tried.wait:
        return 429, _WAIT.format(in_words(tried.wait)), "old"
    if not accounts.is_right(me.password, form.fields.get("old", "")):
        write_at_once(Kind.REFUSAL, "wrong password", f"user:{me.id}")
        return 422, _WRONG, "old"
    try:
        with transaction() as db:
            throttle.forgive(db, tried)
        with transaction() as db:
            if accounts.as_checked(db, me) is None:
                return 422, _WRONG, "old"
            this = request.cookies.get(COOKIE, "")
            change_password(db, me.id, form.fields.get("password", ""), this=this)
    except Refused as refused:
        return 422, str(refused), "password"
    return None


def _page(
    base: str,
    template: str,
    request: Request,
    visitor: Visitor,
    *,
    status: int = 0,
    done: str = "",
    sentence: str = "",
    wrong: str = "",
    typed: str | None = None,
) -> Response:
    facts = _facts(request, visitor)
    if typed is not None:
        facts["shown_name"] = typed
    return page(
        template,
        status=status or (422 if sentence else 200),
        visitor=visitor,
        base=base,
        body="auth/account_body.html",
        done=done,
        sentence=sentence,
        wrong=wrong,
        possible=passkeys.are_possible(),
        most_keys=passkeys.MOST,
        longest_key_name=passkeys.LONGEST_NAME,
        longest_name=LONGEST_NAME,
        shortest=passwords.SHORTEST,
        longest=passwords.LONGEST,
        **facts,
    )


def _facts(request: Request, visitor: Visitor) -> dict[str, Any]:
    """What is theirs, as the page wants it. Raises NotSignedIn."""
    with transaction() as db:
        me = directory.person(db, visitor.user_id)
        if me is None:
            raise NotSignedIn("サインインしてください。")
        return {
            "me": me,
            "has": factors.of(db, me.id),
            "is_needed": factors.are_needed(me.role),
            "role": roles.NAMES[me.role],
            "shown_name": me.shown_name,
            "sessions": open_sessions.sessions_of(db, me.id, request.cookies.get(COOKIE, "")),
            "browsers": open_sessions.browsers_of(db, me.id),
            "provider": settings().oidc_name if provided.is_provided(db, me.id) else "",
            "has_password": emergency.lets_in(db, db.get_one(User, me.id)),
            "may_join": emergency.may_join(db, db.get_one(User, me.id)),
            "provider_name": settings().oidc_name,
        }
