"""Forms of people who have no session yet, whose token could be asked for."""

from typing import Final

from fastapi import Request

from settings import settings
from web.kit import forms
from web.kit.errors import NotAllowed
from web.kit.forms import Posted

MOST_BYTES: Final = 16 * 1024


async def posted_plainly(request: Request) -> Posted:
    """What is posted by who has no session yet. Raises as `forms.read`."""
    return await forms.read(request, MOST_BYTES)


def refuse_strangers_form(request: Request, page: str) -> None:
    """Browsers say where a form was; what the request calls this site proves nothing: whoever sent
    it has chosen that too. Raises NotAllowed."""
    origin, ours = request.headers.get("origin"), settings().origin
    if origin is not None and origin != ours:
        raise NotAllowed(f"サインインの画面({ours}{page})から、もう一度お試しください。")
