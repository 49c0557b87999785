"""The city's photo store: made once, and known again by its marker, which has the id that the
database knows. Without it the store is away, not empty: nothing is put beside a disk that is gone.
"""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final

from sqlalchemy import CheckConstraint, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from reports.tickets.models import Photo
from settings import settings
from store.base import Base
from store.database import transaction
from store.photo_files import Files, StrangeStore, open_files

SAMPLE: Final = 40
NOT_MADE: Final = "none has been made yet: run `michi migrate`"


class PhotoStore(Base):
    """One row, once there is a store: the id that stands in its marker. `links_end_since`: links of
    photos that were given away before that do not say when they end."""

    __tablename__ = "photo_store"
    __table_args__ = (CheckConstraint("single", name="single"),)

    single: Mapped[bool] = mapped_column(primary_key=True, server_default=text("true"))
    id: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    links_end_since: Mapped[datetime] = mapped_column(server_default=func.now())


class NotMade(StrangeStore):
    """A store is not made, for it looks as if it were another one, or away; in two languages."""

    def __init__(self, japanese: str, english: str) -> None:
        super().__init__(f"{japanese} / {english}")


def photo_store() -> Files:
    """The store at PHOTO_STORE_URL, opened once. To be called outside transactions.

    Raises StrangeStore where none has been made, WrongStoreUrl.
    """
    return _opened(settings().photo_store_url, _id())


def make_photo_store(*, anew: bool = False) -> None:
    """Make the folder and its marker, once; a store of the version before only lacks the marker.

    `anew`: what is at PHOTO_STORE_URL is the store from now on, whatever it has or has not. Raises
    NotMade, FilesAway, WrongStoreUrl.
    """
    with transaction() as db:
        id, keys = _known_id(db), _sample(db)
    files = open_files(settings().photo_store_url, id or "")
    mark = files.marked_by()
    if mark is not None and mark == id:
        return
    if not anew:
        _refuse_strange(files, mark, id, keys)
    adopted = None if anew else mark
    with transaction() as db:
        id = _remembered(db, id or adopted or secrets.token_hex(16))
    open_files(settings().photo_store_url, id).make()


def links_end_since(db: Session) -> datetime | None:
    """As of `PhotoStore`; None before there is a store."""
    return db.scalar(select(PhotoStore.links_end_since))


def _refuse_strange(files: Files, mark: str | None, id: str | None, keys: Collection[str]) -> None:
    """A database that was put back from before there were markers finds its photos, and theirs."""
    is_ours = 2 * sum(map(files.has, keys)) >= len(keys)
    if mark is not None and (id or not keys or not is_ours):
        raise NotMade(*_ANOTHERS)
    if not is_ours:
        raise NotMade(*_LOST)


def _known_id(db: Session) -> str | None:
    return db.scalar(select(PhotoStore.id))


def _remembered(db: Session, id: str) -> str:
    """The id of this installation's store; who was first has chosen it."""
    db.execute(insert(PhotoStore).values(id=id).on_conflict_do_nothing())
    return db.scalars(select(PhotoStore.id)).one()


def _sample(db: Session) -> Sequence[str]:
    """Files that must be there; in the order of their hashes, which is that of chance."""
    stored = select(Photo.small).where(Photo.state == "stored", Photo.small.is_not(None))
    return [key for key in db.scalars(stored.order_by(Photo.small).limit(SAMPLE)) if key]


_ANEW: Final = "michi migrate --photo-store-anew"
_ANOTHERS: Final = (
    "PHOTO_STORE_URL の場所は、別の Michi の写真の置き場です。PHOTO_STORE_URL を確かめてください。"
    f"この Michi の置き場にするなら {_ANEW} を実行してください",
    "At PHOTO_STORE_URL is the photo store of another Michi: look at the address, or run"
    f" `{_ANEW}` to make it this one's",
)
_LOST: Final = (
    "PHOTO_STORE_URL の場所に、これまでの写真がありません。ディスクがつながっているか、"
    "PHOTO_STORE_URL が正しいかを確かめて、もう一度 michi migrate を実行してください。"
    f"写真を失ったまま始めるなら {_ANEW} を実行してください",
    "The photos there have been are not at PHOTO_STORE_URL: see whether the disk is mounted and the"
    f" address is right, and run `michi migrate` again, or `{_ANEW}` to begin without them",
)


@lru_cache(maxsize=1)
def _id() -> str:
    with transaction() as db:
        id = _known_id(db)
    if id is None:
        raise StrangeStore(NOT_MADE)
    return id


@lru_cache(maxsize=1)
def _opened(url: str, id: str) -> Files:
    return open_files(url, id)
