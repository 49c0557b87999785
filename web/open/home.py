"""What anybody may open: the first page, and photos whose address we gave away."""

import re
from typing import Annotated, Final, cast

from fastapi import APIRouter, Depends, Response

from reports.city import profile
from reports.photos.links import Size, is_genuine
from web.auth.sessions import Visitor, visitor_or_none
from web.desk import photos
from web.kit.errors import NotFound
from web.kit.pages import page
from web.maps.base_map import Db

router = APIRouter(include_in_schema=False)

_ID: Final = re.compile(r"[1-9][0-9]{0,17}")


@router.get("/")
def home(db: Db, visitor: Annotated[Visitor | None, Depends(visitor_or_none)]) -> Response:
    """What this is, whom to call, and where to sign in."""
    return page("open/home.html", visitor=visitor, facts=profile.profile(db))


@router.get("/photos/{photo_id}/{size}/{signature}.jpg")
def linked_photo(photo_id: str, size: str, signature: str) -> Response:
    """A derived JPEG for whoever has its address from us; anything else is not there."""
    known = bool(_ID.fullmatch(photo_id)) and size in ("small", "large")
    if not known or not is_genuine(int(photo_id), cast(Size, size), signature):
        raise NotFound("この写真はありません。")
    return photos.picture(photos.derived(int(photo_id), size))
