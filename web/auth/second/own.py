"""One's own second factor: the app, the passkeys, and the codes for when both are lost."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any, Final, NamedTuple

import structlog
from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.people import agents
from reports.people.models import User
from reports.people.second import code_app, factors, passkeys, recovery
from reports.people.sessions import Visitor
from store.database import transaction
from web.auth.csrf import Form
from web.auth.second import making
from web.kit.errors import BadInput, Overtaken
from web.kit.forms import Posted, id_in
from web.kit.pages import page
from web.kit.router import Router

DONE: Final = {
    "app": "認証アプリを登録しました。これまでの認証アプリのコードは使えません。",
    "app_off": "認証アプリを外しました。",
    "key": "パスキーを加えました。次のサインインから使えます。",
    "key_gone": "パスキーを外しました。",
    "key_name": "パスキーの名前を変えました。",
}
_LAST: Final = (
    "あなたの役割では、二段階の確認が要ります。"
    "外す前に、ほかのパスキーか認証アプリを加えてください。"
)
_NO_CODES: Final = "回復コードは、パスキーか認証アプリを加えると作れます。"
log = structlog.get_logger()


class Frame(NamedTuple):
    """Below which address the pages are, and the template of their side around them."""

    base: str
    template: str

    def shown(self, visitor: Visitor, body: str, status: int = 200, **facts: Any) -> Response:
        facts = {"visitor": visitor, "base": self.base, "body": body, **facts}
        return page(self.template, status=status, **facts)

    def codes(self, visitor: Visitor, codes: list[str], done: str) -> Response:
        return self.shown(visitor, "auth/second/own_codes.html", codes=codes, done=done)

    def done(self, what: str) -> Response:
        return RedirectResponse(f"{self.base}?done={what}", 303)


def pages(frame: Frame, mine: Callable[..., Awaitable[Visitor]]) -> Router:
    """`mine`: gives the visitor whose side's pages these are."""
    router = Router(include_in_schema=False)
    router.include(_app_pages(frame, mine))
    router.include(_key_pages(frame, mine))
    Mine = Annotated[Visitor, Depends(mine)]

    @router.post(f"{frame.base}/recovery")
    def new_codes(visitor: Mine, form: Form) -> Response:
        """The old ones let in no more."""
        with transaction() as db:
            if not _locked(db, visitor):
                raise Overtaken(_NO_CODES)
            codes = recovery.make(db, visitor.user_id)
        log.info("recovery_codes_made", user=visitor.user_id)
        return frame.codes(visitor, codes, "")

    return router


def _app_pages(frame: Frame, mine: Callable[..., Awaitable[Visitor]]) -> Router:
    router = Router(include_in_schema=False)
    Mine = Annotated[Visitor, Depends(mine)]

    def shown(visitor: Visitor, fields: Mapping[str, str], sentence: str) -> Response:
        app = making.app_for(_person(visitor), fields)
        body, status = "auth/second/own_app.html", 422 if sentence else 200
        return frame.shown(visitor, body, status, app=app, sentence=sentence)

    @router.get(f"{frame.base}/app")
    def ask_app(visitor: Mine) -> Response:
        """A new secret, kept nowhere before its first code is typed."""
        return shown(visitor, {}, "")

    @router.post(f"{frame.base}/app")
    def turn_on(visitor: Mine, form: Form) -> Response:
        """Fields: secret, code."""
        sentence, codes = _made(visitor, form, "app")
        if sentence:
            return shown(visitor, form.fields, sentence)
        if codes:
            return frame.codes(visitor, codes, "認証アプリを登録しました。")
        return frame.done("app")

    @router.post(f"{frame.base}/app/off")
    def turn_off(visitor: Mine, form: Form) -> Response:
        _let_go(visitor, lambda db: code_app.turn_off(db, visitor.user_id))
        return frame.done("app_off")

    return router


def _key_pages(frame: Frame, mine: Callable[..., Awaitable[Visitor]]) -> Router:
    router = Router(include_in_schema=False)
    Mine = Annotated[Visitor, Depends(mine)]

    def shown(request: Request, visitor: Visitor, typed: str, sentence: str) -> Response:
        name = typed or agents.in_words(request.headers.get("user-agent", ""))
        facts = {"key_name": name, "longest": passkeys.LONGEST_NAME, "sentence": sentence}
        status = 422 if sentence else 200
        return frame.shown(visitor, "auth/second/own_key.html", status, **facts)

    @router.get(f"{frame.base}/passkeys/new")
    def ask_key(request: Request, visitor: Mine) -> Response:
        return shown(request, visitor, "", "")

    @router.get(f"{frame.base}/passkeys/make.json")
    def to_make(visitor: Mine) -> Response:
        from reports.people.second import signing

        with transaction() as db:
            return making.as_json(signing.to_make(db, _person(visitor)))

    @router.post(f"{frame.base}/passkeys/new")
    def keep_key(request: Request, visitor: Mine, form: Form) -> Response:
        """Fields: passkey, name."""
        sentence, codes = _made(visitor, form, "passkey")
        if sentence:
            return shown(request, visitor, form.fields.get("name", ""), sentence)
        return frame.codes(visitor, codes, DONE["key"]) if codes else frame.done("key")

    @router.post(f"{frame.base}/passkeys/{{passkey_id}}/rename")
    def rename(passkey_id: str, visitor: Mine, form: Form) -> Response:
        """Field: name."""
        name = making.name_in(form)
        if not name:
            raise BadInput(making.NO_NAME)
        with transaction() as db:
            passkeys.rename(db, visitor.user_id, id_in(passkey_id), name)
        return frame.done("key_name")

    @router.post(f"{frame.base}/passkeys/{{passkey_id}}/remove")
    def remove(passkey_id: str, visitor: Mine, form: Form) -> Response:
        _let_go(visitor, lambda db: passkeys.remove(db, visitor.user_id, id_in(passkey_id)))
        return frame.done("key_gone")

    return router


def _made(visitor: Visitor, form: Posted, what: str) -> tuple[str, list[str]]:
    """What is wrong, or ""; and new recovery codes, where it is their first factor."""
    with transaction() as db:
        had = _locked(db, visitor)
        sentence = making.make(db, visitor.user_id, form, what)
        return sentence, [] if sentence or had else recovery.make(db, visitor.user_id)


def _person(visitor: Visitor) -> User:
    with transaction() as db:
        return db.get_one(User, visitor.user_id)


def _locked(db: Session, visitor: Visitor) -> factors.Factors:
    """What they have, which until the commit nobody else changes."""
    db.execute(select(User.id).where(User.id == visitor.user_id).with_for_update())
    return factors.of(db, visitor.user_id)


def _let_go(visitor: Visitor, remove: Callable[[Session], None]) -> None:
    """One of theirs goes. Raises Overtaken where it is the last, and their role needs one."""
    with transaction() as db:
        _locked(db, visitor)
        remove(db)
        db.flush()
        if not factors.of(db, visitor.user_id) and factors.are_needed(visitor.role):
            raise Overtaken(_LAST)
        factors.tidy(db, visitor.user_id)
    log.info("factor_removed", user=visitor.user_id)
