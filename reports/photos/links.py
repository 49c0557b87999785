"""Addresses that stand on cards: of photos, such as no stranger can guess, and of our own pages."""

import hashlib
import hmac
from typing import Literal
from urllib.parse import quote

from settings import settings

Size = Literal["small", "large"]


def photo_link(photo_id: int, size: Size) -> str:
    """An absolute address below PUBLIC_URL; it holds as long as the photo does."""
    return f"{_base()}/photos/{photo_id}/{size}/{signature(photo_id, size)}.jpg"


def public_link(photo_id: int, size: Size, redaction: int) -> str:
    """Of the copy that strangers may see; it holds while this redaction of it is released."""
    signed = signature_of_copy(photo_id, size, redaction)
    return f"{_base()}/photos/{photo_id}/public-{size}/{signed}.jpg"


def terms_link(language: str) -> str:
    """The page that says what happens to a resident's data."""
    return f"{_base()}/terms?lang={quote(language)}"


def crew_link(number: str = "") -> str:
    """The crew's page of this ticket, or their list; for whoever signs in."""
    return f"{_base()}/crew/tickets/{number}" if number else f"{_base()}/crew/"


def greeting_picture() -> str:
    """The picture that a new friend sees first: how it works, without words, 20:13."""
    return f"{_base()}/static/hello.png"


def signature(photo_id: int, size: Size) -> str:
    """128 bits of HMAC-SHA256 under SECRET_KEY, in hex."""
    return _signed(f"photo:{photo_id}:{size}")


def signature_of_copy(photo_id: int, size: Size, redaction: int) -> str:
    """The same for the copy of this redaction."""
    return _signed(f"public:{photo_id}:{size}:{redaction}")


def is_genuine_copy(photo_id: int, size: Size, redaction: int, claimed: str) -> bool:
    """Whether we gave this address of it away."""
    expected = signature_of_copy(photo_id, size, redaction)
    return hmac.compare_digest(expected.encode(), claimed.encode())


def is_genuine(photo_id: int, size: Size, claimed: str) -> bool:
    """Whether we gave this address away."""
    return hmac.compare_digest(signature(photo_id, size).encode(), claimed.encode())


def _signed(what: str) -> str:
    key = settings().secret_key.get_secret_value().encode()
    return hmac.new(key, what.encode(), hashlib.sha256).hexdigest()[:32]


def _base() -> str:
    return settings().public_url.rstrip("/")
