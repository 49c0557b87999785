"""How LINE answers: its error bodies, with the words that its documents give."""

import json
from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from line_platform.rules import Wrong

REFUSALS: dict[str, tuple[int, str]] = {
    "401": (
        401,
        "Authentication failed. Confirm that the access token in the authorization"
        " header is valid.",
    ),
    "not from here": (403, "Only programs and pages of this machine are answered"),
    "404": (404, "Not found"),
    "410": (410, "Gone"),
    "413": (413, "The request body exceeds 2 MB"),
    "415": (415, "The content type is not supported"),
    "500": (500, "Internal server error"),
    "reply token": (400, "Invalid reply token"),
    "retry key": (400, "Invalid retry key"),
    "retry key on reply": (400, "The retry key is not supported by this endpoint"),
    "malformed to": (
        400,
        "The property, 'to', in the request body is invalid (line: -, column: -)",
    ),
    "unknown to": (400, "Failed to send messages"),
    "chat id": (400, "Invalid chat ID"),
    "read token": (400, "Invalid markAsReadToken"),
    "alias taken": (400, "conflict richmenu alias id"),
    "no such menu": (400, "richmenu not found"),
    "no such alias": (404, "richmenu alias not found"),
    "no picture": (400, "must upload richmenu image before applying it to user"),
    "picture there": (400, "An image has already been uploaded to the richmenu"),
    "picture does not fit": (400, "The image size is not allowed for richmenu"),
    "user id": (400, "The value for the 'userId' parameter is invalid"),
    "webhook url": (400, "Invalid webhook endpoint URL"),
    "no webhook": (404, "Webhook endpoint not found"),
    "429_rate": (429, "The API rate limit has been exceeded. Try again later."),
    "429_quota": (429, "You have reached your monthly limit."),
    "429_one_user": (429, "Too many messages to the same user. Try again later."),
}


class BodyRefused(Exception):
    """The body is not JSON, or not an object."""


def refusal(name: str) -> JSONResponse:
    status, message = REFUSALS[name]
    return JSONResponse({"message": message}, status)


def wrong_body(wrongs: Sequence[Wrong], status: int = 400) -> JSONResponse:
    details = [wrong._asdict() for wrong in wrongs]
    return JSONResponse(
        {"message": f"The request body has {len(details)} error(s)", "details": details}, status
    )


async def json_object(request: Request) -> dict[str, Any]:
    """The body as an object; raises BodyRefused with LINE's words otherwise."""
    try:
        body = json.loads(await request.body())
    except json.JSONDecodeError as problem:
        place = f"(line: {problem.lineno}, column: {problem.colno})"
        raise BodyRefused(f"The request body could not be parsed as JSON {place}") from None
    except (UnicodeDecodeError, RecursionError):
        raise BodyRefused("The request body could not be parsed as JSON") from None
    if not isinstance(body, dict):
        raise BodyRefused("The request body must be a JSON object")
    return body


async def body_refused(request: Request, problem: Exception) -> Response:
    return JSONResponse({"message": str(problem)}, 400)
