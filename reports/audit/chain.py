"""How a row of the audit log is chained to the one before it. Pure.

Whoever has the rows can reckon it again without any key: each hash is the SHA-256 of the hash
before, followed by the row's fields, each as a netstring ("3:abc,", or "-" for none).
"""

import hashlib
import hmac
from typing import Final, NamedTuple

GENESIS: Final = bytes(32)
"""Before the first row."""


class Link(NamedTuple):
    """A row in its place, every field as the database writes it as text; `at` in microseconds since
    1970 (UTC), `old` and `new` as jsonb reads."""

    seq: str
    id: str
    at: str
    kind: str
    what: str
    about: str
    user_id: str | None
    via: str
    address: str
    old: str | None
    new: str | None


class End(NamedTuple):
    """The last place of a chain, and its hash."""

    seq: int
    hash: bytes


BEGIN: Final = End(0, GENESIS)


def hash_of(before: bytes, link: Link) -> bytes:
    """Of this row, which follows the one with the hash `before`."""
    return hashlib.sha256(before + b"".join(map(_netstring, link))).digest()


def signed(key: str, what: str, end: End) -> bytes:
    """An end of the chain, signed with the installation's key; `what`: "head" or "stone"."""
    told = f"audit {what} {end.seq} ".encode() + end.hash
    return hmac.new(key.encode(), told, hashlib.sha256).digest()


def is_signed(key: str, what: str, end: End, mac: bytes) -> bool:
    """Whether this installation has signed it."""
    return hmac.compare_digest(signed(key, what, end), mac)


def _netstring(field: str | None) -> bytes:
    if field is None:
        return b"-"
    told = field.encode()
    return b"%d:%b," % (len(told), told)
