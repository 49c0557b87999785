"""Photos for whoever has their address from us, as long as it holds."""

import re
from datetime import UTC, datetime
from functools import partial
from typing import Final, cast

from fastapi import Response

from reports.city import periods, profile
from reports.photos import photo_store
from reports.photos.links import Size, end_of, is_genuine_copy
from store.database import transaction
from web.kit.errors import Gone, NotFound
from web.kit.photos import NO_PHOTO, bytes_outside, bytes_released, picture
from web.kit.router import Router

router = Router(include_in_schema=False)

_ID: Final = re.compile(r"[1-9][0-9]{0,17}")
_OVER: Final = (
    "この写真のリンクは、期限が切れました。LINE のトークで受付番号を送ると、"
    "いまの様子と、新しいリンクの写真が届きます。"
    " / This link has expired. Send the ticket number in LINE, and a new one comes."
)


@router.get("/photos/{photo_id}/{size}/{signature}.jpg")
def linked_photo(photo_id: str, size: str, signature: str) -> Response:
    """A derived JPEG. Anything but an address that we gave away is not there; after its time, and
    once the ticket's people are forgotten, it is gone. `size`: "small" or "large", or that of the
    copy for strangers, "public-small" or "public-large". Raises NotFound, Gone, FilesAway."""
    plain = cast(Size, size.removeprefix("public-"))
    if not _ID.fullmatch(photo_id) or plain not in ("small", "large"):
        raise NotFound(NO_PHOTO)
    id = int(photo_id)
    if size != plain:
        if not _are_shown_to_strangers():
            raise NotFound(NO_PHOTO)
        given = partial(is_genuine_copy, id, plain, claimed=signature)
        return picture(bytes_released(id, given, plain))
    now = datetime.now(UTC)
    ends = end_of(id, plain, signature, _end_of_old_ones())
    if ends is None:
        raise NotFound(NO_PHOTO)
    if ends <= now:
        raise Gone(_OVER)
    data = bytes_outside(id, plain, of_forgotten=False)
    return picture(data, int((ends - now).total_seconds()))


def _are_shown_to_strangers() -> bool:
    with transaction() as db:
        return profile.shows_released(profile.profile(db))


def _end_of_old_ones() -> datetime | None:
    """Those that do not say it end a period after the first that do."""
    with transaction() as db:
        since = photo_store.links_end_since(db)
        keep = periods.said_in(profile.profile(db))
    return since and periods.after(keep, "photo_links_days", since)
