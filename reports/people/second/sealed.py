"""What is read again only with the installation's key: a copy of the database tells none of it."""

import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from store.keyed import mac

_NONCE_BYTES: Final = 12


def seal(plain: str, whose: str) -> bytes:
    """`whose`: of what it is a part, and of whom; it is opened only as that."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key("sealed")).encrypt(nonce, plain.encode(), whose.encode())


def unsealed(kept: bytes, whose: str) -> str | None:
    """None where another key has sealed it, or it was somebody else's."""
    try:
        nonce, secret = kept[:_NONCE_BYTES], kept[_NONCE_BYTES:]
        return AESGCM(key("sealed")).decrypt(nonce, secret, whose.encode()).decode()
    except (InvalidTag, ValueError):
        return None


def key(what: str) -> bytes:
    """256 bit for this purpose alone, made of the installation's key."""
    return mac(f"second factor: {what}")
