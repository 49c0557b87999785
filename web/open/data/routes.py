"""The page of the data, its files, its dictionary and its catalogue.

Nothing here reads what the desk writes: months lie made, and of a file a piece at a time.
"""

import base64
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import UTC
from itertools import count, groupby
from typing import Any, Final

from anyio.to_thread import run_sync
from fastapi import Request, Response
from fastapi.responses import RedirectResponse, StreamingResponse
from sqlalchemy.orm import Session

from reports.city import profile
from reports.city.open_data import LICENCES, open_data
from reports.city.opened import opened
from reports.documents.open_data import catalogue, changes, csv_file, versions
from reports.documents.open_data.columns import COLUMNS
from reports.documents.open_data.forms import FORMS, file_name, kept_name
from reports.documents.open_data.months import month_of, written
from reports.documents.open_data.shapes import Version
from settings import settings
from store.database import transaction
from web.kit import languages
from web.kit.errors import NotFound
from web.kit.pages import page
from web.kit.router import Router
from web.open.answers import answered
from web.open.limit import Limited
from web.open.turns import turns

router = Router(include_in_schema=False, dependencies=[Limited])

HERE: Final = "/open/data/"
LANGUAGES: Final = ("ja", "en")
FRESH_SECONDS: Final = 300
FOR_GOOD: Final = "public, max-age=31536000, immutable"
_FRESH: Final = f"public, max-age={FRESH_SECONDS}"
_DIGITS: Final = 6
_NO_FILE: Final = "このデータはありません。 / There is no such data."
_NOT_SHOWN: Final = "この市は、まだ公開していません。 / This city does not publish yet."
_TYPES: Final = {"text": "text", "whole": "integer", "degrees": "degrees", "day": "date"}


@router.get("/open/data")
def without_slash() -> Response:
    """The address as people type it."""
    return RedirectResponse(HERE, 308)


@router.get(HERE)
async def overview(request: Request, lang: str = "") -> Response:
    """The months and their files, and by what rule people are protected."""
    return await _page(request, lang, "open/data/page.html", _overview)


@router.get(f"{HERE}columns")
async def dictionary_page(request: Request, lang: str = "") -> Response:
    """What each column is."""
    return await _page(request, lang, "open/data/columns.html", _columns)


@router.get(f"{HERE}columns.csv")
async def dictionary(request: Request) -> Response:
    """The same as CSV."""

    def make(db: Session) -> Response:
        _shown(db)
        return Response(
            csv_file.dictionary(),
            media_type="text/csv; charset=utf-8",
            headers=_as_file("columns.csv"),
        )

    return await answered(request, make, of=versions.last_change, seconds=FRESH_SECONDS)


@router.get(f"{HERE}catalog.jsonld")
async def catalogue_of_all(request: Request) -> Response:
    """All months as DCAT-AP."""
    return await answered(request, _catalogue, of=versions.last_change, seconds=FRESH_SECONDS)


@router.route(f"{HERE}tickets-{{month}}.{{form}}", methods=["GET", "HEAD"])
async def file(request: Request, month: str, form: str, version: str = "") -> Response:
    """A month in a form: the newest version, or the one that is asked for. Raises NotFound."""
    return await run_sync(_file, request, month, form, version, limiter=turns())


