"""A room's pages are an application's as if FastAPI's own router had held them."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import APIRouter, Depends, FastAPI
from starlette.testclient import TestClient

from web.kit.router import Router


def asks(word: str, told: list[str]) -> Any:
    return Depends(lambda: told.append(word))


def rooms(made: Callable[..., Any], told: list[str]) -> tuple[Any, Any, Any]:
    """An outer room, one in it, and one in that."""
    outer = made(prefix="/a", tags=["outer"], dependencies=[asks("outer", told)])
    middle = made(prefix="/b", include_in_schema=False, dependencies=[asks("middle", told)])
    inner = made(prefix="/c", tags=["inner"], dependencies=[asks("inner", told)])

    def read(many: int = 1) -> int:
        """How many."""
        return many

    inner.get("/read", dependencies=[asks("own", told)], summary="Read")(read)
    outer.post("/write", status_code=201, responses={409: {"description": "No"}})(read)
    return outer, middle, inner


@pytest.mark.parametrize("is_hidden", [True, False])
def test_an_application_has_the_same_of_it_as_of_fastapis(is_hidden: bool) -> None:
    told: list[str] = []
    outer, middle, inner = rooms(Router, told)
    if is_hidden:
        middle.include(inner, dependencies=[asks("around", told)])
        outer.include(middle)
    else:
        outer.include(inner, dependencies=[asks("around", told)])
    ours = FastAPI()
    outer.give(ours)

    theirs_told: list[str] = []
    outer, middle, inner = rooms(APIRouter, theirs_told)
    if is_hidden:
        middle.include_router(inner, dependencies=[asks("around", theirs_told)])
        outer.include_router(middle)
    else:
        outer.include_router(inner, dependencies=[asks("around", theirs_told)])
    theirs = FastAPI()
    theirs.include_router(outer)

    assert ours.openapi() == theirs.openapi()
    path = "/a/b/c/read" if is_hidden else "/a/c/read"
    for app in (ours, theirs):
        assert TestClient(app).get(path, params={"many": 3}).json() == 3
        assert TestClient(app).post("/a/write").status_code == 201
        assert TestClient(app).post(path).status_code == 405
    assert told == theirs_told
