"""Names that LINE gives to people, messages and events; unique even across restarts."""

import hashlib
import itertools
import secrets
import time
import uuid

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_messages = itertools.count(int(time.time() * 1000) * 100_000)


def message_id() -> str:
    """18 digits, growing; seeded by the time of day so that a restart never repeats one."""
    return str(next(_messages))


def event_id(now_ms: int) -> str:
    """A ULID (26 characters): 48 bits of milliseconds, then 80 bits of chance."""
    number = (now_ms << 80) | secrets.randbits(80)
    return "".join(CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))


def user_id() -> str:
    return "U" + uuid.uuid4().hex


def settled_user_id(name: str) -> str:
    """The same id for the same name at every start: the people who are always there."""
    return "U" + hashlib.sha256(f"person on loopback: {name}".encode()).hexdigest()[:32]


def reply_token() -> str:
    return uuid.uuid4().hex


def long_token() -> str:
    """Quote tokens and mark-as-read tokens: opaque, URL-safe."""
    return secrets.token_urlsafe(48)


def request_id() -> str:
    return str(uuid.uuid4())


def rich_menu_id() -> str:
    return "richmenu-" + uuid.uuid4().hex
