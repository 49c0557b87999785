"""LINE's door believes only who knows the channel's secret."""

import base64
import hashlib
import hmac

import pytest

from bot.webhook import Refused, check_signature
from settings import settings

BODY = b'{"events":[]}'


@pytest.fixture
def right(database_url: str) -> bytes:
    secret = settings().line_channel_secret.get_secret_value().encode()
    return base64.b64encode(hmac.digest(secret, BODY, hashlib.sha256))


def test_the_right_signature_is_believed(right: bytes) -> None:
    check_signature(BODY, right)


@pytest.mark.parametrize("at", range(44))
def test_no_letter_of_it_may_be_another(right: bytes, at: int) -> None:
    other = b"B" if right[at : at + 1] == b"A" else b"A"
    with pytest.raises(Refused):
        check_signature(BODY, right[:at] + other + right[at + 1 :])


def test_nothing_more_nor_less_may_stand_there(right: bytes) -> None:
    for given in (right[:-1], right + b"=", right + b" ", right.lower(), b""):
        with pytest.raises(Refused):
            check_signature(BODY, given)


def test_either_of_two_secrets_is_believed(right: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "LINE_CHANNEL_SECRET_ALSO", settings().line_channel_secret.get_secret_value()
    )
    monkeypatch.setenv("LINE_CHANNEL_SECRET", "the new one")
    settings.cache_clear()
    new = base64.b64encode(hmac.digest(b"the new one", BODY, hashlib.sha256))
    empty = base64.b64encode(hmac.digest(b"", BODY, hashlib.sha256))
    check_signature(BODY, new)
    check_signature(BODY, right)
    monkeypatch.delenv("LINE_CHANNEL_SECRET_ALSO")
    settings.cache_clear()
    check_signature(BODY, new)
    for given in (right, empty):
        with pytest.raises(Refused):
            check_signature(BODY, given)
