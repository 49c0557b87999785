"""Addresses of photos that a stranger cannot guess, for cards that LINE shows to one resident."""

import hashlib
import hmac
from typing import Literal

from settings import settings

Size = Literal["small", "large"]


def photo_link(photo_id: int, size: Size) -> str:
    """An absolute address below PUBLIC_URL; it holds as long as the photo does."""
    base = settings().public_url.rstrip("/")
    return f"{base}/photos/{photo_id}/{size}/{signature(photo_id, size)}.jpg"


def signature(photo_id: int, size: Size) -> str:
    """128 bits of HMAC-SHA256 under SECRET_KEY, in hex."""
    key = settings().secret_key.get_secret_value().encode()
    return hmac.new(key, f"photo:{photo_id}:{size}".encode(), hashlib.sha256).hexdigest()[:32]


def is_genuine(photo_id: int, size: Size, claimed: str) -> bool:
    """Whether we gave this address away."""
    return hmac.compare_digest(signature(photo_id, size).encode(), claimed.encode())
