"""Addresses that stand on cards: of photos, such as no stranger can guess, and of our own pages."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal
from urllib.parse import quote

from reports.city import periods
from settings import settings
from store.keyed import is_ours, mac

Size = Literal["small", "large"]
_LETTERS: Final = 32
_DATED: Final = re.compile(r"([1-9][0-9]{4})-([0-9a-f]{32})")
"""Its last day, as days since 1970, and the signature."""


def last_day(now: datetime, days: int) -> int:
    """Of a link that is given away at this moment and holds for so many days, as days since 1970 in
    UTC. One of the same day is the same link, so that whoever keeps its picture keeps it once."""
    return (now.astimezone(UTC) + timedelta(days=days)).toordinal() - _FIRST_DAY


def until(city: Mapping[str, Any], now: datetime) -> int:
    """The last day of a link that is given away now, by what the city says of itself."""
    return last_day(now, periods.length(periods.said_in(city), "photo_links_days"))


def photo_link(photo_id: int, size: Size, last: int) -> str:
    """An absolute address below PUBLIC_URL; it holds to the end of the day `last`, and no longer
    than the photo does."""
    return f"{settings().base}/photos/{photo_id}/{size}/{signed(photo_id, size, last)}.jpg"


def signed(photo_id: int, size: Size, last: int) -> str:
    """What stands in its address: the last day, and 128 bits that only we can make of it."""
    return f"{last}-{_signed(_what(photo_id, size, str(last)))}"


def end_of(
    photo_id: int, size: Size, claimed: str, old_ones: datetime | None = None
) -> datetime | None:
    """When this address ends, or ended; None where we have not given it away. `old_ones`: when
    those end that do not say it themselves, as they were given away before; None: they have."""
    if dated := _DATED.fullmatch(claimed):
        day, said = dated.groups()
        if not is_ours(said, _what(photo_id, size, day), _LETTERS):
            return None
        return datetime.fromordinal(int(day) + 1 + _FIRST_DAY).replace(tzinfo=UTC)
    if is_ours(claimed, _what(photo_id, size), _LETTERS):
        return old_ones or datetime.fromtimestamp(0, UTC)
    return None


def public_link(photo_id: int, size: Size, redaction: int) -> str:
    """Of the copy that strangers may see; it holds while this redaction of it is released."""
    said = signature_of_copy(photo_id, size, redaction)
    return f"{settings().base}/photos/{photo_id}/public-{size}/{said}.jpg"


def ticket_link(number: str, language: str) -> str:
    """The page of a public ticket, for everybody."""
    return f"{settings().base}/open/tickets/{number}?lang={quote(language)}"


def terms_link(language: str) -> str:
    """The page that says what happens to a resident's data."""
    return f"{settings().base}/terms?lang={quote(language)}"


def crew_link(number: str = "") -> str:
    """The crew's page of this ticket, or their list; for whoever signs in."""
    return f"{settings().base}/crew/tickets/{number}" if number else f"{settings().base}/crew/"


def greeting_picture() -> str:
    """The picture that a new friend sees first: how it works, without words, 20:13."""
    return f"{settings().base}/static/hello.png"


def signature_of_copy(photo_id: int, size: Size, redaction: int) -> str:
    """What stands in the address of the copy of this redaction."""
    return _signed(_what_copy(photo_id, size, redaction))


def is_genuine_copy(photo_id: int, size: Size, redaction: int, claimed: str) -> bool:
    """Whether we gave this address of it away."""
    return is_ours(claimed, _what_copy(photo_id, size, redaction), _LETTERS)


def _what(photo_id: int, size: Size, *last: str) -> str:
    return ":".join(("photo", str(photo_id), size, *last))


def _what_copy(photo_id: int, size: Size, redaction: int) -> str:
    return f"public:{photo_id}:{size}:{redaction}"


_FIRST_DAY: Final = datetime.fromtimestamp(0, UTC).toordinal()


def _signed(what: str) -> str:
    """128 bits of HMAC-SHA256 under SECRET_KEY, in hex."""
    return mac(what).hex()[:_LETTERS]
