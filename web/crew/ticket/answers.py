"""What a crew's post is answered: a page, or JSON where our own script asks for that.

Done: {"done": true, "number", "next": where to go}. Refused: {"sentence", "reason", "status": of
the ticket now, null where it is not theirs}, with the 4xx of the page. Who sends later, out of a
phone's memory, decides by these.
"""

from collections.abc import Callable, Coroutine
from typing import Any, Final

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from reports.actions.prove import NoProof
from reports.tickets.status import MoveRefused
from web.kit.errors import (
    BadInput,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Overtaken,
    Refusal,
    TooLarge,
    TooMany,
    Unreadable,
)

NO_KEEPING: Final = {"Cache-Control": "no-store"}
REASONS: Final[dict[type[Exception], str]] = {
    Unreadable: "unreadable",
    NotSignedIn: "signed_out",
    NotAllowed: "old_page",
    NotFound: "not_theirs",
    Overtaken: "changed",
    TooLarge: "too_large",
    BadInput: "bad_input",
    TooMany: "too_many",
    MoveRefused: "not_now",
}


class CrewRoute(APIRoute):
    """A route whose refusals and redirects are JSON for whoever accepts that and no page."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """As FastAPI asks for it."""
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            if not wants_json(request):
                return await handle(request)
            try:
                answered = await handle(request)
            except Refusal as refusal:
                return refused(refusal, refusal.status)
            if answered.status_code != 303:
                return answered
            number, leads_to = request.path_params.get("number"), answered.headers["location"]
            return JSONResponse(
                {"done": True, "number": number, "next": leads_to}, headers=NO_KEEPING
            )

        return answer


def wants_json(request: Request) -> bool:
    """Whether it is no person's own browser that asks."""
    accepted = request.headers.get("accept", "")
    return "application/json" in accepted and "text/html" not in accepted


def refused(refusal: Exception, status: int, now: str | None = None) -> Response:
    """`now`: the ticket's status."""
    told = {"sentence": str(refusal), "reason": reason_of(refusal), "status": now}
    return JSONResponse(told, status, headers=NO_KEEPING)


def reason_of(refusal: Exception) -> str:
    """A word for programs."""
    if isinstance(refusal, NoProof):
        return refusal.reason
    kinds = (REASONS.get(kind) for kind in type(refusal).__mro__)
    return next(filter(None, kinds), "refused")
