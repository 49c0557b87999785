"""What people post, taken only from a page of their own session."""

import hmac
from typing import Annotated

from fastapi import Depends, Request

from store.origin import origin
from web.auth.sessions import Anybody
from web.kit import forms
from web.kit.errors import NotAllowed
from web.kit.forms import Posted
from web.kit.masks import unmasked


async def posted(request: Request, visitor: Anybody) -> Posted:
    """As `forms.read`, from a page of this visitor's own. Raises NotAllowed besides."""
    return await _read(request, visitor, forms.MOST_FIELDS)


async def posted_long(request: Request, visitor: Anybody) -> Posted:
    """The same of a form of many parts."""
    return await _read(request, visitor, forms.MOST_OF_A_LONG)


async def posted_up_to(request: Request, visitor: Anybody, most: int, too_large: str) -> Posted:
    """The same of a form of so many bytes at the most; what is said of more. Raises TooLarge
    besides."""
    return await _read(request, visitor, forms.MOST_FIELDS, most, too_large)


async def posted_file(request: Request, visitor: Anybody) -> bytes:
    """A file sent as the whole body by our own page. Raises NotAllowed, TooLarge."""
    check(request.headers.get("x-csrf-token", ""), visitor.csrf)
    return await forms.read_bytes(request)


Form = Annotated[Posted, Depends(posted)]
LongForm = Annotated[Posted, Depends(posted_long)]
File = Annotated[bytes, Depends(posted_file)]


async def _read(
    request: Request,
    visitor: Anybody,
    most_fields: int,
    most: int = forms.MOST_BYTES,
    too_large: str = "",
) -> Posted:
    header = request.headers.get("x-csrf-token")
    if header is not None:
        check(header, visitor.csrf)
        return await forms.read(request, most, most_fields=most_fields, too_large=too_large)
    form = await forms.read(request, most, most_fields=most_fields, too_large=too_large)
    check(form.fields.get("csrf", ""), visitor.csrf)
    return form


def check(claimed: str, csrf: str) -> None:
    """Raises NotAllowed where this is not the session's token."""
    both = (claimed, unmasked(claimed))
    if not any(hmac.compare_digest(one.encode(), csrf.encode()) for one in both):
        if (here := origin.get()) is not None:
            here.refusal = "form of another page"
        raise NotAllowed(
            "この画面は古くなっています。前の画面を開き直して、もう一度送ってください。"
        )
