"""How somebody shows who they are: one list, for the second step of coming in and for asking again.

A way has a part of `ways.html` by its key, whose form sends `proof_way` and its answer `proof`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.audit.entries import write_at_once
from reports.audit.kinds import Kind
from reports.people import accounts, devices
from reports.people.models import User
from reports.people.second import code_app, factors, passkeys, recovery
from reports.people.second.factors import Factors
from reports.people.waits import in_words
from store.database import transaction
from web.auth import throttle
from web.auth.door import Caller

FIELDS: Final = ("proof_way", "proof")
Purpose = Literal["second", "again"]
log = structlog.get_logger()


class Shown(NamedTuple):
    """What somebody answers with, for what, who says to be this person."""

    person: User
    purpose: Purpose
    answer: str


@dataclass(frozen=True, slots=True)
class Way:
    """`counts`: as what wrong answers are counted; "" of one that cannot be guessed. `wrong`: what
    they hear of one."""

    key: str
    counts: Literal["code", "password", ""]
    wrong: str
    is_theirs: Callable[[Factors], bool]
    is_right: Callable[[Session, Shown], bool]


class NotProven(NamedTuple):
    """What to tell them; `seconds` until the next try is looked at, if they have to wait."""

    status: int
    sentence: str
    seconds: int = 0

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.seconds)} if self.seconds else {}


_WAIT: Final = "間違いが続いたため、次に試せるまで {} かかります。"
_NO_WAY: Final = NotProven(422, "確かめる方法を選んで、もう一度お試しください。")


def theirs(has: Factors) -> list[str]:
    """The keys of the ways that are theirs, the easiest first."""
    return [way.key for way in WAYS if way.is_theirs(has)]


def prove(
    asking: Caller,
    person: User,
    fields: Mapping[str, str],
    purpose: Purpose,
    then: Callable[[Session], None],
) -> NotProven | None:
    """None where they have shown who they are; `then` is done in the same commit, and may raise,
    which leaves a code untaken."""
    with transaction() as db:
        mine = factors.of(db, person.id)
    chosen = (way for way in WAYS if way.key == fields.get("proof_way") and way.is_theirs(mine))
    way = next(chosen, None)
    if way is None:
        return _NO_WAY
    tried = _count(asking, person, way)
    if tried and tried.wait:
        _note(person, purpose, way, "waits", tried.network)
        return NotProven(429, _WAIT.format(in_words(tried.wait)), tried.seconds)
    with transaction() as db:
        db.execute(select(User.id).where(User.id == person.id).with_for_update())
        right = way.is_right(db, Shown(person, purpose, fields.get("proof", "")))
        if right and tried:
            throttle.forgive(db, tried)
        if right:
            then(db)
    _note(person, purpose, way, "right" if right else "wrong", throttle.network_of(asking.address))
    return None if right else NotProven(401, way.wrong)


def log_proof(user_id: int | None, purpose: str, way: str, outcome: str, network: str) -> None:
    """The line of the log. `purpose`: second, again or alone; `outcome`: right, wrong or waits."""
    told = {"user": user_id, "way": way, "network": network, "outcome": outcome}
    log.info("proof", purpose=purpose, **told)


def _count(asking: Caller, person: User, way: Way) -> throttle.Try | None:
    if not way.counts:
        return None
    with transaction() as db:
        device = devices.known(db, asking.token, person.id)
        if way.counts == "code":
            return throttle.begin_code(db, user_id=person.id, address=asking.address, device=device)
        return throttle.begin(db, name=person.name, address=asking.address, device=device)


def _note(person: User, purpose: Purpose, way: Way, outcome: str, network: str) -> None:
    if outcome == "wrong":
        write_at_once(Kind.REFUSAL, "wrong proof", f"user:{person.id}", new={"way": way.key})
    log_proof(person.id, purpose, way.key, outcome, network)


def _signs(db: Session, shown: Shown) -> bool:
    from reports.people.second import signing

    user_id = shown.person.id
    return signing.signed_by(db, shown.purpose, shown.answer, user_id) == user_id


def _digits(db: Session, shown: Shown) -> bool:
    return code_app.is_right(db, shown.person.id, shown.answer)


WAYS: Final = (
    Way(
        "passkey",
        "",
        "パスキーを確かめられませんでした。もう一度お試しください。",
        lambda has: bool(has.passkeys) and passkeys.are_possible(),
        _signs,
    ),
    Way(
        "app",
        "code",
        "コードが違うか、もう使われています。新しいコードに変わってから、もう一度お試しください。",
        lambda has: has.app_since is not None,
        _digits,
    ),
    Way(
        "recovery",
        "code",
        "回復コードが違うか、もう使われています。ほかのコードをお試しください。",
        lambda has: bool(has) and has.codes_left > 0,
        lambda db, shown: recovery.use(db, shown.person.id, shown.answer),
    ),
    Way(
        "password",
        "password",
        "パスワードが違います。",
        lambda has: not has,
        lambda db, shown: accounts.is_right(shown.person.password, shown.answer),
    ),
)
