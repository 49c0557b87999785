"""What LINE would show, for a page that shows it before it is sent.

Cards are drawn by a room that the web does not know; `main` hands it over with the application.
"""

from collections.abc import Callable, Sequence
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from reports.outbox.say import Say

Draw = Callable[[Session, str, Sequence[Say], str | None], list[dict[str, Any]]]
"""LINE messages (Messaging API) for a LINE user id, in a language in place of their own."""


def drawing(request: Request) -> Draw:
    """As `main.create_app` has left it."""
    draw: Draw = request.app.state.draw
    return draw


Drawing = Annotated[Draw, Depends(drawing)]


def own_path(address: str) -> str:
    """Of a picture of ours, whichever name of this site the page was opened by."""
    return urlsplit(address).path
