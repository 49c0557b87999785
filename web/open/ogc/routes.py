"""OGC API - Features, part 1: landing page, conformance, description, collections, features."""

from collections.abc import Mapping, Sequence
from functools import partial
from importlib.metadata import version as version_of
from typing import Annotated, Any, Final

from fastapi import Depends, Request, Response
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from geo import city_tiles
from reports.city import profile
from reports.people.keys import Key
from reports.published import reading
from settings import settings
from store.database import transaction
from web.auth.programs import key_if_any
from web.kit.errors import NotFound
from web.kit.router import Router
from web.open.limit import Limited
from web.open.ogc import described, desk, tickets
from web.open.ogc.answers import (
    HTML,
    JSON,
    Form,
    address,
    document,
    for_all,
    form_of,
    here,
    link,
    only_form,
    private,
)
from web.open.ogc.city import AREAS, ROADS, TOWNS
from web.open.ogc.features import Features
from web.open.ogc.serving import asked_of, collection_of, item_of, items_of, told_of

router = Router(include_in_schema=False, dependencies=[Limited])

FOR_ALL: Final[Mapping[str, Features]] = {
    one.id: one for one in (tickets.TICKETS, AREAS, TOWNS, ROADS)
}
FOR_KEYS: Final = (desk.TICKETS, desk.PERSONAL)
CLASSES: Final = ("core", "oas30", "html", "geojson")
_CONFORMS: Final = [
    f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{each}" for each in CLASSES
]
"""Of OGC 17-069r4."""
KeyIfAny = Annotated[Key | None, Depends(key_if_any)]


@router.get("/ogc")
async def landing(request: Request) -> Response:
    """Where everything is. Raises Unusable."""
    form = only_form(request)

    def make(db: Session) -> Response:
        more = {"open_ones": [*FOR_ALL.values()], "base": settings().base}
        return document(form, _landing(db, form), "landing.html", **more)

    return await for_all(request, form, make)


@router.get("/ogc/conformance")
async def conformance(request: Request) -> Response:
    """Which classes of the standard this meets. Raises Unusable."""
    form = only_form(request)
    told = {"conformsTo": _CONFORMS}
    return await for_all(request, form, lambda db: document(form, told, "conformance.html"))


@router.get("/ogc/api")
async def api(request: Request) -> Response:
    """OpenAPI 3.0, or the same as a page. Raises Unusable."""
    form = only_form(request)
    all_of_them = (*FOR_ALL.values(), *FOR_KEYS)

    def make(db: Session) -> Response:
        told = described.described(_city(db), address(), version_of("michi"), all_of_them)
        answer = document(form, told, "api.html")
        if form == "json":
            answer.headers["Content-Type"] = described.TYPE
        return answer

    return await for_all(request, form, make)


@router.get("/ogc/collections")
async def collections(request: Request, key: KeyIfAny, answer: Response) -> Response:
    """Those that everybody may see, and with a key those that it opens. Raises Unusable."""
    form = only_form(request)
    if key is None:
        make = partial(_collections, form, [*FOR_ALL.values()])
        return await for_all(request, form, make, city_tiles.version)
    return private(await run_in_threadpool(_collections_with, form, key), answer)


@router.get("/ogc/collections/{collection}")
async def collection(collection: str, request: Request) -> Response:
    """One of those for everybody. Raises NotFound, Unusable."""
    form, one = only_form(request), _of_all(collection)
    return await for_all(
        request, form, lambda db: collection_of(db, one, request), city_tiles.version
    )


@router.get("/ogc/collections/{collection}/items")
async def items(collection: str, request: Request) -> Response:
    """A page of its features. Raises NotFound, Unusable."""
    one, form = _of_all(collection), form_of(request)
    asked = asked_of(one, request)
    make = partial(items_of, one=one, asked=asked, request=request)
    return await for_all(request, form, make, one.version, one.keep_seconds)


@router.get("/ogc/collections/{collection}/items/{feature}")
async def item(collection: str, feature: str, request: Request) -> Response:
    """One of its features. Raises NotFound, Unusable."""
    one, form = _of_all(collection), only_form(request)
    make = partial(item_of, one=one, id=feature, request=request)
    return await for_all(request, form, make, one.version, one.keep_seconds)


def _landing(db: Session, form: Form) -> dict[str, Any]:
    tiles = (("tilejson", "ベクトルタイル"), ("style", "地図のスタイル"))
    return {
        "title": described.TITLE.format(city=_city(db)),
        "description": described.DESCRIPTION,
        "links": [
            *here("", form, "入口"),
            link("service-desc", address("/api?f=json"), described.TYPE, "API の説明 (OpenAPI)"),
            link("service-doc", address("/api?f=html"), HTML, "API の説明"),
            link("conformance", address("/conformance"), JSON, "規格への適合"),
            link("data", address("/collections"), JSON, "データの種類"),
            *(
                link("related", f"{settings().base}/open/tiles/{name}.json", JSON, title)
                for name, title in tiles
            ),
        ],
    }


def _collections(form: Form, of: Sequence[Features], db: Session) -> Response:
    told = {
        "links": here("/collections", form, "データの種類"),
        "collections": [told_of(db, one, form) for one in of],
    }
    return document(form, told, "collections.html")


def _collections_with(form: Form, key: Key) -> Response:
    opened = [one for one in FOR_KEYS if one.do is not None and key.opens(one.do)]
    with transaction() as db:
        shown = [*FOR_ALL.values()] if reading.shown(db).shown else []
        return _collections(form, [*shown, *opened], db)


def _of_all(collection: str) -> Features:
    one = FOR_ALL.get(collection)
    if one is None:
        raise NotFound("そのデータはありません。")
    return one


def _city(db: Session) -> str:
    return str(profile.profile(db).get("name", "市"))
