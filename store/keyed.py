"""What only this installation can make, and knows again."""

import hashlib
import hmac

from settings import settings


def mac(what: str) -> bytes:
    """HMAC-SHA256 under SECRET_KEY, 256 bit. `what` names its purpose first, so that none stands
    for another."""
    key = settings().secret_key.get_secret_value().encode()
    return hmac.new(key, what.encode("utf-8", "replace"), hashlib.sha256).digest()
