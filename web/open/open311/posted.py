"""What a program posts: a form as the standard has it, with its key in it."""

from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import parse_qsl

from fastapi import Depends, Request, Response

from reports.people.keys import Key
from reports.people.permissions import Do
from web.auth.programs import Opens, Token, is_refused
from web.kit import forms
from web.kit.errors import NotSignedIn, Unreadable

MOST_BYTES: Final = 96 * 1024
"""4,000 letters of Japanese are 36 KB in a form, and as many characters of a URL each photo."""
MOST_FIELDS: Final = 200


@dataclass(frozen=True, slots=True)
class Sent:
    """Names and values as they came; the standard sends several of one name. `in_address`: whether
    the key stood in the address, where it is not taken."""

    pairs: tuple[tuple[str, str], ...]
    in_address: bool = False

    def one(self, name: str) -> str:
        """The first of this name that is not empty, without blanks around it; "" for none."""
        return next(iter(self.all(name)), "")

    def all(self, *names: str) -> list[str]:
        """Those that are not empty."""
        found = (forms.plain(value) for each, value in self.pairs if each in names)
        return [value for value in found if value]

    def attributes(self) -> dict[str, list[str]]:
        """attribute[code]=value, and attribute[code][]=value for several, by code."""
        found: dict[str, list[str]] = {}
        for name, value in self.pairs:
            if name.startswith("attribute[") and (kept := forms.plain(value)):
                code = name.removeprefix("attribute[").partition("]")[0]
                found.setdefault(code, []).append(kept)
        return found


async def sent(request: Request) -> Sent:
    """Raises Unreadable, TooLarge, BadInput."""
    in_address = "api_key" in request.query_params
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        form = await forms.read(request, MOST_BYTES, most_fields=MOST_FIELDS)
        if form.photos:
            raise Unreadable(_NO_FILES)
        return Sent(tuple(form.fields.items()), in_address)
    if kind != "application/x-www-form-urlencoded":
        raise Unreadable(_NO_FORM)
    body = await forms.read_bytes(request, MOST_BYTES)
    try:
        told = body.decode().replace("\0", "")
        pairs = parse_qsl(told, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except (UnicodeError, ValueError) as wrong:
        raise Unreadable(_NO_FORM) from wrong
    return Sent(tuple((name, value.replace("\0", "")) for name, value in pairs), in_address)


Form = Annotated[Sent, Depends(sent)]


@dataclass(frozen=True, slots=True)
class OpensByForm(Opens):
    """With the key as `api_key` in the form, or as a bearer token; never in an address, which
    others write down."""

    def __call__(self, request: Request, answer: Response, token: Token, form: Form) -> Key:
        """Raises NotSignedIn, TooMany, NotAllowed."""
        secret = form.one("api_key") or (token.credentials if token else "")
        if not secret:
            is_refused(request)
            raise NotSignedIn(_IN_ADDRESS if form.in_address else _NO_KEY, reason="missing")
        return self.let_in(request, answer, secret)


def opens(do: Do) -> OpensByForm:
    """What a route depends on to which programs post forms."""
    return OpensByForm(do)


_NO_FORM: Final = (
    "application/x-www-form-urlencoded (UTF-8) で送ってください。"
    " / Send a form, URL-encoded in UTF-8."
)
_NO_FILES: Final = (
    "写真のファイルは受け取りません。media_url にアドレスを書いてください。"
    " / No files are taken; name them in media_url."
)
_NO_KEY: Final = "api_key がありません。 / The api_key is missing."
_IN_ADDRESS: Final = (
    "api_key は、アドレスではなく本文に入れてください。"
    "アドレスは記録に残るため、その鍵は取り替えてください。"
    " / Send api_key in the body: addresses are written down. Have this key replaced."
)
