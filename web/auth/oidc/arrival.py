"""Somebody comes back from the provider: what they bring is checked, and they are in or not."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import structlog
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from reports.actions.disable import release
from reports.actions.recognise import Outcome, Taken, Told, join, recognise
from reports.audit.entries import write_at_once
from reports.audit.kinds import Kind
from reports.people import provided, sessions
from reports.people.models import User
from reports.people.provided import Begun
from reports.people.sessions import Visitor
from settings import settings
from store.database import transaction
from web.auth import door
from web.auth.door import Caller, Opened
from web.auth.oidc import claims, provider
from web.auth.oidc.claims import Claims, Untrue
from web.auth.oidc.provider import Away, Provider, ProviderError
from web.auth.oidc.stops import Reason, Stopped
from web.auth.oidc.trips import Trip
from web.auth.second.ways import log_proof
from web.auth.throttle import network_of

log = structlog.get_logger()

BACK: Final = "/sign-in/provider/back"
_LATER: Final = ("temporarily_unavailable", "server_error")
_CLOCKS_APART: Final = 60
"""Seconds."""
_OF_THE_TOKEN: Final = ("sid", "auth_time")
"""What was checked there, and is no matter of userinfo."""
_MOST_SHOWN: Final = 20
"""Groups of one person's in a line of the log: for whoever sets up the table."""


async def come(query: Mapping[str, str], asking: Caller, trip: Trip) -> Opened:
    """Whoever comes back with this is in. Raises Stopped, Untrue, ProviderError."""
    of, known, answer = await _told(query, trip)
    if trip.joins:
        _was_asked(known, trip)
    told = await _with_more(of, known, answer)
    return await run_in_threadpool(_let_in, of, asking, trip, told, str(answer["id_token"]))


async def prove_again(query: Mapping[str, str], asking: Caller, trip: Trip) -> Visitor:
    """Whoever comes back with this is the one who is in, and has just shown so. Raises Stopped,
    Untrue, ProviderError."""
    of, known, _ = await _told(query, trip)
    _was_asked(known, trip)

    def prove() -> Visitor | None:
        visitor = sessions.visitor(asking.old_session)
        with transaction() as db:
            link = provided.person_of(db, of.issuer, known["sub"])
            whose = {visitor.user_id if visitor else 0, trip.proves, link.user_id if link else -1}
            if len(whose) > 1:
                return None
            sessions.prove(db, asking.old_session)
        return visitor

    visitor = await run_in_threadpool(prove)
    outcome = "right" if visitor else "wrong"
    log_proof(trip.proves, "again", "provider", outcome, network_of(asking.address))
    if visitor is None:
        raise Stopped(Reason.SOMEBODY_ELSE)
    return visitor


async def _told(query: Mapping[str, str], trip: Trip) -> tuple[Provider, Claims, Claims]:
    from web.auth.oidc import tokens  # with all that knows signatures

    of = await provider.provider()
    _look_at_errors(query, of)
    answer = await provider.exchanged(of, query["code"], trip.verifier, settings().origin + BACK)
    return of, await tokens.identity(of, answer, trip.nonce), answer


def _was_asked(known: Claims, trip: Trip) -> None:
    """Whoever sits there has shown just now who they are: a link that somebody sent them is not
    enough. Raises Untrue."""
    at = _shown_at(known)
    if at is not None and at.timestamp() < trip.began_at - _CLOCKS_APART:
        raise Untrue("nobody was asked to sign in anew")


def _shown_at(known: Claims) -> datetime | None:
    """When they last showed the provider who they are, if it tells."""
    told = known.get("auth_time")
    try:
        return datetime.fromtimestamp(told, UTC) if told else None
    except (ValueError, OverflowError, OSError) as wrong:
        raise Untrue("its auth_time is no time") from wrong


