"""The keys that sign records: made when the first is issued, sealed with the installation's key.

A record is looked at years later, so a public half stays for good: also when SECRET_KEY was changed
(`michi secrets reseal` seals the private half anew), and when another key signs since.
"""

from datetime import datetime
from enum import Enum, auto
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from reports.people.second.sealed import opened, seal, unsealed
from reports.records.models import RecordKey
from reports.records.signature import key_id_of
from store import sql


class PublicKey(NamedTuple):
    """One that signs (`ended_at` None) or once did."""

    id: str
    public: bytes
    made_at: datetime
    ended_at: datetime | None

    @property
    def pem(self) -> str:
        """As other programs read it (RFC 8410)."""
        key = Ed25519PublicKey.from_public_bytes(self.public)
        return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


class SealedBy(Enum):
    """With which key the private half of the one that signs is sealed."""

    NONE_YET = auto()
    TODAYS = auto()
    FORMER = auto()
    UNKNOWN = auto()


def sealed_by(db: Session) -> SealedBy:
    """Of the key that signs now; nothing is changed."""
    last = db.scalar(_SIGNS)
    if last is None:
        return SealedBy.NONE_YET
    plain, is_of_today = opened(last.sealed or b"", _whose(last.id))
    if plain is None:
        return SealedBy.UNKNOWN
    return SealedBy.TODAYS if is_of_today else SealedBy.FORMER


def signer(db: Session) -> Ed25519PrivateKey:
    """The key that signs now. One whose private half nobody can read any more has ended, and
    another is made."""
    sql.run(db, _ONE_AT_A_TIME)
    last = db.scalar(_SIGNS)
    if last is not None:
        plain = unsealed(last.sealed or b"", _whose(last.id))
        if plain is not None:
            return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(plain))
    return _made(db)


def change(db: Session) -> str:
    """Another key signs from now on; its id. Those before still verify."""
    sql.run(db, _ONE_AT_A_TIME)
    return key_id_of(_made(db).public_key().public_bytes_raw())


def publics(db: Session) -> list[PublicKey]:
    """All that ever signed, the newest first."""
    rows = db.scalars(select(RecordKey).order_by(RecordKey.made_at.desc(), RecordKey.id))
    return [PublicKey(row.id, row.public, row.made_at, row.ended_at) for row in rows]


def reseal(db: Session) -> tuple[int, list[str]]:
    """The private half, where another key has sealed it, is sealed anew with SECRET_KEY: how many,
    and ids of those that no key opens."""
    done, lost = 0, []
    for key in db.scalars(_SIGNS.with_for_update()):
        plain, is_of_today = opened(key.sealed or b"", _whose(key.id))
        if plain is None:
            lost.append(key.id)
        elif not is_of_today:
            key.sealed = seal(plain, _whose(key.id))
            done += 1
    db.flush()
    return done, lost


def read_pem(pem: bytes) -> bytes:
    """The raw public key of a PEM file. Raises ValueError for anything else than Ed25519."""
    key = load_pem_public_key(pem)
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("not Ed25519")
    return key.public_bytes_raw()


def _made(db: Session) -> Ed25519PrivateKey:
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    id = key_id_of(public)
    signs = RecordKey.ended_at.is_(None)
    db.execute(update(RecordKey).where(signs).values(ended_at=func.now(), sealed=None))
    db.add(
        RecordKey(id=id, public=public, sealed=seal(private.private_bytes_raw().hex(), _whose(id)))
    )
    db.flush()
    return private


def _whose(id: str) -> str:
    return f"record key {id}"


_SIGNS: Final = select(RecordKey).where(RecordKey.ended_at.is_(None))
_ONE_AT_A_TIME: Final = "SELECT pg_advisory_xact_lock(hashtextextended('record key', 0))"