def _file(request: Request, month: str, form: str, version: str) -> Response:
    with transaction() as db:
        _shown(db)
        found = _version(db, month, version)
    if found is None or form not in found.files:
        raise NotFound(_NO_FILE, reason="no_such_data")
    headers = _headers(found, form, is_asked=bool(version))
    if _has_it(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    media_type = FORMS[form].media_type + ("; charset=utf-8" if form == "csv" else "")
    headers["Content-Length"] = str(found.files[form].bytes)
    if request.method == "HEAD":
        return Response(None, headers=headers, media_type=media_type)
    return StreamingResponse(_pieces(found.id, form), headers=headers, media_type=media_type)


async def _pieces(version_id: int, form: str) -> AsyncIterator[bytes]:
    """Who reads slowly holds no thread and no connection in between."""
    for place in count():
        piece = await run_sync(versions.piece, version_id, form, place, limiter=turns())
        if piece is None:
            return
        yield piece


def _shown(db: Session) -> dict[str, Any]:
    """What the city says of itself. Raises NotFound where it shows nothing."""
    facts = profile.profile(db)
    if not opened(facts).shown:
        raise NotFound(_NOT_SHOWN, reason="not_shown")
    return facts


def _version(db: Session, month: str, version: str) -> Version | None:
    day = month_of(month)
    if day is None:
        return None
    if not version:
        return versions.newest(db, day)
    is_number = version.isascii() and version.isdecimal() and len(version) <= _DIGITS
    return versions.version_of(db, day, int(version)) if is_number else None


def _months(all_of_them: Sequence[Version]) -> list[list[Version]]:
    """Of each month its versions, the newest first."""
    return [[*of_month] for _, of_month in groupby(all_of_them, key=lambda one: one.month)]


def _headers(found: Version, form: str, *, is_asked: bool) -> dict[str, str]:
    """`is_asked`: this very version, which never changes."""
    file = found.files[form]
    digest = base64.b64encode(bytes.fromhex(file.sha256)).decode()
    licence = LICENCES[found.rule["licence"]].address
    here = f"{HERE}{file_name(found.month, form)}?version={found.version}"
    return {
        "ETag": f'"{file.sha256}"',
        "Cache-Control": FOR_GOOD if is_asked else _FRESH,
        "Last-Modified": f"{found.made_at.astimezone(UTC):%a, %d %b %Y %H:%M:%S GMT}",
        "Repr-Digest": f"sha-256=:{digest}:",
        "Content-Location": here,
        "Link": f'<{licence}>; rel="license", <{HERE}columns.csv>; rel="describedby"',
        "Access-Control-Allow-Origin": "*",
        **_as_file(kept_name(found.month, found.version, form)),
    }


def _as_file(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def _has_it(request: Request, tag: str) -> bool:
    known = request.headers.get("if-none-match", "")
    return tag in [one.strip().removeprefix("W/") for one in known.split(",")]


def _overview(db: Session, facts: Mapping[str, Any]) -> dict[str, Any]:
    said = open_data(facts)
    return {
        "months": _months(versions.published(db)),
        "rule": said,
        "licence": LICENCES[said.licence],
        "licences": LICENCES,
        "forms": FORMS,
        "file_name": file_name,
        "written": written,
        "words": changes.words,
        "size": _size,
        "base": settings().base,
    }


def _columns(db: Session, facts: Mapping[str, Any]) -> dict[str, Any]:
    return {"columns": COLUMNS, "types": _TYPES, "type_words": csv_file.type_words}


def _catalogue(db: Session) -> Response:
    facts = _shown(db)
    newest = [of_month[0] for of_month in _months(versions.published(db))]
    name, name_en = str(facts.get("name", "")), str(facts.get("name_en", ""))
    told = catalogue.catalogue(newest, name, name_en, f"{settings().base}{HERE}")
    return Response(
        json.dumps(told, ensure_ascii=False, indent=1),
        media_type=catalogue.MEDIA_TYPE,
        headers={"Access-Control-Allow-Origin": "*"},
    )


async def _page(
    request: Request,
    lang: str,
    template: str,
    shows: Callable[[Session, Mapping[str, Any]], dict[str, Any]],
) -> Response:
    """In the language that is asked for, by the address or else by the browser."""
    asked = request.headers.get("accept-language", "")
    language = lang if lang in LANGUAGES else languages.preferred(asked, LANGUAGES) or "ja"

    def make(db: Session) -> Response:
        facts = _shown(db)
        told: dict[str, Any] = {"facts": facts, "language": language, "languages": languages}
        answer = page(template, visitor=None, **told, **shows(db, facts))
        answer.headers["Vary"] = "Accept-Language"
        return answer

    return await answered(
        request, make, of=versions.last_change, also=language, seconds=FRESH_SECONDS
    )


def _size(many: int) -> str:
    """12 KB."""
    return f"{many / 1e6:.1f} MB" if many >= 1e6 else f"{max(many / 1e3, 1):.0f} KB"