def _look_at_errors(query: Mapping[str, str], of: Provider) -> None:
    """Raises Stopped, Away."""
    if query.get("iss", of.issuer) != of.issuer:  # RFC 9207
        raise Stopped(Reason.UNTRUE, "another provider's answer")
    error = query.get("error", "")
    if error in _LATER:
        raise Away(f"it says {error}")
    if error == "access_denied":
        raise Stopped(Reason.DENIED)
    if error or not query.get("code"):
        raise Stopped(Reason.REFUSED, error[:100] or "no code")


async def _with_more(of: Provider, known: dict[str, Any], answer: Mapping[str, Any]) -> Any:
    """With what the provider tells beside the token, where that lacks groups or a name; without a
    name people come in, too."""
    path = settings().oidc_groups_claim
    lacks_groups = claims.groups_in(known, path) is None
    access_token = answer.get("access_token")
    if not (lacks_groups or not claims.shown_name_in(known)) or not isinstance(access_token, str):
        return known
    if not of.address("userinfo_endpoint"):
        return known
    try:
        more = await provider.more_of(of, access_token)
    except ProviderError as away:
        if lacks_groups:
            raise
        log.warning("provider_userinfo", why=str(away))
        return known
    if isinstance(more, str):
        from web.auth.oidc import tokens

        more = await tokens.beside(of, more)
    if more.get("sub") != known["sub"]:
        raise Untrue("userinfo is somebody else's")
    in_vain = {path, path.partition(".")[0]} if lacks_groups else set()
    told = {name: one for name, one in known.items() if one is not None and name not in in_vain}
    return {name: one for name, one in more.items() if name not in _OF_THE_TOKEN} | told


def _let_in(of: Provider, asking: Caller, trip: Trip, told: dict[str, Any], token: str) -> Opened:
    """Raises Stopped."""
    path = settings().oidc_groups_claim
    groups = claims.groups_in(told, path) or []
    who = Told(
        of.issuer, told["sub"], claims.sign_in_name_in(told), claims.shown_name_in(told), groups
    )
    opened = None
    with transaction() as db:
        if trip.joins:
            _join(db, asking, trip, who)
        found = recognise(db, who)
        if found.is_in:
            person = db.get_one(User, found.user_id)
            opened = door.open_to(db, asking, person, trip.next)
            begun = Begun(token, str(told.get("sid") or ""), of.address("end_session_endpoint"))
            provided.keep(db, opened.session, begun)
            if at := _shown_at(told):
                sessions.prove(db, opened.session, min(at, datetime.now(UTC)))
    if found.user_id is not None:
        with transaction() as db:
            release(db, found.user_id)
    if opened is None:
        about = f"user:{found.user_id}" if found.user_id else ""
        write_at_once(Kind.REFUSAL, "not let in", about, new={"outcome": str(found.outcome)})
        raise _stopped(found.outcome, groups, claims.are_too_many(told, path))
    network, outcome = network_of(asking.address), str(found.outcome)
    log.info("sign_in", way="provider", network=network, outcome=outcome, user=found.user_id)
    return opened


def _join(db: Session, asking: Caller, trip: Trip, who: Told) -> None:
    """Raises Stopped."""
    visitor = sessions.visitor(asking.old_session)
    if visitor is None or visitor.user_id != trip.joins:
        raise Stopped(Reason.SOMEBODY_ELSE)
    try:
        join(db, who, visitor.user_id)
    except Taken as taken:
        raise Stopped(Reason.TAKEN) from taken


def _stopped(outcome: Outcome, groups: Sequence[str], are_too_many: bool) -> Stopped:
    if outcome is Outcome.STOPPED:
        return Stopped(Reason.STOPPED)
    if are_too_many:
        return Stopped(Reason.NO_ROLE, "more groups than fit the token: use roles or fewer groups")
    shown = [name[:100] for name in groups[:_MOST_SHOWN]]
    return Stopped(Reason.NO_ROLE, f"none of these {len(groups)} groups gives one: {shown}")
