"""How a record's file is signed: Ed25519 over every byte of it but the signature itself. Pure.

The signature stands in a comment line of the PDF, right before the last `startxref`: there it moves
no offset, and every reader of PDF passes over it. RFC 8032; ISO 32000-1, 7.2.3 and 7.5.5.
"""

import hashlib
import re
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PURPOSE: Final = b"michi record 1\0"
"""Before the file, so that no signature made for something else stands for it."""
_END: Final = re.compile(rb"\nstartxref\n[0-9]{1,12}\n%%EOF\n?\Z")
_SIGNED: Final = re.compile(
    rb"\n%MichiRecord/1 key=([0-9a-f]{16}) public=([0-9a-f]{64}) signature=([0-9a-f]{128})"
    rb"(?=\nstartxref\n[0-9]{1,12}\n%%EOF\n?\Z)"
)
_TAIL: Final = 400
"""Bytes at the end of the file in which all of this stands."""


class NoPdf(ValueError):
    """The bytes do not end as a PDF does."""


class Signed(NamedTuple):
    """What a file says of its signature: the id of the key, the key, and what was signed."""

    key_id: str
    public: bytes
    signature: bytes
    told: bytes

    @property
    def holds(self) -> bool:
        """Whether it was made by this key over these bytes."""
        if key_id_of(self.public) != self.key_id:
            return False
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(self.signature, self.told)
        except (InvalidSignature, ValueError):
            return False
        return True


def key_id_of(public: bytes) -> str:
    """By what a key is named: 64 bits of its SHA-256, in hex."""
    return hashlib.sha256(public).hexdigest()[:16]


def signed(pdf: bytes, private: Ed25519PrivateKey) -> bytes:
    """The file with its signature. Raises NoPdf."""
    end = _END.search(pdf, max(len(pdf) - _TAIL, 0))
    if end is None:
        raise NoPdf
    public = private.public_key().public_bytes_raw()
    head = f"\n%MichiRecord/1 key={key_id_of(public)} public={public.hex()} signature="
    before, after = pdf[: end.start()] + head.encode(), pdf[end.start() :]
    made = private.sign(PURPOSE + before + after)
    return before + made.hex().encode() + after


def signed_in(file: bytes) -> Signed | None:
    """What stands at its end; None where nothing does, or not as it should."""
    found = _SIGNED.search(file, max(len(file) - _TAIL - 300, 0))
    if found is None:
        return None
    key_id, public, signature = found.groups()
    begin, end = found.span(3)
    told = PURPOSE + file[:begin] + file[end:]
    return Signed(
        key_id.decode(), bytes.fromhex(public.decode()), bytes.fromhex(signature.decode()), told
    )
