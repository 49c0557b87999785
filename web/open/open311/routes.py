"""GET: discovery, services and their definitions, service requests, tokens; in JSON and XML."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final

from anyio.to_thread import run_sync
from fastapi import Request, Response
from sqlalchemy.orm import Session

from reports.city import profile, versions
from reports.city.clock import begin_of, now, today, zone
from reports.published import pages, reading
from reports.published.shape import PublicTicket
from reports.published.updates import updates
from reports.published.wanted import PublicFilter
from reports.tickets.numbers import number_in
from settings import settings
from store.database import transaction
from web.kit.errors import NotFound
from web.kit.router import Router
from web.open.answers import answered
from web.open.limit import Limited
from web.open.open311 import filing, shapes
from web.open.open311.asked import LISTS, MOST_PER_PAGE, Asked, asked_in, span_in
from web.open.open311.formats import (
    DEFINITION,
    DISCOVERY,
    REQUESTS,
    SERVICES,
    TYPES,
    UPDATES,
    Row,
    Shape,
    Told,
    body,
)
from web.open.open311.shapes import City
from web.open.open311.shown import Format, check
from web.open.turns import turns

router = Router(include_in_schema=False, dependencies=[Limited])
_NOT_THERE: Final = (
    "その service_request_id は、ないか、まだ公開されていません。"
    " / There is no such service_request_id, or it is not public yet."
)
_FOR_ALL: Final = {"Access-Control-Allow-Origin": "*"}
Make = Callable[[Session, City], tuple[Shape, Told]]


@router.get("/open311/discovery.{form}")
@router.get("/open311/v2/discovery.{form}")
async def discovery(request: Request, form: Format) -> Response:
    """Where the endpoint is, and what it speaks."""

    def make(db: Session, city: City) -> tuple[Shape, Told]:
        newest = versions.listed(db, most=1)
        changed = newest[0].made_at if newest else begin_of(today())
        return DISCOVERY, shapes.discovery(city, changed)

    return await _answer(request, form, make, of=_nothing)


@router.get("/open311/v2/services.{form}")
async def services(request: Request, form: Format) -> Response:
    """The city's kinds, in its order."""

    def make(db: Session, city: City) -> tuple[Shape, Told]:
        return SERVICES, [shapes.service(each) for each in profile.offered(db).values()]

    return await _answer(request, form, make, of=_nothing)


@router.get("/open311/v2/services/{code}.{form}")
async def definition(request: Request, code: str, form: Format) -> Response:
    """What may be told of one kind. Raises NotFound."""

    def make(db: Session, city: City) -> tuple[Shape, Told]:
        found = profile.offered(db).get(code)
        if found is None:
            raise NotFound("この service_code はありません。 / There is no such service_code.")
        return DEFINITION, shapes.definition(found)

    return await _answer(request, form, make, of=_nothing)


@router.get("/open311/v2/requests.{form}")
async def requests(request: Request, form: Format) -> Response:
    """What is public, as filtered, the newest first, page by page. Raises BadInput."""
    query = request.query_params
    lists = {name: ",".join(filter(None, query.getlist(name))) for name in LISTS}
    asked = asked_in({**query, **lists}, begin_of(today()))

    def make(db: Session, city: City) -> tuple[Shape, Told]:
        return REQUESTS, _rows(db, _found(db, asked), city, extensions=asked.extensions)

    return await _answer(request, form, make)


@router.get("/open311/v2/requests/{number}.{form}")
async def one_request(request: Request, number: str, form: Format) -> Response:
    """A list of one. Raises NotFound."""
    known = number_in(number)
    asked = asked_in({"extensions": request.query_params.get("extensions", "")}, begin_of(today()))
    wanted = asked._replace(wanted=PublicFilter(numbers=(known or "",)))

    def make(db: Session, city: City) -> tuple[Shape, Told]:
        rows = _rows(db, _found(db, wanted), city, extensions=asked.extensions)
        if not rows:
            raise NotFound(_NOT_THERE)
        return REQUESTS, rows

    return await _answer(request, form, make)


@router.get("/open311/v2/servicerequestupdates.{form}")
async def all_updates(request: Request, form: Format) -> Response:
    """How public tickets went on between start_date and end_date. Raises BadInput."""
    start, end = span_in(request.query_params, now() + timedelta(minutes=1))
    tag = "" if "end_date" in request.query_params else f"{start:%Y-%m-%dT%H:%M}"

    def make(db: Session, city: City) -> tuple[Shape, Told]:
        found = updates(db, start, end, MOST_PER_PAGE)
        return UPDATES, [shapes.update(event, city) for event in found]

    return await _answer(request, form, make, also=tag)


@router.get("/open311/v2/tokens/{token}.{form}")
async def token(token: str, form: Format) -> Response:
    """What was made of a post, by the token of its answer. Raises NotFound."""
    return await run_sync(_of_token, token, form, limiter=turns())


def _of_token(token: str, form: str) -> Response:
    with transaction() as db:
        check(db)
        number = filing.number_of(db, token) if len(token) == filing.LETTERS else None
    if number is None:
        raise NotFound("この token はありません。 / There is no such token.")
    row = {"service_request_id": number, "token": token}
    return Response(
        body(form, REQUESTS, [row]),
        media_type=TYPES[form],
        headers={"Cache-Control": "no-store", "Access-Control-Allow-Origin": "*"},
    )


def _nothing(db: Session) -> object:
    return ""


async def _answer(
    request: Request,
    form: str,
    make: Make,
    *,
    of: Callable[[Session], object] = reading.newest,
    also: str = "",
) -> Response:
    def made(db: Session) -> Response:
        check(db)
        shape, told = make(db, _city(db))
        return Response(body(form, shape, told), media_type=TYPES[form])

    return await answered(request, made, of=of, also=also, always=_FOR_ALL)


def _found(db: Session, asked: Asked) -> list[tuple[str, PublicTicket]]:
    """Each by the number that it was asked for: one that was put together with another goes on
    there."""
    offset = (asked.page - 1) * asked.page_size
    found = pages.page(db, asked.wanted, offset=offset, limit=asked.page_size)
    told = [(ticket.number, ticket) for ticket in found]
    if asked.page == 1:
        missing = set(asked.wanted.numbers or ()) - {ticket.number for ticket in found}
        for number in sorted(missing):
            goes_on = reading.goes_on_as(db, number)
            if goes_on and (ticket := reading.one(db, goes_on)):
                told.append((number, ticket))
    return told


def _rows(
    db: Session, found: Sequence[tuple[str, PublicTicket]], city: City, *, extensions: bool
) -> list[Row]:
    lines = pages.lines_of(db, [ticket.number for _, ticket in found]) if extensions else {}
    rows = []
    for number, ticket in found:
        row = (
            shapes.extended(ticket, lines.get(ticket.number, ()), city)
            if extensions
            else shapes.request(ticket, city)
        )
        rows.append(row if number == ticket.number else shapes.goes_on(row, number))
    return rows


def _city(db: Session) -> City:
    facts = profile.profile(db)
    phone = facts.get("phones", {}).get("road_line", "")
    name = str(facts.get("name", ""))
    return City(name, phone, settings().base, zone(), profile.categories(db))
