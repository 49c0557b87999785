"""What a browser takes along while its person is at the provider, signed: a trip of ten minutes."""

import base64
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import asdict, dataclass
from typing import Final

from fastapi import Request, Response

from store.keyed import is_ours, mac
from web.kit.cookies import give_cookie

LIFE_SECONDS: Final = 600
_COOKIE: Final = "michi_trip_"
_PATH: Final = "/sign-in"


@dataclass(frozen=True, slots=True)
class Trip:
    """`state` and `nonce` must come back with the answer and in the token; `verifier` is shown to
    the provider with the code; `next`: the page that they came for; `ends_at`: Unix seconds;
    `proves`: the id of who is in and shows there who they are, 0 for coming in; `joins`: of who is
    in by a password, and comes by the provider from then on."""

    state: str
    nonce: str
    verifier: str
    next: str
    ends_at: int
    proves: int = 0
    joins: int = 0

    @property
    def began_at(self) -> int:
        return self.ends_at - LIFE_SECONDS


def begin(next: str, proves: int = 0, joins: int = 0) -> Trip:
    """A new one; what is in it nobody can guess (256 bit each)."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    ends_at = int(time.time()) + LIFE_SECONDS
    return Trip(state, nonce, verifier, next[:1200], ends_at, proves, joins)


def give(answer: Response, trip: Trip) -> None:
    """For this browser alone; a trip has a cookie of its own, so that two tabs do not disturb each
    other."""
    give_cookie(answer, _name(trip.state), _sealed(trip), seconds=LIFE_SECONDS, path=_PATH)


def of(request: Request, state: str) -> Trip | None:
    """The trip of this browser that this state belongs to, unless it took too long."""
    trip = _opened(request.cookies.get(_name(state), ""))
    if trip is None or not hmac.compare_digest(trip.state.encode(), state.encode()):
        return None
    return trip if trip.ends_at > time.time() else None


def end(answer: Response, state: str) -> None:
    """It is made once."""
    answer.delete_cookie(_name(state), path=_PATH, httponly=True, samesite="lax")


def _name(state: str) -> str:
    return _COOKIE + hashlib.sha256(state.encode("utf-8", "replace")).hexdigest()[:12]


def _sealed(trip: Trip) -> str:
    told = base64.urlsafe_b64encode(json.dumps(asdict(trip)).encode()).decode()
    return f"{told}.{_signature(told)}"


def _opened(cookie: str) -> Trip | None:
    told, _, claimed = cookie.partition(".")
    if not is_ours(claimed, f"trip:{told}"):
        return None
    return Trip(**json.loads(base64.urlsafe_b64decode(told)))


def _signature(told: str) -> str:
    return mac(f"trip:{told}").hex()
