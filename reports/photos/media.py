"""Photos that lie with somebody else: where they may be fetched from, and that they are to be."""

from collections.abc import Sequence
from ipaddress import ip_address
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from sqlalchemy import insert
from sqlalchemy.orm import Session

from reports.tickets.models import Photo
from settings import settings
from store.tasks import later

MOST: Final = 4
"""Of one report."""
LONGEST: Final = 2000
_PORTS: Final = {"http": 80, "https": 443}


class Origin(NamedTuple):
    """Of an address: "https", "photos.example.jp", 443."""

    scheme: str
    host: str
    port: int

    @property
    def is_address(self) -> bool:
        """Whether no name has to be looked up."""
        try:
            ip_address(self.host)
        except ValueError:
            return False
        return True


def origin_of(url: str) -> Origin | None:
    """None for what is no web address, or has somebody's name or password in it."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS[parts.scheme]
        host = (parts.hostname or "").encode("idna").decode()
    except (ValueError, KeyError):
        return None
    if not host or "@" in parts.netloc or len(url) > LONGEST or not url.isprintable():
        return None
    return Origin(parts.scheme, host, port)


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
