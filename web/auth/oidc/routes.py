"""To the city's provider and back: /sign-in/provider and what is below it."""

from typing import Annotated, Any, Final

import structlog
from authlib.common.urls import add_params_to_uri
from fastapi import Depends, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool

from reports.people import emergency, provided
from reports.people.models import User
from reports.people.sessions import Visitor
from settings import settings
from store.database import transaction
from web.auth import door
from web.auth.door import Asking, Caller
from web.auth.oidc import provider, stops, trips
from web.auth.oidc.arrival import BACK, come, prove_again
from web.auth.oidc.claims import Untrue
from web.auth.oidc.provider import Away, Provider, ProviderError, Refused
from web.auth.oidc.stops import Reason, Stopped
from web.auth.oidc.trips import Trip
from web.auth.plain_forms import posted_plainly
from web.auth.sessions import Anybody, visitor_or_none
from web.auth.throttle import network_of
from web.kit.errors import NotAllowed, NotFound
from web.kit.forms import Posted
from web.kit.pages import page
from web.kit.router import Router

router = Router(include_in_schema=False)
log = structlog.get_logger()

_NOT_OURS: Final = ("invalid_client", "unauthorized_client")
"""The provider's words for a client that it does not know, or by another secret."""


@router.get("/sign-in/provider")
async def leave(request: Request, asking: Asking, next: str = "", anew: str = "") -> Response:
    """On to the provider, which sends people back to `back`. `anew`: somebody else than is signed
    in there."""
    return await _leave(request, asking, next, prompt="login" if anew else "")


@router.get("/again/provider")
async def prove(request: Request, asking: Asking, visitor: Anybody, next: str = "") -> Response:
    """The same, to show there once more who one is: its own form is asked for. Without `next` this
    is a window of its own."""
    return await _leave(request, asking, next, prompt="login", proves=visitor.user_id)


@router.get("/sign-in/provider/join")
async def join(request: Request, asking: Asking, visitor: Anybody) -> Response:
    """The same, for who is in by a password and wants to come by the provider from now on."""
    if not await run_in_threadpool(_may_join, visitor):
        raise NotAllowed("このアカウントは、サインインのしかたを変えられません。")
    next = f"{visitor.home}account?done=provider"
    return await _leave(request, asking, next, prompt="login", joins=visitor.user_id)


async def _leave(
    request: Request, asking: Caller, next: str, *, prompt: str, proves: int = 0, joins: int = 0
) -> Response:
    _need_provider()
    try:
        of = await provider.provider()
    except ProviderError as error:
        return _stopped(request, asking, _reason_of(error), str(error), next)
    trip = trips.begin(next, proves, joins)
    answer = RedirectResponse(_address(of, trip, prompt), 303, {"Cache-Control": "no-store"})
    trips.give(answer, trip)
    return answer


@router.get(BACK)
async def back(request: Request, asking: Asking, state: str = "") -> Response:
    """Back from the provider, with a code or an error."""
    _need_provider()
    trip = trips.of(request, state)
    next = trip.next if trip else ""
    if trip is None and (visitor := await run_in_threadpool(visitor_or_none, request)):
        return RedirectResponse(door.onward("", visitor.side), 303)  # back, or loaded anew
    try:
        if trip is None:
            raise Stopped(Reason.NO_TRIP)
        if trip.proves:
            answer = _proven(trip, await prove_again(request.query_params, asking, trip))
        else:
            answer = door.lead_in(await come(request.query_params, asking, trip))
    except Stopped as stopped:
        answer = _stopped(request, asking, stopped.reason, stopped.why, next)
    except Untrue as untrue:
        answer = _stopped(request, asking, Reason.UNTRUE, str(untrue), next)
    except ProviderError as error:
        answer = _stopped(request, asking, _reason_of(error), str(error), next)
    trips.end(answer, state)
    return answer


@router.post("/sign-in/provider/ended")
async def ended(form: Annotated[Posted, Depends(posted_plainly)]) -> Response:
    """The provider itself says that somebody has signed out there. Field: logout_token."""
    from web.auth.oidc import tokens  # with all that knows signatures

    _need_provider()
    try:
        of = await provider.provider()
        told = await tokens.logged_out(of, form.fields.get("logout_token", ""))
    except Untrue as untrue:
        log.warning("provider_sign_out", outcome=Reason.UNTRUE, why=str(untrue))
        return _plainly({"error": "invalid_request"}, 400)
    except ProviderError as error:
        log.warning("provider_sign_out", outcome=_reason_of(error), why=str(error))
        return _plainly({"error": "temporarily_unavailable"}, 503)
    sub, sid = str(told.get("sub") or ""), str(told.get("sid") or "")

    def end() -> int:
        with transaction() as db:
            return provided.end(db, of.issuer, sub, sid)

    log.info("provider_sign_out", outcome="ended", sessions=await run_in_threadpool(end))
    return _plainly({}, 200)


def _need_provider() -> None:
    if not settings().oidc_issuer:
        raise NotFound("このページはありません。アドレスをお確かめください。")


def _may_join(visitor: Visitor) -> bool:
    with transaction() as db:
        return emergency.may_join(db, db.get_one(User, visitor.user_id))


def _address(of: Provider, trip: Trip, prompt: str) -> str:
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    asked = {
        "response_type": "code",
        "client_id": settings().oidc_client_id,
        "redirect_uri": settings().origin + BACK,
        "scope": settings().oidc_scopes,
        "state": trip.state,
        "nonce": trip.nonce,
        "code_challenge": create_s256_code_challenge(trip.verifier),
        "code_challenge_method": "S256",
    }
    asked |= {"prompt": prompt} if prompt else {}
    asked |= {"max_age": "0"} if trip.proves or trip.joins else {}
    return str(add_params_to_uri(of.address("authorization_endpoint"), asked))


def _proven(trip: Trip, visitor: Visitor) -> Response:
    if not trip.next:
        return page("auth/oidc/proven.html", visitor=visitor)
    return RedirectResponse(door.onward(trip.next, visitor.side), 303)


def _stopped(
    request: Request, asking: Caller, reason: Reason, why: str, next: str = ""
) -> Response:
    network = network_of(asking.address)
    log.warning("sign_in", way="provider", network=network, outcome=str(reason), why=why)
    return stops.told(request, reason, next)


def _reason_of(error: ProviderError) -> Reason:
    if isinstance(error, Away):
        return Reason.AWAY
    is_codes = isinstance(error, Refused) and error.error not in _NOT_OURS
    return Reason.REFUSED if is_codes else Reason.WRONG


def _plainly(told: dict[str, Any], status: int) -> Response:
    return JSONResponse(told, status, {"Cache-Control": "no-store"})
