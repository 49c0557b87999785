"""How refusals leave: as OGC API - Features, part 1, has its exceptions (7.5.1)."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from web.kit.app import as_page, is_person

PREFIX: Final = "/ogc"


def refused(
    request: Request, status: int, sentence: str, headers: Mapping[str, str], reason: str
) -> Response:
    """A page for people; for programs a `code` and a `description`."""
    if is_person(request):
        return as_page(request, status, sentence, headers)
    code = reason or HTTPStatus(status).phrase.replace(" ", "")
    return JSONResponse({"code": code, "description": sentence}, status, dict(headers))
