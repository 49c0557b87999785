"""The office of the scripted day: what was lost on its way back is sent again, and done once."""

from collections.abc import Iterator

import pytest
import web_scene
from fastapi import FastAPI
from sqlalchemy import text
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from local.day.office import Office
from store.database import transaction

pytestmark = pytest.mark.changes_the_app


class LosesOneAnswer:
    """What is asked for is done, and of the first move nobody hears so."""

    def __init__(self, app: ASGIApp) -> None:
        self._app, self._lost = app, False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._lost or not scope.get("path", "").endswith("/move"):
            return await self._app(scope, receive, send)
        self._lost = True
        await self._app(scope, receive, _nowhere)
        await PlainTextResponse("lost", 504)(scope, receive, send)


async def _nowhere(message: Message) -> None:
    pass


@pytest.fixture
def app(app: FastAPI) -> FastAPI:
    app.add_middleware(LosesOneAnswer)
    return app


@pytest.fixture
def roads(site: str) -> Iterator[Office]:
    office = Office(site, "crew", {"name": "roads", "password": web_scene.PASSWORD})
    yield office
    office.close()


def test_a_move_whose_answer_was_lost_is_done_once_and_no_trouble(roads: Office) -> None:
    ticket = web_scene.filed()
    roads.move(ticket.number, "fixed", photo=web_scene.picture())
    with transaction() as db:
        moves = text("SELECT count(*) FROM history WHERE to_status = 'fixed'")
        assert db.scalar(moves) == 1
