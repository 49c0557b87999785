"""What is written is sealed with age to public keys; only a private key, which no server has, opens
it (docs/decisions/0054)."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Final, Protocol

import pyrage
from pyrage import x25519

from settings import settings
from store.backup import Damaged, NoBackups, WrongKey

_NOT_OURS: Final = (
    "この秘密鍵では開けません。バックアップを作ったときの公開鍵と対になる鍵を渡してください",
    "this private key does not open it: it must be the other half of the public key",
)


class Reader(Protocol):
    """Gives bytes; none at the end."""

    def read(self, size: int = -1, /) -> bytes: ...


class Writer(Protocol):
    """Takes bytes."""

    def write(self, data: bytes, /) -> object: ...


Recipients = Sequence[x25519.Recipient]
Identities = Sequence[x25519.Identity]


def recipients() -> Recipients:
    """Those of BACKUP_PUBLIC_KEY. Raises NoBackups."""
    given = [each.strip() for each in settings().backup_public_key.split(",") if each.strip()]
    if not given:
        raise NoBackups
    return [x25519.Recipient.from_str(each) for each in given]


def identities(file: Path) -> Identities:
    """The private keys in a file of age-keygen. Raises WrongKey."""
    try:
        lines = file.read_text().splitlines()
        keys = [line.strip() for line in lines if line.startswith("AGE-SECRET-KEY-")]
        found = [x25519.Identity.from_str(key) for key in keys]
    except (OSError, ValueError, pyrage.IdentityError) as unreadable:
        raise WrongKey("秘密鍵を読めません", "the private key cannot be read") from unreadable
    if not found:
        raise WrongKey("ファイルに秘密鍵がありません", "there is no private key in this file")
    return found


def seal(reader: Reader, writer: Writer, to: Recipients) -> None:
    """All that `reader` gives, in pieces."""
    pyrage.encrypt_io(reader, writer, to)


def sealed(data: bytes, to: Recipients) -> bytes:
    """Of something that is in memory."""
    made = BytesIO()
    seal(BytesIO(data), made, to)
    return made.getvalue()


def unseal(reader: Reader, writer: Writer, keys: Identities, name: str) -> None:
    """The way back; `name`: of the piece. Raises WrongKey, Damaged, and what `reader` raises."""
    watched = _Watched(reader)
    try:
        pyrage.decrypt_io(watched, writer, keys)
    except pyrage.DecryptError as wrong:
        if "No matching keys" in str(wrong):
            raise WrongKey(*_NOT_OURS) from wrong
        raise Damaged(name) from wrong
    except OSError as wrong:
        if watched.trouble:
            raise watched.trouble from wrong
        raise Damaged(name) from wrong


def unsealed(data: bytes, keys: Identities, name: str) -> bytes:
    """Of something that is in memory. Raises WrongKey, Damaged."""
    made = BytesIO()
    unseal(BytesIO(data), made, keys, name)
    return made.getvalue()


class _Watched:
    """What the reader itself raises is not taken for damage."""

    def __init__(self, reader: Reader) -> None:
        self.reader, self.trouble = reader, None

    trouble: Exception | None

    def read(self, size: int = -1) -> bytes:
        try:
            return self.reader.read(size)
        except Exception as trouble:
            self.trouble = trouble
            raise
