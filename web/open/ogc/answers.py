"""How answers leave: in which form, with which links, and how long others may keep them."""

from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy.orm import Session

from reports.published import reading
from settings import settings
from web.kit.errors import NotFound, Refusal
from web.kit.pages import page
from web.open.answers import Make, answered
from web.open.ogc.asked import BadParameter, single

Form = Literal["json", "html"]
GEOJSON: Final = "application/geo+json"
JSON: Final = "application/json"
HTML: Final = "text/html"
DOCUMENT_SECONDS: Final = 300
"""How long others may keep what hangs on no data."""
_FOR_ALL: Final = {"Access-Control-Allow-Origin": "*", "Vary": "Accept"}


class Unusable(Refusal):
    """A parameter cannot be, or is none of those that the API has."""

    status = 400


class NotInThatForm(Refusal):
    """A form that there is not."""

    status = 406


def form_of(request: Request) -> Form:
    """By `f`, else by what whoever asks takes; programs that take anything get JSON. Raises
    Unusable."""
    chosen = request.query_params.get("f", "")
    if chosen:
        if chosen not in ("json", "html"):
            raise Unusable("f は、json か html です。", reason="InvalidParameterValue")
        return "json" if chosen == "json" else "html"
    return "html" if "text/html" in request.headers.get("accept", "") else "json"


def only_form(request: Request) -> Form:
    """Of an address that takes no parameter but `f`. Raises Unusable."""
    try:
        single(request.query_params.multi_items(), {"f"})
    except BadParameter as wrong:
        raise unusable(wrong) from None
    return form_of(request)


def unusable(wrong: BadParameter) -> Unusable:
    """As programs and people hear of it."""
    return Unusable(str(wrong), reason="InvalidParameterValue")


def address(path: str = "") -> str:
    """Below /ogc, whole."""
    return f"{settings().base}/ogc{path}"


def link(rel: str, href: str, type: str, title: str) -> dict[str, str]:
    """As the standard's `link` has it."""
    return {"href": href, "rel": rel, "type": type, "title": title, "hreflang": "ja"}


def here(path: str, form: Form, title: str, json_type: str = JSON) -> list[dict[str, str]]:
    """The links to the very answer (`path` below /ogc, with its query), and to its other form."""
    both = {
        "json": _in_form(path, "json", json_type, title),
        "html": _in_form(path, "html", HTML, title),
    }
    other = "html" if form == "json" else "json"
    return [{"rel": "self"} | both[form], {"rel": "alternate"} | both[other]]


def _in_form(path: str, form: Form, type: str, title: str) -> dict[str, str]:
    return {
        "href": address(f"{path}{'&' if '?' in path else '?'}f={form}"),
        "type": type,
        "title": title,
        "hreflang": "ja",
    }


async def for_all(
    request: Request,
    form: Form,
    make: Make,
    of: Callable[[Session], object] = lambda db: "",
    seconds: int = DOCUMENT_SECONDS,
) -> Response:
    """The answer that everybody gets, while the city shows anything; `of`, `seconds`: as of
    `web.open.answers.answered`. Raises NotFound."""

    def made(db: Session) -> Response:
        if not reading.shown(db).shown:
            raise NotFound("この市では、地図のデータを公開していません。")
        return make(db)

    return await answered(request, made, of=of, also=form, always=_FOR_ALL, seconds=seconds)


def document(form: Form, told: Mapping[str, Any], template: str, **more: Any) -> Response:
    """What hangs on no data: as JSON, or as the page of this name with it as `told`."""
    return JSONResponse(told) if form == "json" else page_of(template, told=told, **more)


def page_of(template: str, **facts: Any) -> Response:
    """A page for everybody."""
    return page(f"open/ogc/{template}", visitor=None, **facts)


def private(made: Response, answer: Response) -> Response:
    """An answer to who has a key; `answer`: as FastAPI keeps headers for it, which say how often
    more they may ask."""
    made.headers.update(answer.headers)
    made.headers["Cache-Control"] = "private, no-store"
    made.headers["Vary"] = "Accept, Authorization"
    return made
