"""Photos that lie with somebody else: where they may be fetched from, and that they are to be."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import insert
from sqlalchemy.orm import Session

from reports.tickets.models import Photo
from settings import settings
from store.outside import LONGEST_URL, NotAllowed, target_of
from store.public_addresses import read
from store.tasks import later

MOST: Final = 4
"""Of one report."""
LONGEST: Final = LONGEST_URL


class Origin(NamedTuple):
    """Of an address: "https", "photos.example.jp", 443."""

    scheme: str
    host: str
    port: int

    @property
    def is_address(self) -> bool:
        """Whether no name has to be looked up."""
        return read(self.host) is not None


def origin_of(url: str) -> Origin | None:
    """None for what is no web address, or has somebody's name or password in it."""
    try:
        return Origin(*target_of(url)[:3])
    except NotAllowed:
        return None


def is_allowed(url: str) -> bool:
    """Whether OPEN311_MEDIA_HOSTS names its host; one without "://" stands for https alone."""
    listed = [each for each in settings().open311_media_hosts.split(",") if each]
    known = {origin_of(each if "://" in each else f"https://{each}") for each in listed}
    asked = origin_of(url)
    return asked is not None and asked in known


def lie_elsewhere(db: Session, report_id: int, urls: Sequence[str]) -> None:
    """They belong to this report; fetching each, from where it may be fetched, is the next thing to
    do."""
    for url in urls[:MOST]:
        made = insert(Photo).values(report_id=report_id).returning(Photo.id)
        photo_id = db.execute(made).scalar_one()
        later(db, "fetch_media", photo_id=photo_id, url=url)
