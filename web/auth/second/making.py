"""A factor is made: the same at the first sign-in that needs one and on one's own page."""

from collections.abc import Mapping
from typing import Final, NamedTuple

import structlog
from fastapi import Response
from markupsafe import Markup
from sqlalchemy.orm import Session

from reports.people.models import User
from reports.people.second import code_app, passkeys
from settings import settings
from web.kit.forms import Posted
from web.kit.qr import qr

WRONG_CODE: Final = "コードが違います。アプリに出ている、いまのコードを書いてください。"
_OLD_SECRET: Final = "この QR コードは使えなくなりました。新しいコードを読み取ってください。"
NO_NAME: Final = f"パスキーの名前を {passkeys.LONGEST_NAME} 文字以内で書いてください。"
_NO_KEY: Final = "パスキーを作れませんでした。もう一度お試しください。"
_MANY: Final = f"パスキーは{passkeys.MOST}個までです。使わないものを外してください。"
log = structlog.get_logger()


class NewApp(NamedTuple):
    """`carried`: the secret as the form carries it; `letters`: as it is typed by hand."""

    carried: str
    letters: str
    picture: Markup


def app_for(person: User, typed: Mapping[str, str]) -> NewApp:
    """A new secret, or the one that the form carries already."""
    kept = code_app.carried_in(typed.get("secret", ""), person.id)
    secret = kept or code_app.new_secret()
    address = code_app.address(secret, person.name, settings().origin.partition("://")[2])
    letters = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return NewApp(code_app.carried(secret, person.id), letters, qr(address))


def make(db: Session, user_id: int, form: Posted, what: str) -> str:
    """`what`: app (fields: secret, code) or passkey (passkey, name). What is wrong, or ""."""
    sentence = _app(db, user_id, form) if what == "app" else _passkey(db, user_id, form)
    if not sentence:
        log.info("factor_added", user=user_id, what=what)
    return sentence


def name_in(form: Posted) -> str:
    """Of a passkey, or "" for one that cannot be."""
    name = " ".join(form.words("name").split())
    return name if len(name) <= passkeys.LONGEST_NAME else ""


def as_json(options: str) -> Response:
    """For a script of ours; kept by nobody."""
    headers = {"Cache-Control": "no-store"}
    return Response(options, media_type="application/json", headers=headers)


def _app(db: Session, user_id: int, form: Posted) -> str:
    secret = code_app.carried_in(form.fields.get("secret", ""), user_id)
    if secret is None:
        return _OLD_SECRET
    is_right = code_app.turn_on(db, user_id, secret, form.fields.get("code", ""))
    return "" if is_right else WRONG_CODE


def _passkey(db: Session, user_id: int, form: Posted) -> str:
    name = name_in(form)
    if not name:
        return NO_NAME
    if passkeys.are_many(db, user_id):
        return _MANY
    from reports.people.second import signing

    made = signing.keep(db, user_id, form.fields.get("passkey", ""), name)
    return "" if made else _NO_KEY
