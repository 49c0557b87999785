"""What is read again only with the installation's key: a copy of the database tells none of it."""

import secrets
from contextlib import suppress
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from store.keyed import mac, macs

_NONCE_BYTES: Final = 12


def seal(plain: str, whose: str) -> bytes:
    """`whose`: of what it is a part, and of whom; it is opened only as that."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key("sealed")).encrypt(nonce, plain.encode(), whose.encode())


def unsealed(kept: bytes, whose: str) -> str | None:
    """None where another key has sealed it, or it was somebody else's."""
    return opened(kept, whose)[0]


def opened(kept: bytes, whose: str) -> tuple[str | None, bool]:
    """The same, and whether it was SECRET_KEY that has sealed it, and not another that is read."""
    nonce, secret = kept[:_NONCE_BYTES], kept[_NONCE_BYTES:]
    for is_other, own in enumerate(keys("sealed")):
        with suppress(InvalidTag, ValueError):
            return AESGCM(own).decrypt(nonce, secret, whose.encode()).decode(), not is_other
    return None, False


def key(what: str) -> bytes:
    """256 bit for this purpose alone, made of the installation's key."""
    return mac(_what(what))


def keys(what: str) -> tuple[bytes, ...]:
    """The same of each key that is read, the installation's first."""
    return macs(_what(what))


def _what(what: str) -> str:
    return f"second factor: {what}"
