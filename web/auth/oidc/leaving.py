"""Who signs out here is signed out at the provider, too, where their session was begun there."""

from typing import Final

from authlib.common.urls import add_params_to_uri
from fastapi import Response

from reports.people.provided import Begun
from settings import settings
from web.kit.pages import page

_LONGEST: Final = 6_000
"""Letters of a token that still fits an address."""


def address(begun: Begun) -> str:
    """Where the provider ends its session, and leads back here; "" where it has no such place."""
    if not begun.end_address:
        return ""
    told = {
        "client_id": settings().oidc_client_id,
        "post_logout_redirect_uri": f"{settings().origin}/sign-in",
    }
    if len(begun.id_token) <= _LONGEST:
        told["id_token_hint"] = begun.id_token
    return str(add_params_to_uri(begun.end_address, told))


def on_to(address: str) -> Response:
    """A page that goes on to the provider by itself. A form's own answer may not lead to another
    site (`form-action`), and the crew's script reads the same header."""
    answer = page("auth/oidc/left.html", address=address, name=settings().oidc_name)
    answer.headers["Refresh"] = f"0; url={address}"
    return answer
