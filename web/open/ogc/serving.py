"""A collection's answers, whoever asks: what it is, a page of its features, one of them."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request, Response
from sqlalchemy.orm import Session

from geo import features as shapes
from reports.city import clock
from reports.people.keys import Key
from web.kit.assets import has_map_files
from web.kit.errors import NotFound
from web.maps.base_map import first_look
from web.open.ogc.answers import (
    GEOJSON,
    HTML,
    JSON,
    Form,
    address,
    document,
    form_of,
    here,
    link,
    page_of,
    unusable,
)
from web.open.ogc.asked import Asked, BadParameter, read, token_of
from web.open.ogc.features import CRS84, KINDS, Features, as_text, page_as_text


def asked_of(one: Features, request: Request) -> Asked:
    """What the address asks it for. Raises Unusable."""
    try:
        return read(request.query_params.multi_items(), one.asked, clock.zone())
    except BadParameter as wrong:
        raise unusable(wrong) from None


def items_of(
    db: Session, one: Features, asked: Asked, request: Request, key: Key | None = None
) -> Response:
    """A page of its features. Raises Unusable."""
    form = form_of(request)
    try:
        found = one.page(db, asked, key)
    except BadParameter as wrong:
        raise unusable(wrong) from None
    query = {
        name: value for name, value in request.query_params.items() if name not in ("f", "token")
    }
    path = f"/collections/{one.id}/items"
    links = here(_with(path, query, asked.after), form, one.title, GEOJSON)
    links.append(_collection_link(one))
    if found.after:
        next = address(_with(path, {**query, "f": form}, found.after))
        links.append(link("next", next, GEOJSON if form == "json" else HTML, "次のページ"))
    if form == "json":
        stamp = clock.now().isoformat(timespec="seconds")
        return Response(page_as_text(found, links, stamp), media_type=GEOJSON)
    more = {"choices": one.choices(db), **_for_page(db, links)}
    return page_of("items.html", one=one, found=found, asked=asked, **more)


def item_of(
    db: Session, one: Features, id: str, request: Request, key: Key | None = None
) -> Response:
    """The feature with this id. Raises NotFound, Unusable."""
    form = form_of(request)
    feature = one.one(db, id, key) if "\x00" not in id else None
    if feature is None:
        raise NotFound("その番号のものはありません。")
    path = f"/collections/{one.id}/items/{quote(str(feature.id), safe='')}"
    links = [*here(path, form, str(feature.id), GEOJSON), _collection_link(one)]
    if form == "json":
        return Response(as_text(feature, links), media_type=GEOJSON)
    return page_of("item.html", one=one, feature=feature, **_for_page(db, links))


def collection_of(db: Session, one: Features, request: Request) -> Response:
    """What it is. Raises Unusable."""
    form = form_of(request)
    return document(form, told_of(db, one, form), "collection.html", one=one, kinds=KINDS)


def told_of(db: Session, one: Features, form: Form) -> dict[str, Any]:
    """What it is, as the standard's `collection` has it."""
    path, box = f"/collections/{one.id}", shapes.extent(db)
    links = [
        *here(path, form, one.title),
        link("items", address(f"{path}/items?f=json"), GEOJSON, one.title),
        link("items", address(f"{path}/items?f=html"), HTML, one.title),
    ]
    extent: dict[str, Any] = {"temporal": {"interval": [[None, None]]}} if one.moment else {}
    if box:
        extent["spatial"] = {"bbox": [list(box)], "crs": CRS84}
    return {
        "id": one.id,
        "title": one.title,
        "description": one.description,
        "itemType": "feature",
        "crs": [CRS84],
        "extent": extent,
        "links": links,
    }


def _collection_link(one: Features) -> dict[str, str]:
    return link("collection", address(f"/collections/{one.id}"), JSON, one.title)


def _for_page(db: Session, links: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """The links by what they are, and where a map begins, where pages can have one."""
    look = first_look(db) if has_map_files() else None
    return {"links": {each["rel"]: each["href"] for each in links}, "look": look}


def _with(path: str, query: Mapping[str, str], after: str) -> str:
    whole = {**query, **({"token": token_of(after)} if after else {})}
    return f"{path}?{urlencode(whole, quote_via=quote)}" if whole else path
