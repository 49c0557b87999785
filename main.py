"""The web application: every door, and the one table from exceptions to HTTP answers."""

import gc

gc.disable()  # of all that is loaded below nothing can go: looking through it takes half a second

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Final

import structlog
from anyio.to_thread import current_default_thread_limiter
from fastapi import Depends, FastAPI, Request
from fastapi.responses import Response
from sqlalchemy.exc import SQLAlchemyError

from bot.render.table import draw
from bot.threads import awake
from bot.webhook import Webhook
from geo.points import NoPosition
from reports.actions.merge import CannotMerge
from reports.documents.paper import NoFont
from reports.people.permissions import NotTheirs, OnlyToSee
from reports.privacy import above
from reports.routing.versions import NoSuchTable
from reports.tickets.lock import NoSuchTicket
from reports.tickets.status import MoveRefused
from store import tasks
from store.photo_files import FilesAway, NoSuchFile
from store.sql import is_passing
from watching import routes as watching
from web.auth import again, as_seen, doors, invited, looks, sign_in
from web.auth.oidc import routes as oidc
from web.auth.second import step
from web.auth.sessions import visitor_or_none
from web.auth.watch import Watched
from web.contractor import routes as contractor
from web.crew import routes as crew
from web.desk import routes as desk
from web.kit import app as web_app
from web.kit.assets import NoMapFiles
from web.kit.faults import FAULT, Faults
from web.kit.timed import Timed
from web.maps import tiles
from web.open import routes as open_to_all
from web.open.at_hand import AtHand
from web.open.ogc import refusals as of_ogc
from web.open.open311 import refusals as of_open311
from workers.privacy import ABOVE
from workers.table import KINDS

log = structlog.get_logger()
ANSWERS: Final[dict[type[Exception], tuple[int, str | None]]] = {
    NoSuchTicket: (404, "その受付票はありません。"),
    NoSuchTable: (404, "その版の振り分け規則はありません。"),
    NotTheirs: (403, "この操作は、いまのサインインではできません。"),
    OnlyToSee: (403, None),
    NoSuchFile: (404, "その写真はありません。"),
    MoveRefused: (409, "この受付票は、いまの状態からその状態へは変えられません。"),
    CannotMerge: (409, None),
    NoFont: (503, "PDF の文字を書ける日本語フォントがありません。管理者に知らせてください。"),
    NoPosition: (422, "その場所は読み取れません。"),
    NoMapFiles: (
        503,
        "地図の部品(npm ci)が入っていないため、この画面を出せません。管理者に知らせてください。",
    ),
    FilesAway: (503, "写真の置き場につながりません。少し待って、もう一度お試しください。"),
}
"""Each with its sentence, or None where the exception has its own."""
PAGES_AT_ONCE: Final = 4
"""The web hook takes turns with each of them, on one processor; photos have turns of their own."""
LATER: Final = (503, "いま処理できません。少し待って、もう一度お試しください。")


def create_app() -> FastAPI:
    """One web process: webhook, pages, API, health; two threads hear and answer LINE."""
    tasks.learn(KINDS)
    above.learn(ABOVE)
    arrived = threading.Event()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        current_default_thread_limiter().total_tokens = PAGES_AT_ONCE
        with awake(arrived):
            yield

    app = FastAPI(
        title="Michi",
        version=version("michi"),
        lifespan=lifespan,
        dependencies=[Depends(again.asked)],
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # web.kit.app does so, without repeating the request's Host
    )
    for room in (
        watching, open_to_all, sign_in, step, again, oidc, invited, as_seen, tiles, desk, crew,
        contractor,
    ):  # fmt: skip
        room.router.give(app)
    app.state.draw = draw
    app.state.refused = {room.PREFIX: room.refused for room in (of_open311, of_ogc)}
    app.add_middleware(AtHand)
    web_app.furnish(app, visitor_or_none)
    app.add_middleware(Watched)
    app.add_middleware(Timed)
    app.add_middleware(Webhook, arrived=arrived.set)
    app.add_middleware(Faults)
    for kind, (status, sentence) in ANSWERS.items():
        app.add_exception_handler(kind, _answering(status, sentence))
    app.add_exception_handler(again.NotProven, again.refuse)
    app.add_exception_handler(SQLAlchemyError, trouble)
    doors.check(app)
    looks.check(app)
    return app


def trouble(request: Request, error: Exception) -> Response:
    """The database's: only what passes by itself is worth a second try."""
    passes = is_passing(error)
    (log.warning if passes else log.error)("database_trouble", exc_info=error)
    return web_app.refused(request, *(LATER if passes else FAULT))


def _answering(status: int, sentence: str | None) -> Callable[[Request, Exception], Response]:
    return lambda request, error: web_app.refused(request, status, sentence or str(error))


gc.enable()
gc.freeze()  # nor does anybody look through it later
