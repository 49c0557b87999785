"""One-time codes of an app (TOTP, RFC 6238): six digits, new every half minute, each taken once."""

import hmac
import unicodedata
from datetime import UTC, datetime
from typing import Final

import pyotp
import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from reports.people.second.models import CodeApp
from reports.people.second.sealed import opened, seal, unsealed

STEP_SECONDS: Final = 30
DIGITS: Final = 6
DRIFT: Final = 1
"""Steps by which a clock may be wrong."""
log = structlog.get_logger()


def new_secret() -> str:
    """160 bit in base 32, as apps take it."""
    return pyotp.random_base32()


def address(secret: str, name: str, site: str) -> str:
    """otpauth://…, which apps read from a QR code; they show it as this `name` at this `site`.
    Neither has a colon there: some apps take no others, or cut what comes before it."""
    name, issuer = (words.replace(":", " ") for words in (name, f"Michi {site}"))
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=issuer)


def step_of(secret: str, code: str, *, after: int, now: datetime) -> int | None:
    """The half minute of this code, if it is one of now, and later than `after`. It may be typed in
    any width, and in groups."""
    code = "".join(filter(_is_digit, unicodedata.normalize("NFKC", code)))
    app, this = pyotp.TOTP(secret), int(now.timestamp()) // STEP_SECONDS
    found = None
    for step in range(this - DRIFT, this + DRIFT + 1):
        right = hmac.compare_digest(app.at(step * STEP_SECONDS).encode(), code.encode())
        found = step if right and step > after else found
    return found


def turn_on(db: Session, user_id: int, secret: str, code: str) -> bool:
    """The app that shows this code is theirs from now on, instead of another; whether the code was
    right."""
    step = step_of(secret, code, after=0, now=datetime.now(UTC))
    if step is None:
        return False
    facts = {"secret": seal(secret, _whose(user_id)), "last_step": step}
    made = insert(CodeApp).values(user_id=user_id, **facts)
    again = facts | {"made_at": datetime.now(UTC)}
    db.execute(made.on_conflict_do_update(index_elements=[CodeApp.user_id], set_=again))
    return True


def is_right(db: Session, user_id: int, code: str, now: datetime | None = None) -> bool:
    """Whether it is theirs, of now, and was not taken before; it is taken with that. Of two who
    come with it at once one is right."""
    app = db.execute(select(CodeApp.secret, CodeApp.last_step).where(CodeApp.user_id == user_id))
    kept = app.first()
    secret = unsealed(kept.secret, _whose(user_id)) if kept else None
    if kept and secret is None:
        log.error("sealed_by_another_key", user=user_id)
    if kept is None or secret is None:
        return False
    step = step_of(secret, code, after=kept.last_step, now=now or datetime.now(UTC))
    if step is None:
        return False
    same = CodeApp.user_id == user_id, CodeApp.secret == kept.secret, CodeApp.last_step < step
    taken = update(CodeApp).where(*same).values(last_step=step)
    return db.execute(taken.returning(CodeApp.user_id)).first() is not None


def turn_off(db: Session, user_id: int) -> None:
    db.execute(delete(CodeApp).where(CodeApp.user_id == user_id))


def reseal(db: Session) -> tuple[int, list[int]]:
    """Each secret that another key has sealed is sealed anew with SECRET_KEY: how many were, and
    whose no key that is read opens."""
    done, lost = 0, []
    for app in db.scalars(select(CodeApp).order_by(CodeApp.user_id).with_for_update()):
        secret, is_of_today = opened(app.secret, _whose(app.user_id))
        if secret is None:
            lost.append(app.user_id)
        elif not is_of_today:
            app.secret = seal(secret, _whose(app.user_id))
            done += 1
    db.flush()
    return done, lost


def carried(secret: str, user_id: int) -> str:
    """A new secret as the form of its own page carries it, until its first code is typed."""
    return seal(secret, f"new {_whose(user_id)}").hex()


def carried_in(words: str, user_id: int) -> str | None:
    """The secret that a form carries; None where it is none of ours for this person."""
    try:
        return unsealed(bytes.fromhex(words), f"new {_whose(user_id)}")
    except ValueError:
        return None


def _is_digit(letter: str) -> bool:
    return letter.isascii() and letter.isdecimal()


def _whose(user_id: int) -> str:
    return f"code app of {user_id}"
