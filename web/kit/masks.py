"""A secret of a page, written another way each time. Pure but for chance.

Pages are compressed, and repeat what was asked for: from the sizes of many of them somebody could
guess a secret that always stands there alike (BREACH).
"""

import base64
import binascii
import secrets


def masked(secret: str) -> str:
    """Twice as long as the secret, in letters that an address may have."""
    plain = secret.encode()
    mask = secrets.token_bytes(len(plain))
    return base64.urlsafe_b64encode(mask + _crossed(plain, mask)).decode()


def unmasked(written: str) -> str:
    """The secret; what is none gives what is none."""
    try:
        both = base64.urlsafe_b64decode(written.encode())
    except (binascii.Error, ValueError):
        return ""
    half = len(both) // 2
    return _crossed(both[:half], both[half:]).decode(errors="replace")


def _crossed(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=False))
