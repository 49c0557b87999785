"""What only this installation can make, and knows again."""

import hashlib
import hmac

from settings import settings


def mac(what: str) -> bytes:
    """HMAC-SHA256 under SECRET_KEY, 256 bit. `what` names its purpose first, so that none stands
    for another."""
    return _mac(settings().secret_keys[0], what)


def macs(what: str) -> tuple[bytes, ...]:
    """The same under each key that is read: SECRET_KEY first, then those of SECRET_KEYS_ALSO."""
    return tuple(_mac(key, what) for key in settings().secret_keys)


def is_ours(claimed: str, what: str, letters: int = 64) -> bool:
    """Whether this is the beginning of such a MAC in hex, so many letters of it."""
    told = claimed.encode("utf-8", "replace")
    return any(hmac.compare_digest(told, made.hex()[:letters].encode()) for made in macs(what))


def mark(key: str) -> str:
    """By what a key is told from another where it is not shown: 64 bits in hex."""
    return _mac(key, "mark of this key").hex()[:16]


def _mac(key: str, what: str) -> bytes:
    return hmac.new(key.encode(), what.encode("utf-8", "replace"), hashlib.sha256).digest()
