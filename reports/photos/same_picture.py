"""Whether a photo of what was done is one its ticket had before, by its bytes or by its pixels."""

import io
import math
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from typing import Final, NamedTuple

from PIL import Image
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from reports.photos.photo_store import photo_store
from reports.tickets.models import Photo, Report
from store.photo_files import FilesAway, NoSuchFile, key_of

_SIDE: Final = 24
SAME: Final = 12
"""The largest difference of two colours of 0 to 255: a picture packed anew has one below 4; where a
hole was filled, one of 20 or more, from whatever spot it is seen."""
MOST_SECONDS: Final = 60.0
"""A worker's, for one look at what was sent; a file that is being read then is read to its end."""
Look = bytes
"""_SIDE times _SIDE pixels, three colours each."""


class Known(NamedTuple):
    """Files of a photo that is there."""

    original: str | None
    large: str | None
    small: str | None


def of_ticket(db: Session, ticket_id: int, *, but: Collection[int] = ()) -> list[Known]:
    """The photos of a ticket that are there: of the problem, and of repairs before; `but` for these
    ids."""
    reports = select(Report.id).where(Report.ticket_id == ticket_id)
    of_it = or_(Photo.ticket_id == ticket_id, Photo.report_id.in_(reports))
    files = select(Photo.original, Photo.large, Photo.small).where(Photo.id.not_in(but))
    there = Photo.state.in_(("stored", "hidden"))
    return [Known(*row) for row in db.execute(files.where(of_it, there))]


def are_known(photos: Iterable[tuple[bytes, bytes]], known: Iterable[Known]) -> list[bool]:
    """Of each, given with a small picture of it, whether it is one of these. To be called outside
    transactions. Raises FilesAway."""
    there = [*known]
    names = {_name(key) for each in there for key in each if key}
    looks: list[Look] = []
    told = []
    for data, small in photos:
        if _name(key_of(data, "original")) in names:
            told.append(True)
            continue
        looks = looks or [*_looks(there)]
        mine = look_of(small)
        told.append(any(is_same(mine, one) for one in looks))
    return told


def are_among(photos: Iterable[Known], known: Iterable[Known]) -> list[bool]:
    """The same of photos that lie in the store. To be called outside transactions. Raises
    FilesAway, also where the store is so slow that it takes more than MOST_SECONDS."""
    until = time.monotonic() + MOST_SECONDS
    there = [*known]
    names = {_name(key) for each in there for key in each if key}
    looks = [*_looks(there, until)]
    told = []
    for one in photos:
        mine = [*_looks([one], until)]
        is_named = bool(one.original) and _name(one.original or "") in names
        told.append(is_named or any(is_same(look, old) for look in mine for old in looks))
    return told


def look_of(picture: bytes) -> Look:
    """A JPEG of ours as a few pixels."""
    with Image.open(io.BytesIO(picture)) as image:
        return image.convert("RGB").resize((_SIDE, _SIDE), Image.Resampling.BOX).tobytes()


def is_same(one: Look, other: Look) -> bool:
    """Whether two pictures differ by no more than how they were packed."""
    return all(abs(mine - its) < SAME for mine, its in zip(one, other, strict=True))


def _looks(known: Iterable[Known], until: float = math.inf) -> Iterator[Look]:
    for each in known:
        if time.monotonic() > until:
            raise FilesAway("the photo store is slow")
        with suppress(NoSuchFile):
            if each.small:
                yield look_of(photo_store().get(each.small))


def _name(key: str) -> str:
    """Of the bytes, whatever they are kept as."""
    return key.rpartition("/")[2].partition(".")[0]
