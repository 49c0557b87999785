"""How a call is signed, by Standard Webhooks 1 (https://www.standardwebhooks.com). Pure.

A secret is `whsec_` and 24 to 64 bytes in base64; what is signed is id, second and body with dots
between. During a change of secrets two signatures stand in the header, with a blank between.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from typing import Final

PREFIX: Final = "whsec_"
_BYTES: Final = 32
TOLERANCE_SECONDS: Final = 300
"""By how much a receiver should let the moment of a call differ from its own clock."""


def new_secret() -> str:
    """256 bit."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def headers(message_id: str, second: int, body: bytes, keys: Sequence[str]) -> Mapping[str, str]:
    """The three headers of a call; `second`: since 1970; `keys`: the secrets, the newest first."""
    signed = " ".join(_signature(message_id, second, body, key) for key in keys)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(second),
        "webhook-signature": signed,
    }


def _signature(message_id: str, second: int, body: bytes, secret: str) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    said = f"{message_id}.{second}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()
