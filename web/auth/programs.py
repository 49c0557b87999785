"""Programs: what a route lets them do, and the one place where the use of a key is known."""

from dataclasses import dataclass
from typing import Annotated, Final

import structlog
from fastapi import Depends, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from reports.people import keys
from reports.people.keys import Key, KeyEnded
from reports.people.permissions import OPENS, Do
from store.origin import is_of
from web.auth import pace
from web.auth.throttle import network_of
from web.kit.errors import NotAllowed, NotSignedIn, TooMany

log = structlog.get_logger()

_bearer: Final = HTTPBearer(
    auto_error=False, description="A key that an administrator made: `michi_key_…`"
)
Token = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


@dataclass(frozen=True, slots=True)
class Opens:
    """A program whose key lets it do this; with whose tickets is asked where they are."""

    do: Do

    def let_in(self, request: Request, answer: Response, secret: str) -> Key:
        """Who comes with these words; `answer` tells how often they may ask. Raises NotSignedIn,
        TooMany, NotAllowed."""
        key = _let_in(request, answer, secret)
        if not key.opens(self.do):
            needs = "、".join(scope for scope, does in OPENS.items() if self.do in does)
            raise NotAllowed(f"この鍵では、できません。必要な範囲(scope): {needs}", reason="scope")
        return key


@dataclass(frozen=True, slots=True)
class OpensByBearer(Opens):
    """With the key as a bearer token."""

    def __call__(self, request: Request, answer: Response, token: Token) -> Key:
        """Raises NotSignedIn, TooMany, NotAllowed."""
        return self.let_in(request, answer, token.credentials if token else "")


def opens(do: Do) -> OpensByBearer:
    """What a program's route depends on."""
    return OpensByBearer(do)


def key_if_any(request: Request, answer: Response, token: Token) -> Key | None:
    """Of whoever asks what everybody may, and may be told more by a key. Raises NotSignedIn for one
    that does not hold, TooMany."""
    return _let_in(request, answer, token.credentials) if token else None


def ended(why: KeyEnded) -> NotSignedIn:
    """As who comes with a key hears that it has ended."""
    return NotSignedIn(_ENDED[why.reason], reason=why.reason)


def _let_in(request: Request, answer: Response, secret: str) -> Key:
    """Raises NotSignedIn, TooMany."""
    address = request.client.host if request.client else ""
    key = _holding(secret, network_of(address))
    now = pace.count(f"key:{key.id}", key.per_minute)
    if now.left < 0:
        raise TooMany(
            f"1分間に{key.per_minute:,}回までです。{now.seconds}秒待ってください。",
            reason="rate_limit",
            headers={"Retry-After": str(now.seconds), **now.headers},
        )
    answer.headers.update(now.headers)
    return key


def _holding(secret: str, network: str) -> Key:
    """Raises NotSignedIn."""
    if not secret:
        raise NotSignedIn(
            "鍵がありません。Authorization: Bearer michi_key_… を付けてください。",
            reason="missing",
        )
    key = keys.known(secret)
    if key is None:
        log.info("key_refused", reason="unknown", network=network)
        raise NotSignedIn("この鍵はありません。", reason="unknown")
    if not key.holds:
        log.info("key_refused", reason=key.state, key=key.id, network=network)
        raise ended(KeyEnded(key.state))
    keys.used(key, network)
    is_of(None, f"key:{key.id}")
    return key


_ENDED: Final = {
    "revoked": "この鍵は取り消されています。市の管理者に、新しい鍵を作ってもらってください。",
    "stopped": "この鍵を担当する人の利用が止められたか、管理者でなくなったため、"
    "鍵も止まっています。市の管理者に、引き継いでもらってください。",
    "expired": "この鍵は期限が切れています。市の管理者に、新しい鍵を作ってもらってください。",
}
