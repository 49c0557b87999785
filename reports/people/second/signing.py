"""What a browser is asked to sign with a passkey, and whether it has (WebAuthn).

Its package brings certificates with it, of which nothing else knows: whoever asks for a passkey
loads this then.
"""

import hashlib
import hmac
import json
import struct
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

import webauthn
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from reports.people.models import User
from reports.people.second import challenges
from reports.people.second.models import Passkey
from reports.people.second.sealed import key
from settings import settings

_MOST_LETTERS: Final = 20_000
_PATIENCE: Final = int(challenges.LIFE.total_seconds() * 1000)
"""Milliseconds for which a browser waits: another device has to be fetched, and unlocked."""


def to_make(db: Session, person: User) -> str:
    """What their browser needs to make one: PublicKeyCredentialCreationOptions as JSON."""
    options = webauthn.generate_registration_options(
        rp_id=_host(),
        rp_name="Michi",
        user_id=_handle(person.id),
        user_name=person.name,
        user_display_name=person.shown_name,
        challenge=challenges.new(f"make:{person.id}"),
        timeout=_PATIENCE,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=_known(db, person.id),
    )
    return webauthn.options_to_json(options)


def keep(db: Session, user_id: int, made: str, name: str) -> bool:
    """The new one that their browser answers with (JSON); whether it is one, and was nobody's."""
    try:
        answer = _read(made)
        challenge = _challenge_in(answer, f"make:{user_id}")
        checked = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=_host(),
            expected_origin=settings().origin,
        )
    except _NOT_RIGHT:
        return False
    if not challenges.use(db, challenge):
        return False
    facts = {
        "user_id": user_id,
        "credential": checked.credential_id,
        "public_key": checked.credential_public_key,
        "sign_count": checked.sign_count,
        "transports": _transports(answer),
        "name": name,
    }
    new = insert(Passkey).values(facts).on_conflict_do_nothing().returning(Passkey.id)
    return db.execute(new).first() is not None


def to_sign(db: Session, purpose: str, user_id: int | None = None) -> str:
    """What a browser needs to show one: PublicKeyCredentialRequestOptions as JSON. `user_id`: whose
    it must be; None: of anybody, who then needs no password."""
    options = webauthn.generate_authentication_options(
        rp_id=_host(),
        challenge=challenges.new(f"{purpose}:{user_id or ''}"),
        timeout=_PATIENCE,
        allow_credentials=_known(db, user_id) if user_id else None,
        user_verification=_verification(user_id),
    )
    return webauthn.options_to_json(options)


def signed_by(db: Session, purpose: str, answer: str, user_id: int | None = None) -> int | None:
    """The id of whose key has signed (JSON, as of `to_sign`); None where none has, or another's.

    Without `user_id` the key must have seen a finger, a face or a PIN.
    """
    try:
        told = _read(answer)
        challenge = _challenge_in(told, f"{purpose}:{user_id or ''}")
        credential = base64url_to_bytes(told["id"])
        kept = _locked(db, credential)
        if kept is None or user_id not in (None, kept.user_id):
            return None
        checked = webauthn.verify_authentication_response(
            credential=told,
            expected_challenge=challenge,
            expected_rp_id=_host(),
            expected_origin=settings().origin,
            credential_public_key=kept.public_key,
            credential_current_sign_count=0,  # see _is_copied
            require_user_verification=user_id is None,
        )
    except _NOT_RIGHT:
        return None
    if _is_copied(kept.sign_count, checked) or not challenges.use(db, challenge):
        return None
    kept.sign_count, kept.used_at = checked.new_sign_count, datetime.now(UTC)
    db.flush()
    return kept.user_id


def _locked(db: Session, credential: bytes) -> Passkey | None:
    """The person before the key, as whoever takes their keys does it."""
    whose = select(Passkey.user_id).where(Passkey.credential == credential)
    db.execute(select(User.id).where(User.id.in_(whose)).with_for_update())
    return db.scalar(select(Passkey).where(Passkey.credential == credential).with_for_update())


def _is_copied(count: int, checked: VerifiedAuthentication) -> bool:
    """Whether a key of one device counts no further: then there are two of it. One that people have
    on several devices has a count of its own on each, or has lost it on the way to another."""
    is_of_one = checked.credential_device_type is CredentialDeviceType.SINGLE_DEVICE
    return is_of_one and checked.new_sign_count <= count and count > 0


def _verification(user_id: int | None) -> UserVerificationRequirement:
    return (
        UserVerificationRequirement.PREFERRED if user_id else UserVerificationRequirement.REQUIRED
    )


def _known(db: Session, user_id: int) -> list[PublicKeyCredentialDescriptor]:
    columns = select(Passkey.credential, Passkey.transports)
    return [
        PublicKeyCredentialDescriptor(id=credential, transports=_ways_to(transports))
        for credential, transports in db.execute(columns.where(Passkey.user_id == user_id))
    ]


def _ways_to(transports: Sequence[str]) -> list[AuthenticatorTransport]:
    """As the browser told them; what was inside of one device may be in somebody's phone by now,
    which other browsers look for only where they are told so."""
    told = {AuthenticatorTransport(one) for one in transports}
    if AuthenticatorTransport.INTERNAL in told:
        told.add(AuthenticatorTransport.HYBRID)
    return sorted(told)


def _read(words: str) -> dict[str, Any]:
    """Raises ValueError."""
    told = json.loads(words) if len(words) <= _MOST_LETTERS else None
    if not isinstance(told, dict):
        raise ValueError
    return told


def _challenge_in(told: dict[str, Any], purpose: str) -> bytes:
    """Raises ValueError where it is none of ours, and others of _NOT_RIGHT."""
    client = json.loads(base64url_to_bytes(told["response"]["clientDataJSON"]))
    challenge = base64url_to_bytes(client["challenge"])
    if not challenges.is_ours(challenge, purpose):
        raise ValueError
    return challenge


def _transports(told: dict[str, Any]) -> Sequence[str]:
    given = told["response"].get("transports")
    known = {one.value for one in AuthenticatorTransport}
    return [one for one in given if one in known] if isinstance(given, list) else []


def _handle(user_id: int) -> bytes:
    """Under which a device keeps their keys for this site; it tells nobody who they are."""
    return hmac.new(key("handle"), str(user_id).encode(), hashlib.sha256).digest()[:16]


def _host() -> str:
    return urlsplit(settings().public_url).hostname or ""


_NOT_RIGHT: Final = (
    WebAuthnException,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RecursionError,
    struct.error,
)
"""What a strange answer may end in, in the package's reading of it."""
