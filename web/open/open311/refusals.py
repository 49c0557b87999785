"""Refusals as the standard has them: a list of codes and descriptions, in JSON or XML."""

from collections.abc import Mapping
from typing import Final

from fastapi import Request, Response

from web.open.open311.formats import ERRORS, TYPES, body

PREFIX: Final = "/open311/"
_AS_THEY_ARE: Final = frozenset({403, 404, 405, 429})
"""The standard has 404 for what is not there, 403 for keys, 400 for all else that is wrong in a
request. Who asks too often (429), or when we cannot (5xx), is to come again."""


def refused(
    request: Request, status: int, sentence: str, headers: Mapping[str, str], reason: str
) -> Response:
    """`code`: the exact one, where HTTP's own says 400 or 403. `reason` is not the standard's."""
    seen = 403 if status == 401 else status
    seen = seen if seen in _AS_THEY_ARE or seen >= 500 else 400
    form = form_of(request.url.path)
    told = [{"code": status, "description": sentence}]
    answer = Response(body(form, ERRORS, told), seen, media_type=TYPES[form])
    for name, value in headers.items():
        answer.headers[name] = value
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def form_of(path: str) -> str:
    """What its end asks for; XML, which the standard requires of all, where it asks for neither."""
    return "json" if path.endswith(".json") else "xml"
